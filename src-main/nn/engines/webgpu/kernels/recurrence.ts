import { roundUp } from '../parameters.ts'
import { repeat } from './kernel.ts'

/**
 * How a recurrence is spread over a workgroup.
 *
 * All steps of a layer run in one dispatch. A workgroup holds `lanes` stocks, the lanes of a vector: workgroup memory
 * keeps one vector per unit, so that one 16-byte read, the same for the whole subgroup, feeds 12 multiply-adds forward
 * and 8 backward, and no two threads ever write parts of one vector. Each step is one product with W_hh: a thread owns
 * 3 hidden^2 / threads of its elements, kept in registers from the first step to the last, sums a slice of the depth,
 * and the owners of the units add the slices up in order. Few stocks per workgroup, so that 512 stocks already are 128
 * workgroups; with 256 threads of about 90 registers two or three of them share a multiprocessor and hide each other's
 * barriers.
 */
export interface Spread {
  readonly lanes: 2 | 4
  /** Parts the depth of the forward product is cut into; the backward product, of two units a thread, has twice as many. */
  readonly slices: number
  readonly threads: number
  /** Depth of one slice, forward and backward. */
  readonly forwardDepth: number
  readonly backwardDepth: number
  /** Whether a thread keeps its weights in registers; else it reads them each step, through the cache. */
  readonly resident: boolean
}

/** Weights a thread can keep without spilling registers on common hardware. */
const RESIDENT_WEIGHTS = 96
const MOST_SLICES = 4
/** Below, workgroups of two stocks: a large GPU has more multiprocessors than workgroups of four. */
const FEW_STOCKS = 256

export interface SpreadLimits {
  readonly maxComputeInvocationsPerWorkgroup: number
  readonly maxComputeWorkgroupStorageSize: number
}

/** @param hidden padded units, a multiple of four */
export function spreadOf(hidden: number, stocks: number, limits: SpreadLimits): Spread {
  const lanes = stocks <= FEW_STOCKS ? 2 : 4
  let slices = Math.min(
    MOST_SLICES,
    hidden / 4,
    Math.floor(limits.maxComputeInvocationsPerWorkgroup / hidden),
  )
  // One measure for both numbers of lanes, so that the sums' order does not depend on the number of stocks.
  while (slices > 1 && workgroupBytes(hidden, slices) > limits.maxComputeWorkgroupStorageSize) slices--
  const forwardDepth = roundUp(Math.ceil(hidden / slices), 4)
  return {
    lanes,
    slices,
    threads: hidden * slices,
    forwardDepth,
    backwardDepth: Math.ceil((3 * hidden) / (2 * slices)),
    resident: 3 * forwardDepth <= RESIDENT_WEIGHTS,
  }
}

function workgroupBytes(hidden: number, slices: number): number {
  const forward = (slices - 1) * 3 * hidden + slices * roundUp(Math.ceil(hidden / slices), 4)
  const backward = 2 * slices * hidden + 2 * slices * Math.ceil((3 * hidden) / (2 * slices))
  return 16 * Math.max(forward, backward)
}

/**
 * Activations of vectors. The arguments of exp are kept where neither it nor its reciprocal overflows: compilers may
 * assume that no infinity ever occurs. tanh is a series near 0, where 1 - exp would lose the small differences that the
 * IC looks at; the built-in one may be far off.
 */
export function activationsWgsl(vector: string): string {
  return `
fn sigmoid(x: ${vector}) -> ${vector} {
  return ${vector}(1.0) / (${vector}(1.0) + exp(-clamp(x, ${vector}(-80.0), ${vector}(80.0))));
}
fn hyperbolic(x: ${vector}) -> ${vector} {
  let e = exp(-2.0 * min(abs(x), ${vector}(20.0)));
  let far = sign(x) * (${vector}(1.0) - e) / (${vector}(1.0) + e);
  let s = min(x * x, ${vector}(1.0));
  let near = x + x * s * (-0.33333333 + s * (0.13333333 + s * (-0.05396825 + s * 0.02186949)));
  return select(far, near, abs(x) < ${vector}(0.3));
}`
}

/** A vector of the workgroup's stocks: element `at(lane)` of an array for each. */
export function gather(spread: Spread, array: string, at: (lane: number) => string): string {
  return `vec${spread.lanes}f(${repeat(spread.lanes, (lane) => `${array}[${at(lane)}]`, ', ')})`
}

/** The reverse of `gather`. */
export function scatter(spread: Spread, array: string, at: (lane: number) => string, value: string): string {
  return repeat(spread.lanes, (lane) => `${array}[${at(lane)}] = ${value}.${'xyzw'[lane]};`, ' ')
}
