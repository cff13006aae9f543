import { describe, expect, it } from 'vitest'
import { listExtraFactors } from '../../../src-main/store/extraFactors.ts'
import { indexCloses } from '../../../src-main/store/indices.ts'
import { listInstruments } from '../../../src-main/store/instruments.ts'
import { eachWorkspace, refusal } from './workspace.ts'

const workspace = eachWorkspace()
const BARS = 'symbol,date,open,high,low,close,volume'

describe('tables of symbol, date and more', () => {
  it.each([
    ['three columns', 'symbol,date,adj_factor', '600000.SH,20200103,5'],
    ['a column that pandas left without a name', ',symbol,date,adj_factor', '0,600000.SH,20200103,5'],
    ['the name it gave that one later', 'Unnamed: 0,symbol,date,adj_factor', '0,600000.SH,20200103,5'],
    ['a text beside them', 'symbol,date,adj_factor,remark', '600000.SH,20200103,5,ex-right'],
  ])('are cumulative factors with %s', async (_, header, row) => {
    const { store, write, import: run } = workspace()
    write('f.csv', `${header}\n${row}\n`)
    expect((await run()).files[0]).toMatchObject({ table: 'factors', rowsStored: 1 })
    expect(store.all('SELECT date, factor FROM adjustment')).toEqual([{ date: 20200103, factor: 5 }])
    expect(listExtraFactors(store)).toEqual([])
  })

  it.each(['float_cap', 'momentum'])('that have a factor and %s are two tables', async (other) => {
    const { folder, write, import: run } = workspace()
    write('f.csv', `symbol,date,adj_factor,${other}\n600000.SH,20200103,5,1e9\n`)
    const error = await refusal(() => run())
    expect([error.code, error.place]).toEqual([
      'file_not_recognised',
      { file: `${folder}/f.csv`, row: 1, field: other },
    ])
    expect(error.message).toContain('adj_factor')
  })

  it('take a column whose values begin after the rows that are looked at', async () => {
    const { store, write, import: run } = workspace()
    const rows = Array.from({ length: 260 }, (_, at) => {
      const date = 20190101 + 10_000 * Math.floor(at / 200) + 100 * Math.floor((at % 200) / 20) + (at % 20)
      return `A,${date},1.5,${at < 210 ? '' : '0.3'},x\n`
    })
    write('x.csv', `symbol,date,beta,momentum,remark\n${rows.join('')}`)
    const { files } = await run()
    expect(files[0]).toMatchObject({ table: 'extraFactors', rowsStored: 260 })
    expect(files[0].evidence).toContainEqual({ code: 'columns_not_read', values: { columns: 'remark' } })
    expect(
      store.all(
        'SELECT name, count(*) AS n FROM extra_factor JOIN extra_factor_value ON factor = id GROUP BY name',
      ),
    ).toEqual([
      { name: 'beta', n: 260 },
      { name: 'momentum', n: 50 },
    ])
  })
})

describe('columns that are not read', () => {
  it.each([
    ['daily values', ',symbol,date,float_cap,pe', '0,A,20200102,5,12', '#1, pe'],
    ['bars', `${BARS},pe,vol`, 'A,20200102,1,1,1,1,1,12,3', 'pe, vol'],
    ['weights', 'index,date,symbol,weight,i', 'X,20200102,A,1,0', 'i'],
  ])('are in the evidence of %s', async (_, header, row, columns) => {
    const { write, import: run } = workspace()
    write('x.csv', `${header}\n${row}\n`)
    expect((await run()).files[0].evidence).toContainEqual({ code: 'columns_not_read', values: { columns } })
  })

  it('are not spoken of where there are none', async () => {
    const { write, import: run } = workspace()
    write('x.csv', `${BARS}\nA,20200102,1,1,1,1,1\n`)
    write('y.csv', 'symbol,date,beta\nA,20200102,1\n')
    const codes = (await run()).files.flatMap(({ evidence }) => evidence.map(({ code }) => code))
    expect(codes).not.toContain('columns_not_read')
  })
})

describe('symbols', () => {
  it('may be NA; only an empty cell is none', async () => {
    const { store, write, import: run } = workspace()
    write('b.csv', `${BARS}\nNA,20200102,1,1,1,1,1\n"NAN",20200102,1,1,1,1,1\n ,20200102,1,1,1,1,1\n`)
    const { files, reasons } = await run()
    expect(reasons).toEqual({ missing_field: 1 })
    expect(files[0].evidence).toContainEqual({
      code: 'symbol_shape',
      values: { written: 'NA', stored: 'NA' },
    })
    expect(listInstruments(store).map(({ symbol }) => symbol)).toEqual(['NA', 'NAN'])
  })

  it('that have lost their zeros are told of', async () => {
    const { write, import: run } = workspace()
    write('b.csv', `${BARS}\n600000,20200102,1,1,1,1,1\n1,20200102,1,1,1,1,1\n`)
    write('858.csv', `${BARS.slice(7)}\n20200102,1,1,1,1,1\n`)
    const { files } = await run()
    expect(files.map(({ evidence }) => evidence.find(({ code }) => code === 'short_code')?.values)).toEqual([
      { written: '858' },
      { written: '1' },
    ])
  })

  it('that have lost their zeros are told of beyond the first records too', async () => {
    const { write, import: run } = workspace()
    const day = (at: number): string => String(20200101 + (at % 28) + Math.floor(at / 28) * 100)
    const rows = (symbol: string) =>
      Array.from({ length: 250 }, (_, at) => `${symbol},${day(at)},1,1,1,1,1\n`).join('')
    write('b.csv', `${BARS}\n${rows('600519')}${rows('1')}`)
    const [{ evidence }] = (await run()).files
    expect(evidence.filter(({ code }) => code === 'short_code')).toEqual([
      { code: 'short_code', values: { written: '1' } },
    ])
  })

  it('that are all those of indices make the bars those of indices', async () => {
    const { store, write, import: run } = workspace()
    write('b.csv', `${BARS}\n000300.SH,20200102,9,9,9,9,1\n399006.SZ,20200102,8,8,8,8,1\n`)
    expect((await run()).files[0]).toMatchObject({ table: 'indexBars', rowsStored: 2 })
    expect(indexCloses(store, '000300.SH')).toEqual([{ date: 20200102, close: 9 }])
    expect(listInstruments(store)).toEqual([])
  })
})
