import type { GruConfig } from '../../layout.ts'
import type { Loss } from '../../losses/loss.ts'
import { backwardKernel } from './kernels/backward.ts'
import { forwardKernel } from './kernels/forward.ts'
import type { Kernel } from './kernels/kernel.ts'
import { lossKernel } from './kernels/loss.ts'
import type { Spread } from './kernels/recurrence.ts'
import { inputGradientKernel, projectionKernel, rowProductGroups } from './kernels/rowProduct.ts'
import type { DropoutSource, Source } from './kernels/sources.ts'
import {
  headGradientKernel,
  sumGroups,
  sumKernel,
  weightGradientKernel,
  weightGradientTiles,
} from './kernels/weightGradient.ts'
import type { Parameters } from './parameters.ts'
import type { Plan } from './plan.ts'
import type { Program, Programs } from './programs.ts'
import { type BufferName, CHUNK_STRIDE, type Workspace } from './workspace.ts'

/** One dispatch per chunk: a program, the buffers of its group 0, and how many workgroups. */
interface Stage {
  readonly program: Program
  readonly buffers: readonly BufferName[]
  readonly groups: (plan: Plan) => [x: number, y: number]
}

/** The stages of an evaluation, compiled. */
export interface Network {
  readonly forward: readonly Stage[]
  readonly loss: Stage
  readonly backward: readonly Stage[]
}

export interface NetworkOptions {
  readonly config: GruConfig
  readonly loss: Loss
  readonly parameters: Parameters
  readonly spread: Spread
  /** The mask's threshold and scale (nn/dropout.ts); null when nothing is dropped. */
  readonly dropout: Pick<DropoutSource, 'threshold' | 'scale'> | null
}

export async function createNetwork(programs: Programs, options: NetworkOptions): Promise<Network> {
  const { config, loss, parameters, spread } = options
  const { hiddenSize, outputs = 1 } = config
  const { hidden, inputs, layers, size, headWeight, headBias } = parameters
  const top = layers.length - 1
  const stage = async (
    kernel: Kernel,
    buffers: readonly BufferName[],
    groups: Stage['groups'],
  ): Promise<Stage> => ({ program: await programs.compile(kernel), buffers, groups })

  /** Of the outputs of layer l. */
  const dropoutOf = (layer: number): DropoutSource | null =>
    options.dropout === null ? null : { layer, hiddenSize, ...options.dropout }
  const sourceOf = (l: number): Source =>
    l === 0
      ? { kind: 'inputs', features: config.inputSize }
      : { kind: 'hidden', hidden, dropout: dropoutOf(l - 1) }
  const belowOf = (l: number): BufferName[] => (l === 0 ? [] : [`states${l - 1}`])
  const tiles = ({ stocks: rows }: Plan, { lanes }: Spread): [number, number] => [rows / lanes, 1]

  const forward: Promise<Stage>[] = []
  const backward: Promise<Stage>[] = [
    stage(
      headGradientKernel({ hidden, outputs, weight: headWeight, bias: headBias, size }),
      [`states${top}`, 'slopes', 'parts'],
      ({ splits }) => [splits, 1],
    ),
  ]
  layers.forEach(({ weightIh, weightHh, biasIh, biasHh }, layer) => {
    const isTop = layer === top
    forward.push(
      stage(
        projectionKernel({
          layer,
          source: sourceOf(layer),
          inputs: inputs[layer],
          hidden,
          weightIh,
          biasIh,
          biasHh,
        }),
        ['parameters', `gates${layer}`, ...belowOf(layer)],
        ({ rows }) => rowProductGroups(rows, 3 * hidden),
      ),
      stage(
        forwardKernel({
          layer,
          hidden,
          spread,
          weightHh,
          biasHh,
          head: isTop ? { outputs, weight: headWeight, bias: headBias } : null,
        }),
        ['parameters', `gates${layer}`, `states${layer}`, ...(isTop ? (['predictions'] as const) : [])],
        (plan) => tiles(plan, spread),
      ),
    )
  })
  for (let layer = top; layer >= 0; layer--) {
    const { weightIh, weightHh, biasIh, biasHh } = layers[layer]
    const isTop = layer === top
    backward.push(
      stage(
        backwardKernel({
          layer,
          hidden,
          spread,
          weightHh,
          head: isTop ? { outputs, weight: headWeight } : null,
        }),
        ['parameters', `gates${layer}`, `states${layer}`, isTop ? 'slopes' : 'flow'],
        (plan) => tiles(plan, spread),
      ),
    )
    if (layer > 0)
      backward.push(
        stage(
          inputGradientKernel({ layer, hidden, weightIh, dropout: dropoutOf(layer - 1) }),
          ['parameters', `gates${layer}`, 'flow'],
          ({ rows }) => rowProductGroups(rows, hidden),
        ),
      )
    for (const side of ['input', 'hidden'] as const) {
      const columns = side === 'input' ? inputs[layer] : hidden
      backward.push(
        stage(
          weightGradientKernel({
            layer,
            side,
            hidden,
            columns,
            source: sourceOf(layer),
            weight: side === 'input' ? weightIh : weightHh,
            bias: side === 'input' ? biasIh : biasHh,
            size,
          }),
          [`gates${layer}`, 'parts', ...(side === 'input' ? belowOf(layer) : [`states${layer}` as const])],
          ({ splits }) => [weightGradientTiles(hidden, columns), splits],
        ),
      )
    }
  }
  backward.push(stage(sumKernel(size), ['parts', 'result'], () => [sumGroups(size), 1]))

  // Waited for together: a driver may refuse any of them.
  const [forwardStages, lossStage, backwardStages] = await Promise.all([
    Promise.all(forward),
    stage(lossKernel(loss, outputs), ['predictions', 'slopes', 'result'], () => [1, 1]),
    Promise.all(backward),
  ])
  return { forward: forwardStages, loss: lossStage, backward: backwardStages }
}

/**
 * Record an evaluation of all chunks. The loss needs all predictions, so with several chunks the activations of all but
 * the last are computed again on the way back.
 */
export function encode(
  pass: GPUComputePassEncoder,
  network: Network,
  workspace: Workspace,
  plan: Plan,
  /** Group 1 of each chunk. */
  sections: readonly GPUBindGroup[],
  withGradient: boolean,
): void {
  const dispatch = ({ program, buffers, groups }: Stage, chunk: number): void => {
    pass.setPipeline(program.pipeline)
    pass.setBindGroup(0, workspace.bindGroup(program, buffers), [chunk * CHUNK_STRIDE])
    if (program.kernel.section) pass.setBindGroup(1, sections[chunk])
    pass.dispatchWorkgroups(...groups(plan))
  }
  const last = plan.chunks.length - 1
  plan.chunks.forEach((_, chunk) => network.forward.forEach((stage) => dispatch(stage, chunk)))
  if (!withGradient) return
  dispatch(network.loss, 0)
  for (let chunk = last; chunk >= 0; chunk--) {
    if (chunk < last) network.forward.forEach((stage) => dispatch(stage, chunk))
    network.backward.forEach((stage) => dispatch(stage, chunk))
  }
}
