import type { Industries } from '../market/industryHistory.ts'

/** Names of the groups that `groupOf` numbers: the industries, then `unknown`. */
export const groupNames = (industries: Industries | null): string[] => [
  ...(industries?.names ?? []),
  'unknown',
]

/** The group of a stock on a day: its industry, or the last group when that is unknown. */
export function groupOf(industries: Industries | null, day: number): (stock: number) => number {
  if (industries === null) return () => 0
  const industry = industries.at(day)
  return (stock) => (industry[stock] < 0 ? industries.names.length : industry[stock])
}
