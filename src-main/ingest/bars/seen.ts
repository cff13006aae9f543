import { type DateInt, epochDay } from '../../../src-shared/domain/date.ts'

const FIRST_DAY = epochDay(19900101)
const LAST_DAY = epochDay(20491231)
const WORDS = Math.ceil((LAST_DAY - FIRST_DAY + 1) / 32)

/** Which days of which stocks an import call has met: a bit each, so that a whole market's history takes little. */
export interface SeenDays {
  has(symbol: string, date: DateInt): boolean
  /** False when the day has been met before. */
  meet(symbol: string, date: DateInt): boolean
}

export function createSeenDays(): SeenDays {
  const bits = new Map<string, Uint32Array>()
  /** Days outside of the bits. */
  const beyond = new Set<string>()
  const days = new Map<DateInt, number>()
  let last: string | null = null
  let words: Uint32Array = new Uint32Array(0)

  const dayOf = (date: DateInt): number => {
    let day = days.get(date)
    if (day === undefined) days.set(date, (day = epochDay(date)))
    return day
  }
  const isBeyond = (day: number): boolean => day < FIRST_DAY || day > LAST_DAY

  return {
    has(symbol, date) {
      const day = dayOf(date)
      if (isBeyond(day)) return beyond.has(`${symbol} ${date}`)
      const word = bits.get(symbol)?.[(day - FIRST_DAY) >>> 5] ?? 0
      return (word & (1 << ((day - FIRST_DAY) & 31))) !== 0
    },
    meet(symbol, date) {
      const day = dayOf(date)
      if (isBeyond(day)) {
        const key = `${symbol} ${date}`
        if (beyond.has(key)) return false
        beyond.add(key)
        return true
      }
      if (symbol !== last) {
        const known = bits.get(symbol)
        words = known ?? new Uint32Array(WORDS)
        if (known === undefined) bits.set(symbol, words)
        last = symbol
      }
      const word = (day - FIRST_DAY) >>> 5
      const bit = 1 << ((day - FIRST_DAY) & 31)
      if ((words[word] & bit) !== 0) return false
      words[word] |= bit
      return true
    },
  }
}
