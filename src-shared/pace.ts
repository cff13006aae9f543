/** How fast something is read of late. */
export interface Pace {
  /** So much of it is read at this time (ms). */
  note(time: number, amount: number): void
  /** The median of the latest stretches, a second; null before there are three. */
  rate(): number | null
}

/** Shorter stretches say more about the clock than about the disk. */
const STRETCH_MS = 250
const STRETCHES = 12
const STRETCHES_NEEDED = 3

export function createPace(): Pace {
  const rates: number[] = []
  let last: { readonly time: number; readonly amount: number } | null = null
  return {
    note(time, amount) {
      if (last !== null && time - last.time < STRETCH_MS) return
      if (last !== null) rates.push(((amount - last.amount) / (time - last.time)) * 1000)
      if (rates.length > STRETCHES) rates.shift()
      last = { time, amount }
    },
    rate() {
      if (rates.length < STRETCHES_NEEDED) return null
      const sorted = rates.toSorted((a, b) => a - b)
      const middle = Math.floor(sorted.length / 2)
      return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    },
  }
}
