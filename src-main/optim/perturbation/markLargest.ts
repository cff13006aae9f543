import { growing } from '../work.ts'

/**
 * Sets `marks` to 1 at the `count` largest of `scores`; of equal ones the first. Elements marked before stay marked and are
 * not counted.
 */
export type MarkLargest = (scores: Float64Array, count: number, marks: Uint8Array) => void

/** With a work space of its own, so that marking again allocates nothing. */
export function createMarkLargest(): MarkLargest {
  const sortedOf = growing()
  return (scores, count, marks) => {
    if (count <= 0) return
    const sorted = sortedOf(scores.length)
    sorted.set(scores)
    sorted.sort()
    let left = Math.min(count, scores.length)
    const threshold = sorted[scores.length - left]
    for (let i = 0; i < scores.length; i++) {
      if (scores[i] > threshold) {
        marks[i] = 1
        left--
      }
    }
    for (let i = 0; i < scores.length && left > 0; i++) {
      if (scores[i] === threshold) {
        marks[i] = 1
        left--
      }
    }
  }
}
