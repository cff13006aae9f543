import { CHUNK_WGSL, type Kernel, repeat } from './kernel.ts'
import { dropoutWgsl, type DropoutSource, type Source, sourceWgsl } from './sources.ts'

/**
 * Products of all rows of a chunk with one small matrix: what a recurrence does not have to wait for. A workgroup makes
 * a tile of 128 rows x 4 TX columns with 16 TX... threads of RM rows x 4 columns each; the depth goes by in slabs that
 * pass through workgroup memory while the next slab is on its way into registers. With 64 columns a thread does 32
 * multiply-adds for three 16-byte reads of workgroup memory.
 */
const ROWS = 128
const THREADS = 256

interface Product {
  readonly label: string
  /** Columns of the result and the depth summed over, multiples of four. */
  readonly columns: number
  readonly depth: number
  /** Declarations, `fn left(row, v) -> vec4f` (depth 4 v ... of a row) and `fn right(k, v) -> vec4f`. */
  readonly operands: string
  /** Statement before the stores, of columns 4 v .... */
  readonly beforeStore: string
  /** Statement that keeps `value`, columns 4 v ... of `row`. */
  readonly store: string
}

function productWgsl({ columns, depth, operands, beforeStore, store }: Product): string {
  // Threads along the columns: wide results get wide tiles, narrow ones waste at most half a tile.
  const across = columns > 32 ? 16 : columns > 16 ? 8 : 4
  const down = THREADS / across
  const perThread = ROWS / down
  const slab = Math.min(16, depth)
  const slabVectors = slab / 4
  // One vec4f of padding per row keeps neighbouring rows in different banks.
  const stride = slabVectors + 1
  const leftVectors = ROWS * slabVectors
  const leftLoads = Math.ceil(leftVectors / THREADS)
  const rightVectors = slab * across
  const guardLeft = leftVectors % THREADS === 0 ? '' : `if (id + LOAD < ${leftVectors}u) `
  const loads = `
${repeat(leftLoads, (i) => {
  const guard = guardLeft.replace('LOAD', `${i * THREADS}u`)
  return `    ${guard}{ let e = id + ${i * THREADS}u; let row = firstRow + e / ${slabVectors}u; let v = start / 4u + e % ${slabVectors}u;
      l${i} = vec4f(0.0); if (row < chunk.rows && v < ${depth / 4}u) { l${i} = left(row, v); } }`
})}
    if (id < ${rightVectors}u) { let k = start + id / ${across}u; let v = firstVector + id % ${across}u;
      r0 = vec4f(0.0); if (k < ${depth}u && v < ${columns / 4}u) { r0 = right(k, v); } }`
  return `${CHUNK_WGSL}${operands}
var<workgroup> leftSlab: array<vec4f, ${ROWS * stride}>;
var<workgroup> rightSlab: array<vec4f, ${rightVectors}>;
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) id: u32) {
  let firstRow = group.x * ${ROWS}u;
  let firstVector = group.y * ${across}u;
  let x = id % ${across}u;
  let y = id / ${across}u;
${repeat(perThread, (i) => `  var sum${i} = vec4f(0.0);`)}
${repeat(leftLoads, (i) => `  var l${i} = vec4f(0.0);`)}
  var r0 = vec4f(0.0);
  for (var start = 0u; start < ${depth}u; start += ${slab}u) {${loads}
    workgroupBarrier();
${repeat(leftLoads, (i) => {
  const guard = guardLeft.replace('LOAD', `${i * THREADS}u`)
  return `    ${guard}{ let e = id + ${i * THREADS}u; leftSlab[(e / ${slabVectors}u) * ${stride}u + e % ${slabVectors}u] = l${i}; }`
})}
    if (id < ${rightVectors}u) { rightSlab[id] = r0; }
    workgroupBarrier();
    for (var v = 0u; v < ${slabVectors}u; v++) {
${repeat(4, (k) => `      let b${k} = rightSlab[(4u * v + ${k}u) * ${across}u + x];`)}
${repeat(
  perThread,
  (i) => `      let a${i} = leftSlab[(y + ${i * down}u) * ${stride}u + v];
      sum${i} += a${i}.x * b0; sum${i} += a${i}.y * b1; sum${i} += a${i}.z * b2; sum${i} += a${i}.w * b3;`,
)}
    }
  }
  let v = firstVector + x;
  if (v < ${columns / 4}u) {
    ${beforeStore}
${repeat(
  perThread,
  (i) =>
    `    { let row = firstRow + y + ${i * down}u; if (row < chunk.rows) { let value = sum${i}; ${store} } }`,
)}
  }
}`
}

/** Workgroups of a row product: along x by rows, along y by columns. */
export function rowProductGroups(rows: number, columns: number): [x: number, y: number] {
  const across = columns > 32 ? 16 : columns > 16 ? 8 : 4
  return [Math.ceil(rows / ROWS), Math.ceil(columns / (4 * across))]
}

export interface ProjectionOptions {
  readonly layer: number
  readonly source: Source
  /** Padded columns of the input. */
  readonly inputs: number
  readonly hidden: number
  /** Offsets of the parameters. */
  readonly weightIh: number
  readonly biasIh: number
  readonly biasHh: number
}

/**
 * gates[row][0 ... 3 hidden) = W_ih x + b_ih, plus b_hh for reset and update; the new gate's b_hn stays with the state.
 * Buffers: parameters, gates (row of 4 hidden: reset | update | new | m), and the layer below's states from layer 1 on.
 */
export function projectionKernel(options: ProjectionOptions): Kernel {
  const { layer, source, inputs, hidden, weightIh, biasIh, biasHh } = options
  const fromInputs = source.kind === 'inputs'
  const operands = `
@group(0) @binding(1) var<storage, read> parameters: array<f32>;
@group(0) @binding(2) var<storage, read_write> gates: array<vec4f>;
${fromInputs ? '' : '@group(0) @binding(3) var<storage, read> below: array<vec4f>;'}
${sourceWgsl(source)}
fn left(row: u32, v: u32) -> vec4f { return source(row, v); }
fn right(k: u32, v: u32) -> vec4f {
  let at = ${weightIh}u + 4u * v * ${inputs}u + k;
  return vec4f(parameters[at], parameters[at + ${inputs}u], parameters[at + ${2 * inputs}u], parameters[at + ${3 * inputs}u]);
}
fn biasAt(at: u32) -> vec4f {
  return vec4f(parameters[at], parameters[at + 1u], parameters[at + 2u], parameters[at + 3u]);
}
fn bias(v: u32) -> vec4f {
  var sum = biasAt(${biasIh}u + 4u * v);
  if (v < ${hidden / 2}u) { sum += biasAt(${biasHh}u + 4u * v); }
  return sum;
}`
  const label = `projection ${layer}`
  return {
    label,
    code: productWgsl({
      label,
      columns: 3 * hidden,
      depth: inputs,
      operands,
      beforeStore: 'let offset = bias(v);',
      store: `gates[row * ${hidden}u + v] = value + offset;`,
    }),
    buffers: fromInputs ? ['read', 'write'] : ['read', 'write', 'read'],
    section: fromInputs,
  }
}

export interface InputGradientOptions {
  /** The layer whose inputs' gradient it is, at least 1. */
  readonly layer: number
  readonly hidden: number
  readonly weightIh: number
  /** Of the layer below's outputs. */
  readonly dropout: DropoutSource | null
}

/**
 * flow[row] = W_ih' d, the gradient of the layer below's outputs, d being the gates' first three quarters after the
 * backward recurrence. Buffers: parameters, gates, flow (rows x hidden).
 */
export function inputGradientKernel({ layer, hidden, weightIh, dropout }: InputGradientOptions): Kernel {
  const operands = `
@group(0) @binding(1) var<storage, read> parameters: array<vec4f>;
@group(0) @binding(2) var<storage, read> gates: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> flow: array<vec4f>;
${dropout === null ? '' : dropoutWgsl(dropout)}
fn left(row: u32, v: u32) -> vec4f { return gates[row * ${hidden}u + v]; }
fn right(k: u32, v: u32) -> vec4f { return parameters[${weightIh / 4}u + k * ${hidden / 4}u + v]; }`
  const label = `input gradient ${layer}`
  return {
    label,
    code: productWgsl({
      label,
      columns: hidden,
      depth: 3 * hidden,
      operands,
      beforeStore: '',
      store: `flow[row * ${hidden / 4}u + v] = value${dropout === null ? '' : ' * passed(row, v)'};`,
    }),
    buffers: ['read', 'read', 'write'],
    section: false,
  }
}
