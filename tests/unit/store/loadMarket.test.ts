import { describe, expect, it } from 'vitest'
import { loadMarket } from '../../../src-main/market/loadMarket.ts'
import { type Workspace, eachWorkspace } from '../ingest/workspace.ts'

const workspace = eachWorkspace()

/** Two stocks with bars, one of them listed later and suspended once; one member without bars. */
const FILES: Readonly<Record<string, string>> = {
  'calendar.csv': 'date\n2020-01-01\n2020-01-02\n2020-01-03\n2020-01-06\n2020-01-07\n2020-01-08\n',
  'instruments.csv': 'symbol,name,list_date\n000001.SZ,甲,1991-04-03\n600000.SH,乙,\n600001.SH,丙,\n',
  'bars.csv':
    'date,symbol,open,high,low,close,preclose,volume,amount,adj_factor,float_cap,suspended,is_st\n' +
    '2020-01-03,600000.SH,20,21,19,20.5,,200,4000,1,2e9,0,1\n' +
    '2020-01-06,600000.SH,20.5,20.5,20.5,20.5,20.5,0,0,1,2e9,1,1\n' +
    '2020-01-07,600000.SH,10,11,9,10.5,10.25,400,,2,2e9,0,0\n' +
    '2020-01-02,000001.SZ,10,11,9,10,9.9,100,1000,3,,0,\n' +
    '2020-01-03,000001.SZ,10,11,9,10.2,10,100,1010,3,1e9,0,0\n' +
    '2020-01-07,000001.SZ,10,11,9,10.4,10.2,100,1020,3,1e9,0,0\n',
  'indices.csv':
    'date,symbol,name,open,high,low,close,volume\n' +
    '2020-01-01,000300.SH,沪深300,1,1,1,1,1\n2020-01-02,000300.SH,沪深300,1,1,1,4000,1\n2020-01-07,000300.SH,沪深300,1,1,1,4100,1\n',
  'membership.csv':
    'index,symbol,in_date,out_date\n000300.SH,000001.SZ,,2020-01-03\n000300.SH,600000.SH,2020-01-03,\n' +
    '000300.SH,000001.SZ,2020-01-07,\n000300.SH,600002.SH,2020-01-02,2020-01-07\n',
  'index_weights.csv':
    'index,date,symbol,weight\n000300.SH,2020-01-06,600000.SH,70\n000300.SH,2020-01-06,600002.SH,30\n000300.SH,2020-01-02,000001.SZ,100\n',
  'industry.csv':
    'symbol,industry,as_of\n000001.SZ,银行,2019-01-01\n000001.SZ,保险,2020-01-01\n600002.SH,航空,2020-02-01\n',
}

async function load(files: Readonly<Record<string, string>>, in_: Workspace = workspace()) {
  for (const [name, content] of Object.entries(files)) in_.write(name, content)
  await in_.import()
  return loadMarket(in_.store)
}

const without = (...names: readonly string[]) =>
  Object.fromEntries(Object.entries(FILES).filter(([name]) => !names.includes(name)))

describe('loadMarket', () => {
  it('lays bars out by trading day and symbol, missing as NaN', async () => {
    const { panel, bars, calendarDerived, synthetic } = await load(FILES)
    const { dates, symbols } = panel
    expect(Array.from(dates)).toEqual([20200102, 20200103, 20200106, 20200107])
    expect(symbols).toEqual(['000001.SZ', '600000.SH'])
    expect(Array.from(panel.close)).toEqual([10, NaN, 10.2, 20.5, NaN, 20.5, 10.4, 10.5])
    expect(Array.from(panel.preclose)).toEqual([9.9, NaN, 10, NaN, NaN, 20.5, 10.2, 10.25])
    expect(Array.from(panel.amount)).toEqual([1000, NaN, 1010, 4000, NaN, 0, 1020, NaN])
    expect(Array.from(panel.factor)).toEqual([3, 1, 3, 1, 3, 1, 3, 2])
    expect(Array.from(panel.floatCap)).toEqual([NaN, NaN, 1e9, 2e9, 1e9, 2e9, 1e9, 2e9])
    expect(Array.from(panel.traded)).toEqual([1, 0, 1, 1, 0, 0, 1, 1])
    expect(Array.from(panel.st)).toEqual([-1, -1, 0, 1, -1, 1, 0, 0])
    expect(Array.from(panel.listedAt)).toEqual([-1, 1])
    expect({ bars, calendarDerived, synthetic }).toEqual({
      bars: 6,
      calendarDerived: false,
      synthetic: false,
    })
  })

  it('gives members from in to before out, the share without bars, and weights in fractions', async () => {
    const { indices } = await load(FILES)
    const index = indices.get('000300.SH')!
    expect(index).toMatchObject({ symbol: '000300.SH', name: '沪深300', totalReturn: false })
    expect(Array.from(index.close!)).toEqual([4000, NaN, NaN, 4100])
    expect(Array.from(index.member!)).toEqual([1, 0, 0, 1, 0, 1, 1, 1])
    expect(Array.from(index.missingMembers!)).toEqual([1 / 2, 1 / 2, 1 / 2, 0])
    expect(index.weights!.map(({ date, weights }) => [date, ...weights])).toEqual([
      [20200102, 1, 0],
      [20200106, 0, 0.7],
    ])
  })

  it('holds the whole history of the industries, of the stocks with bars alone', async () => {
    const later = FILES['industry.csv'].replace('2020-01-01', '2020-01-06')
    const { industries } = await load({ ...FILES, 'industry.csv': later })
    expect(industries!.names).toEqual(['保险', '银行'])
    expect([0, 1, 2, 3].map((day) => Array.from(industries!.at(day)))).toEqual([
      [1, -1],
      [1, -1],
      [0, -1],
      [0, -1],
    ])
  })

  it('says what is not there', async () => {
    const market = await load({ 'bars.csv': FILES['bars.csv'] })
    expect(Array.from(market.panel.dates)).toEqual([20200102, 20200103, 20200106, 20200107])
    expect(market).toMatchObject({ calendarDerived: true, industries: null })
    expect(market.indices.size).toBe(0)
    const closesOnly = (await load(without('membership.csv', 'index_weights.csv'))).indices.get('000300.SH')!
    expect(closesOnly).toMatchObject({ member: null, missingMembers: null, weights: null })
    expect((await load(without('indices.csv'))).indices.get('000300.SH')!.close).toBeNull()
  })

  it('places a listing date on its trading day, and an unknown one on the first bar unless all bars start there', async () => {
    const listing = 'symbol,list_date\n000001.SZ,2020-01-04\n'
    const { panel } = await load({ ...FILES, 'instruments.csv': listing })
    expect(Array.from(panel.listedAt)).toEqual([2, 1])
    const unknown = await load(without('instruments.csv'))
    expect(Array.from(unknown.panel.listedAt)).toEqual([-1, 1])
  })

  it('leaves out the bars on days that a calendar does not name, and keeps those beyond it', async () => {
    const in_ = workspace()
    await load(without('calendar.csv'), in_)
    const { panel, bars, barsOutside, calendarDerived } = await load(
      { 'calendar.csv': 'date\n2020-01-02\n2020-01-06\n' },
      in_,
    )
    expect(Array.from(panel.dates)).toEqual([20200102, 20200106, 20200107])
    expect({ bars, barsOutside, calendarDerived }).toEqual({
      bars: 4,
      barsOutside: 2,
      calendarDerived: false,
    })
    expect(Array.from(panel.close)).toEqual([10, NaN, NaN, 20.5, 10.4, 10.5])
  })

  it('refuses a store whose bars all lie on days that are no exchange days', async () => {
    const in_ = workspace()
    const saturday = 'date,symbol,open,high,low,close,volume\n2020-01-04,600000.SH,10,10,10,10,1\n'
    await load({ 'bars.csv': saturday }, in_)
    await expect(load({ 'calendar.csv': 'date\n2020-01-03\n2020-01-06\n' }, in_)).rejects.toThrow(
      expect.objectContaining({ code: 'data_insufficient' }),
    )
  })

  it('refuses a store without bars', () => {
    expect(() => loadMarket(workspace().store)).toThrow(
      expect.objectContaining({ code: 'data_insufficient' }),
    )
  })
})

describe('the hash of a market', () => {
  it('is equal for equal content, in whatever order and batches it came', async () => {
    const { hash } = await load(FILES)
    const lines = FILES['bars.csv'].trimEnd().split('\n')
    const in_ = workspace()
    await load({ ...FILES, 'bars.csv': [lines[0], ...lines.slice(1, 3)].join('\n') }, in_)
    const market = await load(
      { ...FILES, 'bars.csv': [lines[0], ...lines.slice(3).reverse()].join('\n') },
      in_,
    )
    expect(market.hash).toBe(hash)
    expect(hash).toMatch(/^\d+:[0-9a-f]{64}$/)
  })

  it('is equal where a later classification repeats the one before', async () => {
    const { hash } = await load(FILES)
    const again = `${FILES['industry.csv']}000001.SZ,保险,2020-01-07\n`
    expect((await load({ ...FILES, 'industry.csv': again })).hash).toBe(hash)
  })

  it.each([
    ['a close', 'bars.csv', '10.2,', '10.3,'],
    ['a volume', 'bars.csv', ',400,', ',401,'],
    ['a factor', 'bars.csv', ',400,,2,', ',400,,4,'],
    ['an ST flag', 'bars.csv', '2e9,0,1', '2e9,0,0'],
    ['a trading day', 'calendar.csv', '2020-01-06', '2020-01-05\n2020-01-06'],
    ['a listing date', 'instruments.csv', '1991-04-03', '2020-01-03'],
    ['an index close', 'indices.csv', '4100', '4101'],
    ['a membership', 'membership.csv', '2020-01-07,\n', '2020-01-06,\n'],
    ['a weight', 'index_weights.csv', '70', '69'],
    ['an industry', 'industry.csv', '保险', '银行'],
    ['an earlier industry', 'industry.csv', '银行', '航空'],
    ['the date of an earlier industry', 'industry.csv', '2019-01-01', '2019-01-02'],
    ['the date of an industry', 'industry.csv', '2020-01-01', '2020-01-02'],
  ])('changes with %s', async (_, name, from, to) => {
    const { hash } = await load(FILES)
    const changed = FILES[name].replace(from, to)
    expect(changed).not.toBe(FILES[name])
    expect((await load({ ...FILES, [name]: changed })).hash).not.toBe(hash)
  })
})
