import { describe, expect, it } from 'vitest'
import { doctor } from '../../../src-main/market/doctor.ts'
import { busyDays } from '../../../src-main/store/exchangeDays.ts'
import { loadMarket } from '../../../src-main/market/loadMarket.ts'
import { dateOfEpochDay, epochDay } from '../../../src-shared/domain/date.ts'
import { eachWorkspace } from '../ingest/workspace.ts'

const workspace = eachWorkspace()

/** Days on which so many bars lie, numbered from 1; the numbers of those that are exchange days. */
const busy = (...bars: number[]) => busyDays(bars.map((count, at) => ({ date: at + 1, bars: count })))
const all = (bars: readonly number[]) => bars.map((_, at) => at + 1)

describe('the exchange days that bars tell', () => {
  it.each([[[1]], [[1, 1, 1]], [[3, 1, 3]], [[1, 3, 2, 1]], [[10, 1, 10]]])(
    'are all days of a small market: %j',
    (bars) => {
      expect(busy(...bars)).toEqual(all(bars))
    },
  )

  it('are not those of a stray bar, wherever it lies', () => {
    expect(busy(1, 40, 40, 40)).toEqual([2, 3, 4])
    expect(busy(40, 40, 3, 40)).toEqual([1, 2, 4])
    expect(busy(40, 40, 40, 1)).toEqual([1, 2, 3])
    expect(busy(40, 40, 4, 40)).toEqual([1, 2, 3, 4])
  })

  it('are those of one stock before the others come, and after they went', () => {
    const bars = [...Array<number>(30).fill(1), ...Array<number>(30).fill(40), ...Array<number>(30).fill(1)]
    expect(busy(...bars)).toEqual(all(bars))
  })
})

describe('a bar on a Saturday', () => {
  const DAYS: number[] = []
  for (let day = epochDay(20200102); DAYS.length < 30; day++)
    if ((day + 3) % 7 < 5) DAYS.push(dateOfEpochDay(day))
  const SATURDAY = 20200118
  const row = (symbol: string, date: number) => `${symbol},${date},10,10,10,10,100\n`

  const load = async (stocks: number, { calendar, stray }: { calendar: boolean; stray: boolean }) => {
    const { store, write, import: run } = workspace()
    const symbols = Array.from({ length: stocks }, (_, i) => `S${i}`)
    const bars = symbols.flatMap((symbol) => DAYS.map((date) => row(symbol, date)))
    if (stray) bars.push(row('S0', SATURDAY))
    write('bars.csv', `symbol,date,open,high,low,close,volume\n${bars.join('')}`)
    await run()
    if (calendar) {
      write('calendar.csv', `date\n${DAYS.join('\n')}\n`)
      await run(['calendar.csv'])
    }
    const { panel, bars: count, barsOutside, hash } = loadMarket(store, { threads: 0 })
    const outside = doctor(store).find(({ code }) => code === 'day_outside_calendar')
    return { dates: Array.from(panel.dates), count, barsOutside, hash, outside }
  }

  it.each([true, false])('makes no exchange day of 40 stocks, with a calendar: %s', async (calendar) => {
    const clean = await load(40, { calendar, stray: false })
    expect(clean).toMatchObject({ dates: DAYS, count: 1200, barsOutside: 0, outside: undefined })
    const stray = await load(40, { calendar, stray: true })
    expect(stray).toMatchObject({ dates: DAYS, count: 1200, barsOutside: 1, hash: clean.hash })
    expect(stray.outside).toMatchObject({ count: 1, examples: [{ subject: 'S0', date: SATURDAY }] })
  })

  it('is one of three stocks without a calendar, and none with one', async () => {
    const derived = await load(3, { calendar: false, stray: true })
    expect(derived.dates).toEqual([...DAYS, SATURDAY].sort((a, b) => a - b))
    expect(derived.barsOutside).toBe(0)
    expect((await load(3, { calendar: true, stray: true })).dates).toEqual(DAYS)
  })
})
