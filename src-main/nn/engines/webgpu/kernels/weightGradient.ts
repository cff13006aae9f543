import { CHUNK_WGSL, type Kernel, repeat } from './kernel.ts'
import { type Source, sourceWgsl } from './sources.ts'

/**
 * Weight gradients: products over all rows of a chunk, d' x. The rows are cut into `chunk.splits` parts, so that even a
 * few result tiles keep a large GPU busy; each part's result stands on its own and kernels/sum.ts adds the parts up in
 * order. A workgroup makes a tile of 64 x 4 TX; a thread 4 x 4 of it.
 */
const TILE = 64
const SLAB = 16

export interface WeightGradientOptions {
  readonly layer: number
  /** The matrix that multiplies the layer's inputs, or its states. */
  readonly side: 'input' | 'hidden'
  readonly hidden: number
  /** Padded columns of the matrix. */
  readonly columns: number
  /** Of a 'hidden' side it is the layer's own states, one step back, and not asked. */
  readonly source: Source
  /** Offsets in a part. */
  readonly weight: number
  readonly bias: number
  /** Elements of a part. */
  readonly size: number
}

const acrossOf = (columns: number): number =>
  columns > 32 ? 16 : columns > 16 ? 8 : columns > 8 ? 4 : columns > 4 ? 2 : 1

/** Workgroups along x: result tiles. Along y go the parts. */
export function weightGradientTiles(hidden: number, columns: number): number {
  return Math.ceil((3 * hidden) / TILE) * Math.ceil(columns / (4 * acrossOf(columns)))
}

/**
 * Gradient of W_ih and b_ih, or of W_hh and b_hh, of one layer. Buffers: gates (as the backward recurrence left them),
 * parts, and the states of the layer below (input side, from layer 1 on) or the layer's own (hidden side).
 */
export function weightGradientKernel(options: WeightGradientOptions): Kernel {
  const { layer, side, hidden, columns, source, weight, bias, size } = options
  const across = acrossOf(columns)
  const threads = 16 * across
  const leftLoads = (SLAB * 16) / threads
  const vectors = (3 * hidden) / 4
  const columnTiles = Math.ceil(columns / (4 * across))
  const section = side === 'input' && source.kind === 'inputs'
  const right =
    side === 'input'
      ? sourceWgsl(source)
      : `fn source(row: u32, v: u32) -> vec4f { return below[row * ${hidden / 4}u + v]; }`
  const code = `${CHUNK_WGSL}
@group(0) @binding(1) var<storage, read> gates: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> parts: array<f32>;
${section ? '' : '@group(0) @binding(3) var<storage, read> below: array<vec4f>;'}
${right}
// The recurrent side has dm where the input side has dn.
fn slope(row: u32, v: u32) -> vec4f {
  return gates[row * ${hidden}u + ${side === 'input' ? 'v' : `select(v, v + ${hidden / 4}u, v >= ${hidden / 2}u)`}];
}
var<workgroup> leftSlab: array<vec4f, ${SLAB * 16}>;
var<workgroup> rightSlab: array<vec4f, ${SLAB * across}>;
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) id: u32) {
  let firstLeft = (group.x / ${columnTiles}u) * 16u;
  let firstRight = (group.x % ${columnTiles}u) * ${across}u;
  let x = id % ${across}u;
  let y = id / ${across}u;
  let end = min((group.y + 1u) * chunk.splitRows, chunk.rows);
  let leftVector = firstLeft + id % 16u;
  let rightVector = firstRight + x;
${repeat(4, (i) => `  var sum${i} = vec4f(0.0);`)}
  // A thread loads one column of vectors only, and adds it up on the way: the bias's gradient.
  var column = vec4f(0.0);
${repeat(leftLoads, (i) => `  var l${i} = vec4f(0.0);`)}
  var r0 = vec4f(0.0);
  for (var start = group.y * chunk.splitRows; start < end; start += ${SLAB}u) {
${repeat(leftLoads, (i) => {
  const row = `start + id / 16u + ${i * across}u`
  return `    l${i} = vec4f(0.0); if (${row} < end && leftVector < ${vectors}u) { l${i} = slope(${row}, leftVector); }
    column += l${i};`
})}
    r0 = vec4f(0.0); if (start + y < end && rightVector < ${columns / 4}u) { r0 = source(start + y, rightVector); }
    workgroupBarrier();
${repeat(leftLoads, (i) => `    leftSlab[id + ${i * threads}u] = l${i};`)}
    rightSlab[id] = r0;
    workgroupBarrier();
    for (var k = 0u; k < ${SLAB}u; k++) {
      let a = leftSlab[k * 16u + y];
      let b = rightSlab[k * ${across}u + x];
      sum0 += a.x * b; sum1 += a.y * b; sum2 += a.z * b; sum3 += a.w * b;
    }
  }
  let part = group.y * ${size}u;
  if (firstLeft + y < ${vectors}u && rightVector < ${columns / 4}u) {
    let at = part + ${weight}u + 4u * (firstLeft + y) * ${columns}u + 4u * rightVector;
${repeat(4, (i) => repeat(4, (j) => `    parts[at + ${i * columns + j}u] = sum${i}.${'xyzw'[j]};`, ' '))}
  }
  workgroupBarrier();
  leftSlab[id] = column;
  workgroupBarrier();
  if (firstRight == 0u && id < 16u && leftVector < ${vectors}u) {
${repeat(across - 1, (i) => `    column += leftSlab[id + ${(i + 1) * 16}u];`)}
    let at = part + ${bias}u + 4u * leftVector;
    parts[at] = column.x; parts[at + 1u] = column.y; parts[at + 2u] = column.z; parts[at + 3u] = column.w;
  }
}`
  return {
    label: `weight gradient ${layer} ${side}`,
    code,
    buffers: section ? ['read', 'write'] : ['read', 'write', 'read'],
    section,
  }
}

export interface HeadGradientOptions {
  readonly hidden: number
  readonly outputs: number
  readonly weight: number
  readonly bias: number
  readonly size: number
}

/**
 * Gradient of the head, from the top layer's last states. A workgroup takes one part of the stocks, a thread one unit,
 * the last thread the bias. Buffers: states, prediction gradient, parts.
 */
export function headGradientKernel({ hidden, outputs, weight, bias, size }: HeadGradientOptions): Kernel {
  const code = `${CHUNK_WGSL}
@group(0) @binding(1) var<storage, read> states: array<f32>;
@group(0) @binding(2) var<storage, read> slopes: array<f32>;
@group(0) @binding(3) var<storage, read_write> parts: array<f32>;
@compute @workgroup_size(${hidden + 1})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) unit: u32) {
  let isBias = unit == ${hidden}u;
${repeat(outputs, (k) => `  var sum${k} = 0.0;`)}
  let end = min((group.x + 1u) * chunk.splitStocks, chunk.stocks);
  for (var stock = group.x * chunk.splitStocks; stock < end; stock++) {
    var x = 1.0;
    if (!isBias) { x = states[(chunk.rows + stock) * ${hidden}u + unit]; }
${repeat(outputs, (k) => `    sum${k} += slopes[(chunk.first + stock) * ${outputs}u + ${k}u] * x;`)}
  }
  let part = group.x * ${size}u;
${repeat(outputs, (k) => `  parts[part + select(${weight + k * hidden}u + unit, ${bias + k}u, isBias)] = sum${k};`)}
}`
  return { label: 'head gradient', code, buffers: ['read', 'read', 'write'], section: false }
}

const SUM_THREADS = 64
export const sumGroups = (size: number): number => Math.ceil(size / SUM_THREADS)
/** Elements of a result before the gradient: the loss, and 1 when it is defined. */
export const RESULT_HEADER = 4

/** result[header ...] = the parts summed up in order, on top of earlier chunks. Buffers: parts, result. */
export function sumKernel(size: number): Kernel {
  const code = `${CHUNK_WGSL}
@group(0) @binding(1) var<storage, read> parts: array<f32>;
@group(0) @binding(2) var<storage, read_write> result: array<f32>;
@compute @workgroup_size(${SUM_THREADS})
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= ${size}u) { return; }
  var sum = 0.0;
  if (chunk.accumulate == 1u) { sum = result[${RESULT_HEADER}u + id.x]; }
  for (var part = 0u; part < chunk.splits; part++) { sum += parts[part * ${size}u + id.x]; }
  result[${RESULT_HEADER}u + id.x] = sum;
}`
  return { label: 'sum of parts', code, buffers: ['read', 'write'], section: false }
}
