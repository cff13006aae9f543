import { describe, expect, it } from 'vitest'
import { doctor } from '../../../src-main/market/doctor.ts'
import { loadMarket } from '../../../src-main/market/loadMarket.ts'
import { adjustmentNotes } from '../../../src-main/study/adjustmentNotes.ts'
import { eachWorkspace } from '../ingest/workspace.ts'

const workspace = eachWorkspace()

const DAYS = [20200102, 20200103, 20200106, 20200107, 20200108, 20200109]
const A = '600000.SH'

/** Bars as [preclose or none, close] on each day, null = no bar; the factors of every day that a stock has any on, null = none. */
interface Stock {
  readonly bars: readonly (readonly [preclose: number | '', close: number] | null)[]
  readonly factors: readonly (number | null)[]
}
const still = DAYS.map(() => [10, 10] as const)
const bars = (changes: Readonly<Record<number, readonly [number | '', number] | null>>): Stock['bars'] =>
  still.map((bar, day) => (day in changes ? changes[day] : bar))

/** The notes on these stocks beside one with nothing odd, and how often the doctor finds an ex-day without a factor. */
async function found(stocks: Readonly<Record<string, Stock>>) {
  const { store, write, import: run } = workspace()
  const all = { '000001.SZ': { bars: still, factors: DAYS.map(() => 3) }, ...stocks }
  const lines = (of: (symbol: string, stock: Stock, day: number) => string | null): string =>
    Object.entries(all)
      .flatMap(([symbol, stock]) => DAYS.map((_, day) => of(symbol, stock, day)))
      .filter((line) => line !== null)
      .map((line) => `${line}\n`)
      .join('')
  write(
    'bars.csv',
    `symbol,date,open,high,low,close,preclose,volume\n${lines((symbol, stock, day) => {
      const bar = stock.bars[day]
      if (bar === null) return null
      const [preclose, close] = bar
      return [symbol, DAYS[day], close, close, close, close, preclose, 100].join()
    })}`,
  )
  write(
    'factors.csv',
    `symbol,date,adj_factor\n${lines((symbol, { factors }, day) =>
      factors[day] === null ? null : [symbol, DAYS[day], factors[day]].join(),
    )}`,
  )
  await run()
  const finding = doctor(store).find(({ code }) => code === 'ex_day_without_factor')
  const notes = adjustmentNotes(loadMarket(store, { threads: 0 })).map(({ code, values }) => [code, values])
  return { notes, doctor: finding?.count ?? 0 }
}

describe('the notes on what the adjustment of prices lacks', () => {
  it('count ex-days after the factors have ended', async () => {
    // A dividend that its factor knows, and a split on a day of bars alone.
    const split = {
      bars: bars({ 1: [9, 10], 4: [5, 5], 5: [5, 5] }),
      factors: [1, 10 / 9, 10 / 9, 10 / 9, null, null],
    }
    expect(await found({ [A]: split, '600001.SH': split })).toEqual({
      notes: [['ex_days_unadjusted', { count: 2, exDays: 2 }]],
      doctor: 2,
    })
  })

  it('say nothing where the factor changes on every ex-day, or by less than it is rounded', async () => {
    const factors = [1, 10 / 9, 10 / 9, 10 / 9, 10 / 9, 10 / 9]
    expect(await found({ [A]: { bars: bars({ 1: [9, 10] }), factors } })).toEqual({ notes: [], doctor: 0 })
    const dear: Stock['bars'] = [
      [200, 200],
      [100, 200],
      ...DAYS.slice(2).map((_, at): [number, number] => [at === 1 ? 199.99 : 200, 200]),
    ]
    expect(await found({ [A]: { bars: dear, factors: [1, 2, 2, 2, 2, 2] } })).toEqual({
      notes: [],
      doctor: 0,
    })
  })

  it('take no preclose after missing days for an ex-day', async () => {
    const gap = { bars: bars({ 1: [9, 10], 3: null, 4: [9, 10] }), factors: [1, 2, 2, 2, 2, 2] }
    expect(await found({ [A]: gap })).toEqual({
      notes: [['precloses_after_gaps', { count: 1, exDays: 1 }]],
      doctor: 0,
    })
  })

  it('tell of stocks without factors of which not every preclose is known, and of no other', async () => {
    const none = DAYS.map(() => null)
    const stocks = {
      [A]: { bars: bars({ 3: ['', 10] }), factors: none },
      '600001.SH': { bars: bars({ 0: ['', 10] }), factors: none },
      '600002.SH': { bars: bars({ 2: ['', 10] }), factors: DAYS.map(() => 1) },
    }
    expect(await found(stocks)).toEqual({ notes: [['ex_days_unknown', { count: 1 }]], doctor: 0 })
  })

  it('tell a stock once: of a factor that never changes, or of one that begins late', async () => {
    const never = { bars: bars({ 2: [9, 10] }), factors: DAYS.map(() => 2) }
    const late = { bars: bars({ 1: [9, 10], 4: [8, 10] }), factors: [null, null, 5, 5, 6.25, 6.25] }
    expect(await found({ [A]: never, '600001.SH': late })).toEqual({
      notes: [
        ['factors_begin_late', { count: 1 }],
        ['prices_unadjusted', { count: 1 }],
      ],
      doctor: 2,
    })
  })
})
