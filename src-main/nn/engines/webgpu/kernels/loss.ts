import { type Loss, SINGLE_ROUNDING } from '../../../losses/loss.ts'
import { CHUNK_WGSL, f32, type Kernel, repeat } from './kernel.ts'

const THREADS = 256

/**
 * The loss and its gradient with respect to the predictions (nn/losses/loss.ts), by one workgroup.
 *
 * The host's half (targets.ts) brings weights that sum to 1, and for the IC labels with mean 0 and variance 1. The
 * predictions are centred relative to one of them, so that equal ones have differences of exactly 0; the mean is found twice, the second time from what the first left over; and
 * the differences are divided by the largest before they are squared, so that neither tiny nor huge ones leave the
 * range. Sums are made per thread and then in a tree, in a fixed order.
 * Buffers: predictions, their gradient (stocks x outputs), result: loss, and 1 or 0 as it is defined.
 */
export function lossKernel(loss: Loss, outputs: number): Kernel {
  return {
    label: 'loss',
    code: `${CHUNK_WGSL}
@group(0) @binding(1) var<storage, read> predictions: array<f32>;
@group(0) @binding(2) var<storage, read_write> slopes: array<f32>;
@group(0) @binding(3) var<storage, read_write> result: array<f32>;
@group(1) @binding(1) var<storage, read> targets: array<f32>;
var<workgroup> tree: array<vec4f, ${THREADS}>;
fn total(value: vec4f, id: u32) -> vec4f {
  tree[id] = value;
  for (var width = ${THREADS / 2}u; width > 0u; width >>= 1u) {
    workgroupBarrier();
    if (id < width) { tree[id] += tree[id + width]; }
  }
  workgroupBarrier();
  let sum = tree[0];
  workgroupBarrier();
  return sum;
}
fn largest(value: vec4f, id: u32) -> vec4f {
  tree[id] = value;
  for (var width = ${THREADS / 2}u; width > 0u; width >>= 1u) {
    workgroupBarrier();
    if (id < width) { tree[id] = max(tree[id], tree[id + width]); }
  }
  workgroupBarrier();
  let most = tree[0];
  workgroupBarrier();
  return most;
}
fn label(i: u32, k: u32) -> f32 { return targets[i * ${outputs}u + k]; }
fn weight(i: u32) -> f32 { return targets[chunk.total * ${outputs}u + i]; }
@compute @workgroup_size(${THREADS})
fn main(@builtin(local_invocation_index) id: u32) {
${loss.kind === 'mse' ? squaredError(outputs) : correlations(outputs, loss.correlationPenalty ?? 0)}
  for (var i = ${outputs}u * chunk.total + id; i < ${outputs}u * chunk.padded; i += ${THREADS}u) { slopes[i] = 0.0; }
}`,
    buffers: ['read', 'write', 'write'],
    section: true,
  }
}

const each = (body: string): string => `  for (var i = id; i < chunk.total; i += ${THREADS}u) {\n${body}\n  }`

function squaredError(outputs: number): string {
  return `
  var sum = vec4f(0.0);
${each(
  repeat(
    outputs,
    (k) => `    { let at = i * ${outputs}u + ${k}u; let error = predictions[at] - label(i, ${k}u);
      let share = weight(i) * ${f32(1 / outputs)}; sum.x += share * error * error; slopes[at] = 2.0 * share * error; }`,
  ),
)}
  sum = total(sum, id);
  if (id == 0u) { result[0] = sum.x; result[1] = 1.0; }`
}

function correlations(outputs: number, penalty: number): string {
  const p = (k: number): string => `predictions[i * ${outputs}u + ${k}u]`
  const lanes = 'xyzw'
  const vector = (values: (k: number) => string): string =>
    `vec4f(${Array.from({ length: 4 }, (_, k) => (k < outputs ? values(k) : '0.0')).join(', ')})`
  return `
  let origin = ${vector((k) => `predictions[chunk.origin * ${outputs}u + ${k}u]`)};
  var sum = vec4f(0.0);
  // Of the differences, then of the predictions themselves.
  var most = vec4f(0.0);
${each(`    let w = weight(i);
    if (w > 0.0) { let q = ${vector(p)}; let d = q - origin; sum += w * d; most = max(most, abs(vec4f(d.xy, q.xy))); }`)}
  var mean = total(sum, id);
  most = largest(most, id);
  sum = vec4f(0.0);
${each(`    let w = weight(i);
    if (w > 0.0) { sum += w * (${vector(p)} - origin - mean); }`)}
  mean += total(sum, id);
  let scale = select(vec4f(1.0), most, most > vec4f(0.0));
  var squares = vec4f(0.0);
  // Covariances with the labels and, last, of the two outputs.
  var products = vec4f(0.0);
${each(`    let w = weight(i);
    if (w > 0.0) {
      let u = (${vector(p)} - origin - mean) / scale;
      squares += w * u * u;
${repeat(outputs, (k) => `      products.${lanes[k]} += w * u.${lanes[k]} * label(i, ${k}u);`)}
${outputs === 2 ? '      products.z += w * u.x * u.y;' : ''}
    }`)}
  squares = total(squares, id);
  products = total(products, id);
  let spread = sqrt(squares) * scale;
  let defined = ${repeat(outputs, (k) => `spread.${lanes[k]} > ${f32(SINGLE_ROUNDING)} * most.${lanes[2 + k]}`, ' && ')};
  let deviation = sqrt(max(squares, vec4f(${f32(1e-30)})));
  let ic = products / deviation;
${outputs === 2 ? '  let both = products.z / deviation.x / deviation.y;' : ''}
${each(`    let w = weight(i);
    let u = (${vector(p)} - origin - mean) / scale / deviation;
${repeat(outputs, (k) => {
  const lane = lanes[k]
  const other = lanes[1 - k]
  const slope = `${f32(-1 / outputs)} * (label(i, ${k}u) - ic.${lane} * u.${lane})`
  const penalised =
    penalty === 0 || outputs !== 2 ? '' : ` + ${f32(2 * penalty)} * both * (u.${other} - both * u.${lane})`
  return `    slopes[i * ${outputs}u + ${k}u] = select(0.0, w * (${slope}${penalised}) / deviation.${lane} / scale.${lane}, w > 0.0 && defined);`
})}`)}
  if (id == 0u) {
    result[0] = ${f32(-1 / outputs)} * (${repeat(outputs, (k) => `ic.${lanes[k]}`, ' + ')})${
      penalty === 0 || outputs !== 2 ? '' : ` + ${f32(penalty)} * both * both`
    };
    result[1] = select(0.0, 1.0, defined);
  }`
}
