/** The industries of the stocks on each day, in their order. */
export interface Industries {
  readonly names: readonly string[]
  /** Per stock: position in `names`, -1 unknown; null: no stock has a known one. `day`: index into the dates. */
  readonly at: (day: number) => Int32Array | null
}

/** Names of the groups that `groupOf` numbers: the industries, then `unknown`. */
export const groupNames = ({ names }: Industries): string[] => [...names, 'unknown']

/** The group of a stock on a day: its industry, or the last group when that is unknown. */
export function groupOf({ names, at }: Industries, day: number): (stock: number) => number {
  const industry = at(day)
  return (stock) => (industry === null || industry[stock] < 0 ? names.length : industry[stock])
}
