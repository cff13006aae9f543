/** `code` of the Error that `create`, `forward` and `backward` throw or reject with when memory runs out. */
export const OUT_OF_MEMORY = 'OUT_OF_MEMORY'

/**
 * What the C of csrc/ offers to JavaScript, as a Node addon (csrc/addon.c) or compiled to WebAssembly
 * (nn/engines/wasm). Counts are integers >= 1; arrays are the binding's until a promise settles.
 */
export interface CompiledBinding {
  /** Name of the engine it makes. */
  readonly name: 'native' | 'wasm'
  /** Instruction sets this machine runs, best first: `avx512`, `avx2`, `portable`; `neon`; `relaxed`, `simd128`. */
  readonly levels: readonly string[]
  /** Physical cores this process may use. */
  readonly cores: number

  /** A network with its threads and buffers; freed by `close`, or when it is collected. */
  create(level: string, model: ModelSizes, threads: number, activationBytes: number): CompiledNetwork

  /**
   * Fill `predictions`, stocks x outputs, from flat `weights` (nn/layout.ts) and `inputs`, stocks x steps x features.
   * With `keep`, `backward` may follow.
   */
  forward(
    network: CompiledNetwork,
    weights: Float32Array,
    inputs: Float32Array,
    section: { readonly stocks: number; readonly steps: number },
    keep: boolean,
    dropout: Dropout,
    predictions: Float64Array,
  ): Promise<unknown>

  /**
   * Fill `gradient`, d loss / d weights, for the weights, inputs and dropout of the last forward pass, which kept.
   * `predictionGradient` is stocks x outputs.
   */
  backward(
    network: CompiledNetwork,
    inputs: Float32Array,
    predictionGradient: Float64Array,
    gradient: Float64Array,
  ): Promise<unknown>

  /**
   * For a binding that copies inputs when it first meets them: they will not come again, or with other values. Only
   * between calls.
   */
  release?(network: CompiledNetwork, inputs: Float32Array): void

  /** Stop what is at work: its promise rejects within one time step of a tile. Nothing happens when nothing is. */
  cancel(network: CompiledNetwork): void

  /** Only between calls: throws while one is at work. */
  close(network: CompiledNetwork): void

  /** Independent multiply-adds on registers, the most `level` can do: floating-point operations done. */
  multiplyAdds(level: string, threads: number, rounds: number): Promise<number>
}

export interface ModelSizes {
  readonly features: number
  readonly hidden: number
  readonly layers: number
  readonly outputs: number
}

/** nn/dropout.ts: seed of the mask, and the threshold of a draw; threshold 0 drops nothing. */
export interface Dropout {
  readonly seed: number
  readonly threshold: number
}

declare const networkBrand: unique symbol
/** A network inside the binding; only its functions can use it. */
export interface CompiledNetwork {
  readonly [networkBrand]: true
}
