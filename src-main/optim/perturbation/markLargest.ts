/**
 * Set `marks` to 1 at the `count` largest of `scores`; of equal ones the first. Elements marked before stay marked and are
 * not counted.
 */
export function markLargest(scores: Float64Array, count: number, marks: Uint8Array): void {
  if (count <= 0) return
  const most = Math.min(count, scores.length)
  const threshold = scores.slice().sort()[scores.length - most]
  let left = most
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
