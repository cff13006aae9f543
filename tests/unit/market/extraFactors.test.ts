import { describe, expect, it } from 'vitest'
import { extraFactorCoverage, readExtraFactor } from '../../../src-main/market/extraFactors.ts'
import { loadMarket } from '../../../src-main/market/loadMarket.ts'
import { eachWorkspace } from '../ingest/workspace.ts'

const workspace = eachWorkspace()

/** Two stocks on three days, the second suspended on the last. */
const BARS =
  'symbol,date,open,high,low,close,volume,suspended\n' +
  ['20200102', '20200103', '20200106'].map((date) => `600000.SH,${date},9,9,9,9,5,0\n`).join('') +
  '000001.SZ,20200103,8,8,8,8,5,0\n000001.SZ,20200106,8,8,8,8,0,1\n'

async function load(files: Readonly<Record<string, string>>) {
  const { store, write, import: run } = workspace()
  for (const [name, content] of Object.entries({ 'bars.csv': BARS, ...files })) write(name, content)
  const { totals } = await run()
  expect(totals.rowsQuarantined).toBe(0)
  return { store, panel: loadMarket(store, { threads: 0 }).panel }
}

describe('daily factors that came with the data', () => {
  const FACTORS =
    'symbol,date,value_factor,size_factor\n600000.SH,20200102,1.5,\n600000.SH,20200106,-2,7\n' +
    '000001.SZ,20200103,0.25,\n000001.SZ,20200106,3,\n000001.SZ,20200107,9,\n600009.SH,20200103,4,\n'

  it('lie on the days and stocks of the panel, NaN where none is stored', async () => {
    const { store, panel } = await load({ 'factors.csv': FACTORS })
    expect(panel.symbols).toEqual(['000001.SZ', '600000.SH'])
    expect(Array.from(readExtraFactor(store, panel, 'value_factor'))).toEqual([NaN, 1.5, 0.25, NaN, 3, -2])
    expect(Array.from(readExtraFactor(store, panel, 'size_factor'))).toEqual([NaN, NaN, NaN, NaN, NaN, 7])
  })

  it('are listed with the share of traded stock-days they cover', async () => {
    const { store, panel } = await load({ 'factors.csv': FACTORS })
    expect(extraFactorCoverage(store, panel)).toEqual([
      { name: 'size_factor', values: 1, share: 1 / 4, days: { first: 2, last: 2 } },
      { name: 'value_factor', values: 3, share: 3 / 4, days: { first: 0, last: 2 } },
    ])
    const none = await load({})
    expect(extraFactorCoverage(none.store, none.panel)).toEqual([])
  })

  it('are asked for by their names', async () => {
    const { store, panel } = await load({ 'factors.csv': FACTORS })
    expect(() => readExtraFactor(store, panel, 'value')).toThrow(
      expect.objectContaining({
        code: 'not_found',
        remedy: 'Stored factors: size_factor, value_factor.',
      }),
    )
  })
})
