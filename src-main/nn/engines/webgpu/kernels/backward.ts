import { CHUNK_WGSL, type Kernel, repeat } from './kernel.ts'
import { gather, scatter, type Spread } from './recurrence.ts'

export interface BackwardOptions {
  readonly layer: number
  readonly hidden: number
  readonly spread: Spread
  readonly weightHh: number
  /** The head, when this is the top layer. */
  readonly head: { readonly outputs: number; readonly weight: number } | null
}

/**
 * One layer's recurrence backward, all steps: the gates r | z | n | m are replaced by the gradients of their
 * pre-activations dr | dz | dn (input side) | dm = dn r (recurrent side). What reaches the layer from above is `flow`
 * (rows x hidden), or for the top layer the gradient of the predictions through the head.
 * Buffers: parameters, gates, states, flow or prediction gradient.
 */
export function backwardKernel({ layer, hidden, spread, weightHh, head }: BackwardOptions): Kernel {
  const { lanes, slices, threads, backwardDepth: depth, resident } = spread
  const vector = `vec${lanes}f`
  const half = hidden / 2
  const parts = 2 * slices
  const gateAt = (gate: number) => (lane: number) =>
    `(row + ${lane}u) * ${4 * hidden}u + ${gate * hidden}u + unit`
  const stateAt = (step: string) => (lane: number) => `(${step} + ${lane}u) * ${hidden}u + unit`
  // Rows past the last gate do not exist; their slots of workgroup memory stay 0.
  const weight = (k: number, unit: number): string => {
    const row = parts * depth > 3 * hidden ? `min(start + ${k}u, ${3 * hidden - 1}u)` : `(start + ${k}u)`
    return `parameters[${weightHh + unit * half}u + ${row} * ${hidden}u + column]`
  }
  const above =
    head === null
      ? gather(spread, 'flow', stateAt('row'))
      : `${vector}(0.0);
      if (back == 0u) {
${repeat(
  head.outputs,
  (k) =>
    `        dh += parameters[${head.weight + k * hidden}u + unit] * ${gather(spread, 'flow', (lane) => `(chunk.first + first + ${lane}u) * ${head.outputs}u + ${k}u`)};`,
)}
      }`
  const code = `${CHUNK_WGSL}
@group(0) @binding(1) var<storage, read> parameters: array<f32>;
@group(0) @binding(2) var<storage, read_write> gates: array<f32>;
@group(0) @binding(3) var<storage, read> states: array<f32>;
@group(0) @binding(4) var<storage, read> flow: array<f32>;
var<workgroup> slopes: array<${vector}, ${parts * depth}>;
var<workgroup> sums: array<${vector}, ${parts * hidden}>;
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) id: u32) {
  let unit = id;
  let column = id % ${half}u;
  let part = id / ${half}u;
  let start = part * ${depth}u;
  let first = group.x * ${lanes}u;
  let owner = id < ${hidden}u;
${resident ? repeat(depth, (k) => `  let w0_${k} = ${weight(k, 0)}; let w1_${k} = ${weight(k, 1)};`) : ''}
  var carry = ${vector}(0.0);
  for (var back = 0u; back < chunk.steps; back++) {
    let row = (chunk.steps - 1u - back) * chunk.stocks + first;
    if (owner) {
      var dh = ${above};
      dh += carry;
      let r = ${gather(spread, 'gates', gateAt(0))};
      let z = ${gather(spread, 'gates', gateAt(1))};
      let n = ${gather(spread, 'gates', gateAt(2))};
      let m = ${gather(spread, 'gates', gateAt(3))};
      let before = ${gather(spread, 'states', stateAt('row'))};
      let rest = 1.0 - z;
      let dn = dh * rest * (1.0 - n * n);
      let dz = dh * (before - n) * z * rest;
      let dr = dn * m * r * (1.0 - r);
      let dm = dn * r;
      carry = dh * z;
      slopes[unit] = dr; slopes[unit + ${hidden}u] = dz; slopes[unit + ${2 * hidden}u] = dm;
      ${scatter(spread, 'gates', gateAt(0), 'dr')}
      ${scatter(spread, 'gates', gateAt(1), 'dz')}
      ${scatter(spread, 'gates', gateAt(2), 'dn')}
      ${scatter(spread, 'gates', gateAt(3), 'dm')}
    }
    workgroupBarrier();
    if (back + 1u < chunk.steps) {
      var a = ${vector}(0.0);
      var b = ${vector}(0.0);
${repeat(
  depth,
  (k) =>
    `      { let x = slopes[start + ${k}u]; ${
      resident ? `a += w0_${k} * x; b += w1_${k} * x;` : `a += ${weight(k, 0)} * x; b += ${weight(k, 1)} * x;`
    } }`,
)}
      let at = part * ${hidden}u + column;
      sums[at] = a; sums[at + ${half}u] = b;
    }
    workgroupBarrier();
    if (owner && back + 1u < chunk.steps) {
${repeat(parts, (p) => `      carry += sums[unit + ${p * hidden}u];`)}
    }
  }
}`
  return { label: `backward ${layer}`, code, buffers: ['read', 'write', 'read', 'read'], section: false }
}
