import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { removeData } from '../../../src-main/store/remove.ts'
import { eachWorkspace } from './workspace.ts'

const workspace = eachWorkspace()

const CHAINED =
  'date,code,open,high,low,close,preclose,volume,amount,adjustflag,turn,tradestatus,pctChg,isST\n'
const OWN = 'date,symbol,open,high,low,close,volume,adj_factor\n'
const POINTS = 'symbol,date,adj_factor\n'
const DAYS = 20
const dayOf = (at: number): number => 20200101 + at

const day = fc.record({
  close: fc.integer({ min: 500, max: 2000 }),
  exRight: fc.constantFrom(1, 1, 1, 0.5, 0.8),
  traded: fc.constantFrom(true, true, true, false),
})
/** A stock's history as two sources tell it, and how each day's factor compares with the first's. */
const history = fc.array(day, { minLength: DAYS, maxLength: DAYS }).map((days) => {
  let [last, factor] = [1000, 1]
  return days.map(({ close, exRight, traded }, at) => {
    // Ex-days are told on days with a trade, as a preclose on another is of no use to a chain.
    const preclose = at > 0 && traded ? Math.round(last * exRight) : last
    factor *= last / preclose
    const price = traded || at === 0 ? close : last
    last = price
    const [p, before] = [price, preclose].map((each) => (each / 100).toFixed(2))
    const volume = traded || at === 0 ? 100 : 0
    return {
      factor,
      chained: `${dayOf(at)},sz.000001,${p},${p},${p},${p},${before},${volume},,3,,${Math.sign(volume)},,0\n`,
      own: `${dayOf(at)},000001.SZ,${p},${p},${p},${p},${volume},${3 * factor}\n`,
      point: `000001.SZ,${dayOf(at)},${3 * factor}\n`,
    }
  })
})
type History = typeof history extends fc.Arbitrary<infer Days> ? Days : never

/** A store after these imports, and its factors by day relative to the first day's. */
async function factorsAfter(imports: readonly (readonly [name: string, content: string])[]) {
  const { store, write, import: run } = workspace()
  for (const [name, content] of imports) {
    write(name, content)
    await run([name])
  }
  const factors = (): (readonly [number, number])[] => {
    const found = store.all<{ date: number; factor: number }>(
      `SELECT date, (SELECT factor FROM adjustment AS a WHERE a.instrument = bar.instrument AND a.date <= bar.date
         ORDER BY a.date DESC LIMIT 1) AS factor FROM bar ORDER BY date`,
    )
    return found.map(({ date, factor }) => [date, factor / found[0].factor])
  }
  return { store, factors }
}

const chainedFile = (days: History, from = 0, to = DAYS) =>
  [
    'chained.csv',
    CHAINED +
      days
        .slice(from, to)
        .map(({ chained }) => chained)
        .join(''),
  ] as const
const ownFile = (days: History, from: number, to = DAYS) =>
  [
    'own.csv',
    OWN +
      days
        .slice(from, to)
        .map(({ own }) => own)
        .join(''),
  ] as const
/** Factors of every day, or of the ex-days alone. */
const pointsFile = (days: History, from: number, every: boolean) => {
  const told = days
    .slice(from)
    .filter(({ factor }, at) => at === 0 || every || factor !== days[from + at - 1].factor)
  return ['points.csv', POINTS + told.map(({ point }) => point).join('')] as const
}

const expectTrue = (factors: readonly (readonly [number, number])[], days: History, from = 0): void => {
  expect(factors.map(([date]) => date)).toEqual(days.slice(from).map((_, at) => dayOf(from + at)))
  for (const [at, [, factor]] of factors.entries())
    expect(factor / (days[from + at].factor / days[from].factor)).toBeCloseTo(1, 9)
}

describe('factors of the precloses and of a stock itself', () => {
  const begin = fc.integer({ min: 1, max: DAYS - 1 })

  it('give the returns of both, where own ones begin later, in whatever order they come', async () => {
    await fc.assert(
      fc.asyncProperty(history, begin, async (days, from) => {
        const chained = chainedFile(days)
        for (const own of [ownFile(days, from), pointsFile(days, from, true), pointsFile(days, from, false)])
          for (const order of [
            [chained, own],
            [own, chained],
            [chained, own, chained],
            [own, chained, own],
          ])
            expectTrue((await factorsAfter(order)).factors(), days)
      }),
      { numRuns: 6 },
    )
  })

  it('so they do where earlier precloses, or earlier factors of its own, come afterwards', async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.integer({ min: 4, max: DAYS - 1 }), async (days, from) => {
        const half = from >> 1
        const late = ['late.csv', chainedFile(days, half)[1]] as const
        const own = ownFile(days, from)
        expectTrue((await factorsAfter([late, own, chainedFile(days)])).factors(), days)
        expectTrue((await factorsAfter([own, late, chainedFile(days)])).factors(), days)
        const earlier = ['earlier.csv', ownFile(days, half, half + 2)[1]] as const
        expectTrue((await factorsAfter([chainedFile(days), own, earlier])).factors(), days)
      }),
      { numRuns: 10 },
    )
  })

  it('stay as they were on the days that are left when those of its own are removed', async () => {
    await fc.assert(
      fc.asyncProperty(history, begin, async (days, from) => {
        const { store, factors } = await factorsAfter([chainedFile(days), ownFile(days, from)])
        removeData(store, { symbols: null, from: dayOf(from), to: null }, false)
        expectTrue(factors(), days.slice(0, from))
      }),
      { numRuns: 10 },
    )
  })

  it('say what they do: its own from the first of them on, whatever the precloses say there', async () => {
    const flat = `${dayOf(3)},000001.SZ,10,10,10,10,100,7\n${dayOf(4)},000001.SZ,5,5,5,5,100,7\n`
    const row = (at: number, close: number, preclose: number): string =>
      `${dayOf(at)},sz.000001,${close},${close},${close},${close},${preclose},100,,3,,1,,0\n`
    const chained = [
      'chained.csv',
      CHAINED + row(0, 40, 40) + row(1, 20, 20) + row(2, 20, 20) + row(3, 10, 10) + row(4, 5, 5),
    ] as const
    const own = ['own.csv', OWN + flat] as const
    for (const order of [
      [chained, own],
      [own, chained],
    ]) {
      const { store } = await factorsAfter(order)
      expect(store.all('SELECT date, factor FROM adjustment')).toEqual([
        { date: dayOf(0), factor: 7 / 4 },
        { date: dayOf(1), factor: 7 / 2 },
        { date: dayOf(3), factor: 7 },
      ])
    }
  })
})
