import { describe, expect, it } from 'vitest'
import { dataSummary } from '../../../src-main/store/summary.ts'
import { eachWorkspace } from '../ingest/workspace.ts'

const workspace = eachWorkspace()
const HEADER = 'date,symbol,open,high,low,close,volume\n'
const row = (date: string, symbol = 'A'): string => `${date},${symbol},1,1,1,1,1\n`

describe('coverage', () => {
  it('counts the days after the calendar has ended', async () => {
    const { store, write, import: run } = workspace()
    write('calendar.csv', 'date\n20200102\n20200103\n20200106\n20200107\n')
    // A misses two days of the calendar, B one after it.
    const a = ['20200102', '20200107', '20200108', '20200109', '20200110'].map((date) => row(date))
    const b = ['20200107', '20200108', '20200110'].map((date) => row(date, 'B'))
    write('bars.csv', HEADER + a.join('') + b.join(''))
    await run()
    expect(dataSummary(store)).toMatchObject({
      calendar: { days: 7, derived: false, barDatesOutside: 0 },
      coverage: 8 / 11,
      gaps: {
        days: 3,
        worst: [
          { symbol: 'A', days: 2 },
          { symbol: 'B', days: 1 },
        ],
      },
    })
  })

  it('leaves out bars on a day that the calendar does not have', async () => {
    const { store, write, import: run } = workspace()
    write('bars.csv', HEADER + ['20200102', '20200104', '20200107'].map((date) => row(date)).join(''))
    await run()
    write('calendar.csv', 'date\n20200102\n20200103\n20200106\n20200107\n')
    await run(['calendar.csv'])
    expect(dataSummary(store)).toMatchObject({
      calendar: { days: 4, barDatesOutside: 1 },
      coverage: 2 / 4,
      gaps: { days: 2, worst: [{ symbol: 'A', days: 2 }] },
    })
  })
})
