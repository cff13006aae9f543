/** Counts the deaths of one part of the app: what dies too often is broken, and starting it again would not help. */
export interface Deaths {
  /**
   * @param now in ms, from any origin
   * @returns whether there have been too many lately, this one counted
   */
  add(now: number): boolean
  /** Begin to count anew. */
  forget(): void
}

/** Deaths within a minute after which a part is still started again. */
export const DEATHS_A_MINUTE = 5
const MINUTE_MS = 60_000

export function createDeaths(): Deaths {
  let times: number[] = []
  return {
    add(now) {
      times = [...times.filter((time) => time > now - MINUTE_MS), now]
      return times.length > DEATHS_A_MINUTE
    },
    forget() {
      times = []
    },
  }
}
