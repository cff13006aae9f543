import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CrossSection } from '../../src-main/nn/engine.ts'
import { gruLayout, type GruConfig } from '../../src-main/nn/layout.ts'
import { referenceFolder } from './optimizers/format.ts'

/** gru_ic.json: a two-layer GRU on one cross-section, computed by PyTorch in float64. */
export interface GruIcGolden {
  config: { input_size: number; hidden_size: number; num_layers: number; seq_len: number; batch: number }
  weights: Tensors
  X: Matrix[]
  Y: number[]
  forward: { layer0_output_all_steps: Matrix[]; layer1_output_all_steps: Matrix[]; pred: number[] }
  neg_ic: { loss: number; grad_pred: number[]; grads: Tensors }
  mse: { loss: number; grads: Tensors }
}

type Matrix = number[][]
export type Tensors = Record<string, number[] | Matrix>

/** Null where the reference folder is absent. */
export function gruIcGolden(): GruIcGolden | null {
  const path = join(referenceFolder(), 'gru_ic.json')
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as GruIcGolden) : null
}

/** The reference's model, or its lowest layers alone. */
export function configOf({ config }: GruIcGolden, layers = config.num_layers): GruConfig {
  return { inputSize: config.input_size, hiddenSize: config.hidden_size, layers }
}

/** The first `steps` steps of the reference's cross-section. */
export function sectionOf(
  { X, Y, config }: GruIcGolden,
  steps = config.seq_len,
): CrossSection & { readonly labels: Float64Array } {
  return {
    stocks: config.batch,
    steps,
    features: config.input_size,
    inputs: Float64Array.from(X.flatMap((stock) => stock.slice(0, steps).flat())),
    labels: Float64Array.from(Y),
  }
}

/** The flat weight vector of tensors by name. */
export function pack(config: GruConfig, tensors: Tensors): Float64Array {
  const { tensors: layout, size } = gruLayout(config)
  const flat = new Float64Array(size)
  for (const { name, shape, offset } of layout) {
    const values = tensors[name].flat()
    const length = shape.reduce((product, extent) => product * extent, 1)
    if (values.length !== length) throw new Error(`${name} has ${values.length} elements, not ${length}`)
    flat.set(values, offset)
  }
  return flat
}
