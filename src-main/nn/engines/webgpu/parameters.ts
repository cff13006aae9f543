import { gruLayout, type GruConfig } from '../../layout.ts'

/**
 * The weights (and, in the same places, their gradient) as the kernels see them: float32, every row and every gate of
 * `hiddenSize` units padded with zeros to a multiple of four, so that rows are whole vec4f and no kernel has to ask
 * whether a unit exists. Padded units stay at 0 and their gradient is 0.
 */
export interface Parameters {
  /** Columns of layer l's input-side matrix. */
  readonly inputs: readonly number[]
  /** `hiddenSize` rounded up. */
  readonly hidden: number
  readonly layers: readonly LayerOffsets[]
  /** outputs x hidden. */
  readonly headWeight: number
  readonly headBias: number
  /** Elements. */
  readonly size: number
  pack(weights: Float64Array): Float32Array<ArrayBuffer>
  /** Add nothing, take the padding out: a flat vector in the layout of the weights. */
  unpack(packed: Float32Array): Float64Array
}

/** Offsets in elements, multiples of four. */
export interface LayerOffsets {
  /** 3 hidden x inputs. */
  readonly weightIh: number
  /** 3 hidden x hidden. */
  readonly weightHh: number
  /** 3 hidden. */
  readonly biasIh: number
  readonly biasHh: number
}

/** Elements that stand next to each other in both layouts. */
interface Run {
  readonly flat: number
  readonly packed: number
  readonly length: number
}

export const roundUp = (value: number, multiple: number): number => Math.ceil(value / multiple) * multiple

export function createParameters(config: GruConfig): Parameters {
  const { hiddenSize, outputs = 1 } = config
  const { tensors, size: flatSize } = gruLayout(config)
  const hidden = roundUp(hiddenSize, 4)
  const inputs = Array.from({ length: config.layers }, (_, l) =>
    l === 0 ? roundUp(config.inputSize, 4) : hidden,
  )
  const runs: Run[] = []
  let size = 0
  /** A tensor of `blocks` x `rows` x `columns`; answers its offset. */
  const place = (
    tensor: number,
    blocks: number,
    rows: number,
    columns: number,
    paddedRows: number,
  ): number => {
    const at = size
    const paddedColumns = roundUp(columns, 4)
    const { offset } = tensors[tensor]
    for (let block = 0; block < blocks; block++) {
      for (let row = 0; row < rows; row++) {
        const flat = offset + (block * rows + row) * columns
        const packed = at + (block * paddedRows + row) * paddedColumns
        const last = runs.at(-1)
        if (last !== undefined && last.flat + last.length === flat && last.packed + last.length === packed)
          runs[runs.length - 1] = { ...last, length: last.length + columns }
        else runs.push({ flat, packed, length: columns })
      }
    }
    size += blocks * paddedRows * paddedColumns
    return at
  }
  const layers = inputs.map((_, l) => ({
    weightIh: place(4 * l, 3, hiddenSize, l === 0 ? config.inputSize : hiddenSize, hidden),
    weightHh: place(4 * l + 1, 3, hiddenSize, hiddenSize, hidden),
    biasIh: place(4 * l + 2, 1, 3, hiddenSize, 3),
    biasHh: place(4 * l + 3, 1, 3, hiddenSize, 3),
  }))
  const headWeight = place(4 * config.layers, 1, outputs, hiddenSize, outputs)
  const headBias = place(4 * config.layers + 1, 1, 1, outputs, 1)

  return {
    inputs,
    hidden,
    layers,
    headWeight,
    headBias,
    size,
    pack(weights) {
      const packed = new Float32Array(size)
      for (const run of runs) packed.set(weights.subarray(run.flat, run.flat + run.length), run.packed)
      return packed
    },
    unpack(packed) {
      const weights = new Float64Array(flatSize)
      for (const run of runs) weights.set(packed.subarray(run.packed, run.packed + run.length), run.flat)
      return weights
    },
  }
}
