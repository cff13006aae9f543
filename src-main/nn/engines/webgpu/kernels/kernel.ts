/**
 * What all kernels share: how one is described, the record of the chunk it works on, and the row layout.
 *
 * A cross-section goes through the device in chunks of stocks, usually one. Matrices of a chunk are time-major, row
 * t * stocks + s being stock s at step t; `stocks` is a multiple of four, and the stocks past `count` are made of
 * zeros, pass through everything, and have the gradient 0.
 */

/** A compute shader with the entry point `main`. */
export interface Kernel {
  readonly label: string
  readonly code: string
  /** Storage buffers of group 0, binding 1 on; binding 0 is the chunk record. */
  readonly buffers: readonly Access[]
  /** Whether it reads the cross-section's own buffers, group 1: inputs of the chunk, targets of all stocks. */
  readonly section: boolean
}

export type Access = 'read' | 'write'

/** Fields of the chunk record, unsigned 32-bit integers. */
export const CHUNK_FIELDS = [
  'stocks', // rows of one step, a multiple of four
  'count', // of them, real stocks
  'first', // stocks of the cross-section before this chunk
  'steps',
  'rows', // steps x stocks
  'total', // stocks of the cross-section
  'padded', // stocks of all chunks
  'origin', // first stock with weight in the loss
  'splits', // parts whose gradients are summed up
  'splitRows', // rows of one part
  'splitStocks', // stocks of one part of the head's gradient
  'accumulate', // 1: add to the gradient of the chunks before
  'key0', // dropout keys of the layers
  'key1',
  'key2',
  'unused', // uniform structures are whole multiples of 16 bytes
] as const

export type Chunk = Readonly<Record<(typeof CHUNK_FIELDS)[number], number>>

export const CHUNK_BYTES = 4 * CHUNK_FIELDS.length

export const CHUNK_WGSL = `
struct Chunk {
${CHUNK_FIELDS.map((field) => `  ${field}: u32,`).join('\n')}
}
@group(0) @binding(0) var<uniform> chunk: Chunk;
`

/** `repeat(3, i => ...)`: lines of an unrolled loop. */
export function repeat(count: number, line: (index: number) => string, separator = '\n'): string {
  return Array.from({ length: count }, (_, index) => line(index)).join(separator)
}

/** A number as a WGSL f32 literal. */
export function f32(value: number): string {
  return `${Math.fround(value)}f`
}
