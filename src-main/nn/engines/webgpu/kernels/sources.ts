import { f32 } from './kernel.ts'

/** Inputs beyond it saturate every gate; in float32 a product with a weight up to it stays finite. */
export const LARGEST = 1e18

/** Where a layer's input rows come from. */
export type Source =
  | { readonly kind: 'inputs'; readonly features: number }
  | { readonly kind: 'hidden'; readonly hidden: number; readonly dropout: DropoutSource | null }

/** The mask on the outputs of `layer`, nn/dropout.ts. */
export interface DropoutSource {
  readonly layer: number
  /** Units without padding. */
  readonly hiddenSize: number
  readonly threshold: number
  readonly scale: number
}

/**
 * `source(row, v)`: columns 4 v to 4 v + 3 of a layer's input, a vec4f. Reads `inputs` (group 1, stock-major as the
 * caller holds it, so that nothing is rearranged on the way to the device) or `below`, the layer below's states.
 */
export function sourceWgsl(source: Source): string {
  if (source.kind === 'inputs') {
    const { features } = source
    const rest = ['y', 'z', 'w']
      .map((lane, i) => `  if (4u * v + ${i + 1}u < ${features}u) { x.${lane} = inputs[at + ${i + 1}u]; }`)
      .join('\n')
    return `
@group(1) @binding(0) var<storage, read> inputs: array<f32>;
fn source(row: u32, v: u32) -> vec4f {
  let stock = row % chunk.stocks;
  if (stock >= chunk.count) { return vec4f(0.0); }
  let at = (stock * chunk.steps + row / chunk.stocks) * ${features}u + 4u * v;
  var x = vec4f(inputs[at], 0.0, 0.0, 0.0);
${rest}
  return clamp(x, vec4f(${f32(-LARGEST)}), vec4f(${f32(LARGEST)}));
}`
  }
  const { hidden, dropout } = source
  const value = `below[(row + chunk.stocks) * ${hidden / 4}u + v]`
  return `${dropout === null ? '' : dropoutWgsl(dropout)}
fn source(row: u32, v: u32) -> vec4f {
  return ${dropout === null ? value : `${value} * passed(row, v)`};
}`
}

/** `passed(row, v)`: what units 4 v to 4 v + 3 of a row are multiplied by on the way to the layer above. */
export function dropoutWgsl({ layer, hiddenSize, threshold, scale }: DropoutSource): string {
  return `
fn mix32(value: u32) -> u32 {
  var x = (value ^ (value >> 16u)) * 0x7feb352du;
  x = (x ^ (x >> 15u)) * 0x846ca68bu;
  return x ^ (x >> 16u);
}
fn pass1(element: u32) -> f32 {
  let draw = mix32(mix32(element ^ chunk.key${layer}) + chunk.key${layer});
  return select(${f32(scale)}, 0.0, draw < ${threshold}u);
}
fn passed(row: u32, v: u32) -> vec4f {
  let stock = chunk.first + row % chunk.stocks;
  let element = (stock * chunk.steps + row / chunk.stocks) * ${hiddenSize}u + 4u * v;
  return vec4f(pass1(element), pass1(element + 1u), pass1(element + 2u), pass1(element + 3u));
}`
}
