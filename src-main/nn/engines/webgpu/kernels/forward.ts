import { CHUNK_WGSL, type Kernel, repeat } from './kernel.ts'
import { activationsWgsl, gather, scatter, type Spread } from './recurrence.ts'

export interface ForwardOptions {
  readonly layer: number
  readonly hidden: number
  readonly spread: Spread
  /** Offsets of the parameters. */
  readonly weightHh: number
  readonly biasHh: number
  /** The head, when this is the top layer. */
  readonly head: { readonly outputs: number; readonly weight: number; readonly bias: number } | null
}

/**
 * One layer's recurrence, all steps (nn/engines/reference/gruLayer.ts). On entry the gates hold the projection; they
 * are replaced by r | z | n | m, and the states by steps + 1 blocks of rows of h, zeros first. The top layer also
 * predicts. Buffers: parameters, gates, states, and with a head the predictions.
 */
export function forwardKernel(options: ForwardOptions): Kernel {
  const { layer, hidden, spread, weightHh, biasHh, head } = options
  const { lanes, slices, threads, forwardDepth: depth, resident } = spread
  const vector = `vec${lanes}f`
  const gateAt = (gate: number) => (lane: number) =>
    `(row + ${lane}u) * ${4 * hidden}u + ${gate * hidden}u + unit`
  const stateAt = (step: string) => (lane: number) => `(${step} + ${lane}u) * ${hidden}u + unit`
  const gates = ['r', 'z', 'm']
  const weight = (gate: number, v: number): string =>
    `parameters[weightsFrom + ${(gate * hidden * hidden) / 4 + v}u]`
  const product = repeat(
    depth / 4,
    (v) =>
      `${repeat(3, (g) => `      ${resident ? '' : `let w${g}_${v} = ${weight(g, v)};`}`, '')}
${repeat(
  4,
  (k) =>
    `      { let x = state[start + ${4 * v + k}u]; ${repeat(
      3,
      (g) => `${gates[g]} += w${g}_${v}.${'xyzw'[k]} * x;`,
      ' ',
    )} }`,
)}`,
  )
  const code = `${CHUNK_WGSL}
@group(0) @binding(1) var<storage, read> parameters: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> gates: array<f32>;
@group(0) @binding(3) var<storage, read_write> states: array<f32>;
${head === null ? '' : '@group(0) @binding(4) var<storage, read_write> predictions: array<f32>;'}
var<workgroup> state: array<${vector}, ${slices * depth}>;
${slices > 1 ? `var<workgroup> sums: array<${vector}, ${(slices - 1) * 3 * hidden}>;` : ''}
${activationsWgsl(vector)}
fn parameter(at: u32) -> f32 { return parameters[at / 4u][at % 4u]; }
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) id: u32) {
  let unit = id % ${hidden}u;
  let slice = id / ${hidden}u;
  let start = slice * ${depth}u;
  let first = group.x * ${lanes}u;
  let owner = slice == 0u;
  // Past the end of a row stands the next one: finite, and multiplied with states that stay 0.
  let weightsFrom = ${weightHh / 4}u + unit * ${hidden / 4}u + start / 4u;
${resident ? repeat(3, (g) => repeat(depth / 4, (v) => `  let w${g}_${v} = ${weight(g, v)};`)) : ''}
  let biasNew = parameter(${biasHh + 2 * hidden}u + unit);
  var h = ${vector}(0.0);
  if (owner) { ${scatter(spread, 'states', stateAt('first'), 'h')} }
  for (var t = 0u; t < chunk.steps; t++) {
    let row = t * chunk.stocks + first;
    var pr = ${vector}(0.0);
    var pz = ${vector}(0.0);
    var pn = ${vector}(0.0);
    if (owner) {
      pr = ${gather(spread, 'gates', gateAt(0))};
      pz = ${gather(spread, 'gates', gateAt(1))};
      pn = ${gather(spread, 'gates', gateAt(2))};
    }
    var r = ${vector}(0.0);
    var z = ${vector}(0.0);
    var m = ${vector}(0.0);
    if (t > 0u) {
${product}
    }
${
  slices > 1
    ? `    if (!owner) {
      let at = (slice - 1u) * ${3 * hidden}u + unit;
      sums[at] = r; sums[at + ${hidden}u] = z; sums[at + ${2 * hidden}u] = m;
    }`
    : ''
}
    workgroupBarrier();
    if (owner) {
${repeat(slices - 1, (s) => `      r += sums[unit + ${3 * s * hidden}u]; z += sums[unit + ${(3 * s + 1) * hidden}u]; m += sums[unit + ${(3 * s + 2) * hidden}u];`)}
      r = sigmoid(r + pr);
      z = sigmoid(z + pz);
      m += biasNew;
      let n = hyperbolic(pn + r * m);
      h = n + z * (h - n);
      state[unit] = h;
      ${scatter(spread, 'gates', gateAt(0), 'r')}
      ${scatter(spread, 'gates', gateAt(1), 'z')}
      ${scatter(spread, 'gates', gateAt(2), 'n')}
      ${scatter(spread, 'gates', gateAt(3), 'm')}
      ${scatter(spread, 'states', stateAt('row + chunk.stocks'), 'h')}
    }
    workgroupBarrier();
  }
${
  head === null
    ? ''
    : `  for (var k = id; k < ${head.outputs}u; k += ${threads}u) {
    var sum = ${vector}(parameter(${head.bias}u + k));
    for (var j = 0u; j < ${hidden}u; j++) { sum += parameter(${head.weight}u + k * ${hidden}u + j) * state[j]; }
    let at = (chunk.first + first) * ${head.outputs}u + k;
    ${scatter(spread, 'predictions', (lane) => `at + ${lane * head.outputs}u`, 'sum')}
  }`
}
}`
  return {
    label: `forward ${layer}`,
    code,
    buffers: head === null ? ['read', 'write', 'write'] : ['read', 'write', 'write', 'write'],
    section: false,
  }
}
