import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { doctor } from '../../../src-main/market/doctor.ts'
import type { ReadableStore } from '../../../src-main/store/store.ts'
import { eachWorkspace } from './workspace.ts'

/** Chains over suspended days of which a source writes no bar, as Tushare and AkShare do not. */
const workspace = eachWorkspace()

const BARS = 'date,code,open,high,low,close,preclose,volume,amount,adjustflag,turn,tradestatus,pctChg,isST\n'
const SUSPENSIONS = 'symbol,date,suspended\n'
const STOCK = '000001.SZ'
const DAYS = 20
const dayOf = (at: number): number => 20200101 + at

interface Day {
  readonly close: number
  /** Preclose over the last close. */
  readonly exRight: number
  readonly traded: boolean
}
const history = fc.array(
  fc.record({
    close: fc.integer({ min: 500, max: 2000 }),
    exRight: fc.constantFrom(1, 1, 0.5, 0.8),
    traded: fc.constantFrom(true, false),
  }),
  { minLength: DAYS, maxLength: DAYS },
)

const line = (at: number, code: string, close: number, preclose: number, volume: number): string => {
  const [p, before] = [close, preclose].map((each) => (each / 100).toFixed(2))
  return `${dayOf(at)},${code},${p},${p},${p},${p},${before},${volume},,3,,${Math.sign(volume)},,0\n`
}

/** The files of a history, and its factor on each traded day, compared with the first's. */
function filesOf(days: readonly Day[]) {
  const bars = { whole: BARS, without: BARS }
  let suspensions = SUSPENSIONS
  let [last, factor] = [1000, 1]
  const factors: (readonly [number, number])[] = []
  for (const [at, { close, exRight, traded }] of days.entries()) {
    // Another stock that always trades, of which the exchange days are known.
    for (const name of ['whole', 'without'] as const) bars[name] += line(at, 'sz.000002', 1000, 1000, 100)
    if (traded || at === 0) {
      const preclose = at === 0 ? last : Math.round(last * exRight)
      if (at > 0) factor *= last / preclose
      factors.push([dayOf(at), factor])
      for (const name of ['whole', 'without'] as const)
        bars[name] += line(at, 'sz.000001', close, preclose, 100)
      last = close
    } else {
      bars.whole += line(at, 'sz.000001', last, last, 0)
      suspensions += `${STOCK},${dayOf(at)},1\n`
    }
  }
  return { ...bars, suspensions, factors }
}

/** The factors after these imports, each of some files, on the days of a stock's trades. */
async function factorsAfter(imports: readonly Readonly<Record<string, string>>[]) {
  const { store, write, import: run } = workspace()
  for (const files of imports) {
    for (const [name, content] of Object.entries(files)) write(name, content)
    await run(Object.keys(files))
  }
  const found = store.all<{ date: number; factor: number }>(
    `SELECT date, (SELECT factor FROM adjustment AS a WHERE a.instrument = bar.instrument AND a.date <= bar.date
       ORDER BY a.date DESC LIMIT 1) AS factor
     FROM bar JOIN instrument ON id = instrument WHERE symbol = ? AND suspended = 0 ORDER BY date`,
    STOCK,
  )
  return { store, found: found.map(({ date, factor }) => [date, factor / found[0].factor] as const) }
}

function expectSame(found: readonly (readonly [number, number])[], factors: typeof found): void {
  expect(found.map(([date]) => date)).toEqual(factors.map(([date]) => date))
  for (const [at, [, factor]] of found.entries()) expect(factor / factors[at][1]).toBeCloseTo(1, 9)
}

/** What the doctor finds of missing days, and the first of each. */
const gaps = (store: ReadableStore) =>
  doctor(store)
    .filter(({ code }) => ['gap', 'preclose_after_gap', 'ex_day_without_factor'].includes(code))
    .map(({ code, examples }) => [code, examples[0].values])

describe('a chain over suspended days without a bar', () => {
  it.each(['together', 'bars first', 'suspensions first'])(
    'is that of a source which has bars of them, once they are imported as suspensions: %s',
    async (order) => {
      await fc.assert(
        fc.asyncProperty(history, async (days) => {
          const { without, suspensions, factors } = filesOf(days)
          const bars = { 'bars.csv': without }
          const told: Record<string, string> =
            suspensions === SUSPENSIONS ? {} : { 'suspensions.csv': suspensions }
          const imports = {
            together: [{ ...bars, ...told }],
            'bars first': [bars, told],
            'suspensions first': [told, bars],
          }[order]!.filter((files) => Object.keys(files).length > 0)
          expectSame((await factorsAfter(imports)).found, factors)
        }),
        { numRuns: 25 },
      )
    },
  )

  const halted = (): Day[] =>
    Array.from({ length: DAYS }, (_, at) => ({
      close: 1000,
      exRight: at === 8 ? 0.5 : 1,
      traded: at < 5 || at > 7,
    }))

  it('knows no ex-day while one of the days is neither', async () => {
    const { without, suspensions } = filesOf(halted())
    const missing = suspensions.replace(`${STOCK},${dayOf(6)},1\n`, '')
    const { store, found } = await factorsAfter([{ 'bars.csv': without, 'suspensions.csv': missing }])
    expect(new Set(found.map(([, factor]) => factor))).toEqual(new Set([1]))
    expect(gaps(store)).toEqual([
      ['gap', { days: 1 }],
      ['preclose_after_gap', { days: 1, lastClose: 10, preclose: 5 }],
    ])
  })

  it('follows a suspension that is taken back', async () => {
    const { without, suspensions, factors } = filesOf(halted())
    const back = `${SUSPENSIONS}${STOCK},${dayOf(6)},0\n`
    const files = [{ 'bars.csv': without }, { 'suspensions.csv': suspensions }]
    expectSame((await factorsAfter(files)).found, factors)
    const { found } = await factorsAfter([...files, { 'back.csv': back }])
    expect(new Set(found.map(([, factor]) => factor))).toEqual(new Set([1]))
  })

  it('is no gap to the doctor', async () => {
    const { without, suspensions } = filesOf(halted())
    const { store } = await factorsAfter([{ 'bars.csv': without }, { 'suspensions.csv': suspensions }])
    expect(gaps(store)).toEqual([])
  })
})
