/** What the addon of csrc/ exports (addon.c). Counts are integers >= 1; arrays are used in place until a promise settles. */
export interface NativeBinding {
  /** Instruction sets this machine runs, best first: `avx512`, `avx2`, `portable`; `neon` on ARM. */
  readonly levels: readonly string[]
  /** Physical cores this process may use. */
  readonly cores: number

  /** A network with its threads and buffers; freed by `close`, or when it is collected. */
  create(
    level: string,
    features: number,
    hidden: number,
    layers: number,
    threads: number,
    activationBytes: number,
  ): NativeNetwork

  /**
   * Fill `predictions` from flat `weights` (nn/layout.ts) and `inputs`, stocks x steps x features. With `keep`,
   * `backward` may follow.
   */
  forward(
    network: NativeNetwork,
    weights: Float32Array,
    inputs: Float32Array,
    stocks: number,
    steps: number,
    keep: boolean,
    predictions: Float64Array,
  ): Promise<unknown>

  /** Fill `gradient`, d loss / d weights, for the weights and inputs of the last forward pass, which kept. */
  backward(
    network: NativeNetwork,
    inputs: Float32Array,
    predictionGradient: Float64Array,
    gradient: Float64Array,
  ): Promise<unknown>

  /** Only between calls: throws while one is at work. */
  close(network: NativeNetwork): void

  /** Independent multiply-adds on registers, the most `level` can do: floating-point operations done. */
  multiplyAdds(level: string, threads: number, rounds: number): Promise<number>
}

declare const networkBrand: unique symbol
/** A network inside the addon; only `NativeBinding`'s functions can use it. */
export interface NativeNetwork {
  readonly [networkBrand]: true
}
