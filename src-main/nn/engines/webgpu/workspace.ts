import { USAGE } from './device.ts'
import { CHUNK_BYTES } from './kernels/kernel.ts'
import { RESULT_HEADER } from './kernels/weightGradient.ts'
import type { Parameters } from './parameters.ts'
import type { Plan } from './plan.ts'
import type { Program } from './programs.ts'

/** Distance of chunk records: what every device allows as a dynamic offset. */
export const CHUNK_STRIDE = 256

/** The engine's own buffers, grown to the largest plan so far and otherwise left alone. */
export interface Workspace {
  /** Make every buffer large enough. */
  fit(plan: Plan): void
  buffer(name: BufferName): GPUBuffer
  /** The program's bind group 0, made once per size of the buffers. */
  bindGroup(program: Program, names: readonly BufferName[]): GPUBindGroup
  destroy(): void
}

export type BufferName =
  | 'chunks'
  | 'parameters'
  | `gates${number}`
  | `states${number}`
  | 'flow'
  | 'predictions'
  | 'slopes'
  | 'parts'
  | 'result'
  | 'readback'

export function createWorkspace(device: GPUDevice, parameters: Parameters, outputs: number): Workspace {
  const buffers = new Map<BufferName, GPUBuffer>()
  const bindGroups = new Map<Program, GPUBindGroup>()

  const sizes = (plan: Plan): [name: BufferName, bytes: number][] => {
    const { hidden, layers, size } = parameters
    const resultBytes = 4 * (RESULT_HEADER + size)
    const predictionBytes = 4 * plan.padded * outputs
    return [
      ['chunks', CHUNK_STRIDE * plan.chunks.length],
      ['parameters', 4 * size],
      ...layers.flatMap((_, l): [BufferName, number][] => [
        [`gates${l}`, 4 * plan.rows * 4 * hidden],
        [`states${l}`, 4 * (plan.rows + plan.stocks) * hidden],
      ]),
      ['flow', 4 * plan.rows * hidden],
      ['predictions', predictionBytes],
      ['slopes', predictionBytes],
      ['parts', 4 * plan.splits * size],
      ['result', resultBytes],
      ['readback', resultBytes + predictionBytes],
    ]
  }
  const usageOf = (name: BufferName): number => {
    if (name === 'readback') return USAGE.mapRead | USAGE.copyDestination
    if (name === 'chunks') return USAGE.uniform | USAGE.copyDestination
    return USAGE.storage | USAGE.copyDestination | USAGE.copySource
  }
  const buffer = (name: BufferName): GPUBuffer => {
    const found = buffers.get(name)
    if (found === undefined) throw new Error(`No buffer ${name}.`)
    return found
  }

  return {
    buffer,
    fit(plan) {
      for (const [name, bytes] of sizes(plan)) {
        const present = buffers.get(name)
        if (present !== undefined && present.size >= bytes) continue
        present?.destroy()
        buffers.set(name, device.createBuffer({ label: name, size: bytes, usage: usageOf(name) }))
        bindGroups.clear()
      }
    },
    bindGroup(program, names) {
      let group = bindGroups.get(program)
      if (group === undefined) {
        group = device.createBindGroup({
          layout: program.layout,
          entries: [
            { binding: 0, resource: { buffer: buffer('chunks'), size: CHUNK_BYTES } },
            ...names.map((name, i) => ({ binding: i + 1, resource: { buffer: buffer(name) } })),
          ],
        })
        bindGroups.set(program, group)
      }
      return group
    },
    destroy() {
      for (const each of buffers.values()) each.destroy()
      buffers.clear()
      bindGroups.clear()
    },
  }
}
