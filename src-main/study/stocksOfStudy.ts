import type { StudyConfig } from '../../src-shared/domain/study.ts'
import type { Prepared } from './prepare.ts'

/** The stocks that a study decides on, 1 on `day`: its universe, and those of its indices by membership or published weight. */
export function stocksOfStudy(
  { portfolio }: StudyConfig,
  { market, universe }: Prepared,
): (day: number) => Uint8Array {
  const { dates, symbols } = market.panel
  const stocks = symbols.length
  return (day) => {
    const among = universe.slice(day * stocks, (day + 1) * stocks)
    for (const symbol of portfolio.indices) {
      const { member, weights } = market.indices.get(symbol)!
      const snapshot = weights?.findLast(({ date }) => date <= dates[day])
      for (let stock = 0; stock < stocks; stock++)
        if (member?.[day * stocks + stock] === 1 || (snapshot?.weights[stock] ?? 0) > 0) among[stock] = 1
    }
    return among
  }
}
