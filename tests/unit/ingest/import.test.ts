import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { ImportProgress } from '../../../src-main/ingest/importPaths.ts'
import { industryChanges } from '../../../src-main/store/industries.ts'
import { listImports, listQuarantine } from '../../../src-main/store/imports.ts'
import { indexCloses, indexWeights, listIndices, memberships } from '../../../src-main/store/indices.ts'
import { listInstruments } from '../../../src-main/store/instruments.ts'
import { project } from '../../../src-main/store/project.ts'
import { dataSummary } from '../../../src-main/store/summary.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { eachWorkspace, refusal } from './workspace.ts'

const workspace = eachWorkspace()
const BARS = 'date,symbol,open,high,low,close,volume\n'

describe('a folder of a sample', () => {
  it('fills every table, whatever the order of the names', async () => {
    const { folder, store, write, import: run } = workspace()
    write('manifest.json', '{"format":"plateau-sample-1","synthetic":true,"name":"合成样本","seed":1}')
    write('study.json', '{}')
    write('README.md', 'read me')
    write(
      'bars.csv.gz',
      gzipSync(`${BARS}2020-01-02,000001.SZ,10,11,9,10,100\n2020-01-03,000001.SZ,10,11,9,10,100\n`),
    )
    write('instruments.csv', 'symbol,name,list_date\n000001.SZ,甲,1991-04-03\n000002.SZ,乙,\n')
    write('calendar.csv', 'date\n2020-01-02\n2020-01-03\n')
    write(
      'membership.csv',
      'index,symbol,in_date,out_date\n000300.SH,000001.SZ,2019-01-01,\n000300.SH,000002.SZ,,2020-01-03\n',
    )
    write(
      'index_weights.csv',
      'index,date,symbol,weight\n000300.SH,2020-01-02,000001.SZ,0.6\n000300.SH,2020-01-02,000002.SZ,0.4\n',
    )
    write(
      'indices.csv',
      'date,symbol,name,open,high,low,close,volume,total_return\n2020-01-02,000300.SH,沪深300,4000,4100,3900,4050.5,9,1\n',
    )
    write('industry.csv', 'symbol,industry,as_of\n000001.SZ,银行,2020-01-03\n')

    const { files, skipped, totals } = await run()
    expect(files.map((file) => [file.table, file.rowsStored])).toEqual([
      ['instruments', 2],
      ['calendar', 2],
      ['bars', 2],
      ['indexBars', 1],
      ['membership', 2],
      ['indexWeights', 2],
      ['industry', 1],
    ])
    expect(totals).toMatchObject({ rowsIn: 12, rowsStored: 12, rowsQuarantined: 0 })
    expect(skipped.map((file) => file.path)).toEqual([`${folder}/README.md`, `${folder}/study.json`])
    expect(project(store)).toEqual({ name: '合成样本', synthetic: true })
    expect(listInstruments(store).map(({ symbol, name, listDate }) => [symbol, name, listDate])).toEqual([
      ['000001.SZ', '甲', 19910403],
      ['000002.SZ', '乙', null],
    ])
    expect(listIndices(store)).toEqual([{ symbol: '000300.SH', name: '沪深300', totalReturn: true }])
    expect(indexCloses(store, '000300.SH')).toEqual([{ date: 20200102, close: 4050.5 }])
    expect(memberships(store, '000300.SH')).toEqual([
      { index: '000300.SH', symbol: '000001.SZ', inDate: 20190101, outDate: null },
      { index: '000300.SH', symbol: '000002.SZ', inDate: 19000101, outDate: 20200103 },
    ])
    expect(indexWeights(store, '000300.SH').map((entry) => entry.weight)).toEqual([0.6, 0.4])
    expect(industryChanges(store)).toEqual([{ symbol: '000001.SZ', asOf: 20200103, code: '', name: '银行' }])
    expect(dataSummary(store)).toMatchObject({
      name: '合成样本',
      synthetic: true,
      instruments: 2,
      bars: 2,
      firstDate: 20200102,
      lastDate: 20200103,
      calendar: { days: 2, derived: false, barDatesOutside: 0 },
      coverage: 1,
      indices: [{ symbol: '000300.SH', bars: 1, members: 1, membersWithBars: 1, weightDates: 1 }],
      imports: 7,
    })
  })
})

describe('tables known by their columns', () => {
  it('take the index from the file name', async () => {
    const { store, write, import: run } = workspace()
    write(
      'membership_sp500.csv',
      'symbol,name,opt-in,opt-out\nA,Agilent,2000-06-05,\nGAS,AGL,2011-12-12,2011-12-12\n',
    )
    write(
      'index_sp500.csv',
      'date,open,high,low,close,volume\n2013-02-08,1509,1518,1509,1517.93,2986149888\n',
    )
    const { reasons } = await run()
    expect(reasons).toEqual({ empty_interval: 1 })
    expect(listIndices(store).map((index) => index.symbol)).toEqual(['SP500'])
    expect(memberships(store, 'SP500').map((member) => member.symbol)).toEqual(['A'])
  })

  it('give weights in percent as fractions', async () => {
    const { store, write, import: run } = workspace()
    write(
      'w.csv',
      'index_code,con_code,trade_date,weight\n000300.SH,600519.SH,20200102,95.5\n000300.SH,000001.SZ,20200102,4.5\n',
    )
    await run()
    expect(indexWeights(store, '000300.SH').map(({ symbol, weight }) => [symbol, weight])).toEqual([
      ['000001.SZ', 0.045],
      ['600519.SH', 0.955],
    ])
  })

  it('name the stocks that have bars, and create none', async () => {
    const { store, write, import: run } = workspace()
    write('bars.csv', `${BARS}2020-01-02,600000.SH,1,1,1,1,1\n`)
    write(
      'industry.csv',
      'symbol,name,industry_code,industry,as_of\n600000.SH,浦发银行,J66,货币金融,2026-03-09\n600004.SH,白云机场,G56,航空,2026-03-09\n',
    )
    await run()
    expect(listInstruments(store).map(({ symbol, name }) => [symbol, name])).toEqual([
      ['600000.SH', '浦发银行'],
    ])
    expect(industryChanges(store)).toHaveLength(2)
  })

  it('drop the holiday that an index file filled in with the day before, unless the calendar has it', async () => {
    const rows =
      'date,open,high,low,close,volume\n20161122,1,3,1,2,5\n20161123,1,3,1,2,0\n20161124,1,3,1,2,5\n20161125,1,3,1,2.5,0\n'
    const derived = workspace()
    derived.write('index_x.csv', rows)
    expect((await derived.import()).reasons).toEqual({ not_a_trading_day: 1 })
    expect(indexCloses(derived.store, 'X').map((bar) => bar.date)).toEqual([20161122, 20161124, 20161125])
    const known = workspace()
    known.write('index_x.csv', rows)
    known.write('calendar.csv', 'date\n20161122\n20161123\n20161124\n20161125\n')
    expect((await known.import()).totals.rowsQuarantined).toBe(0)
  })
})

describe('an import', () => {
  it('repeated is the same store, counted as stored, with its quarantine once', async () => {
    const { store, write, import: run } = workspace()
    write('bars.csv', `${BARS}2020-01-02,A,1,1,1,1,1\n2020-01-03,A,1,1,2,1,1\n`)
    const content = (): unknown => [
      store.all('SELECT instrument, date, close FROM bar'),
      listQuarantine(store, 9),
    ]
    const first = await run()
    const before = content()
    expect(first.totals).toMatchObject({ rowsInserted: 1, rowsUnchanged: 0 })
    expect(await run()).toMatchObject({
      totals: { ...first.totals, rowsInserted: 0, rowsUnchanged: 1 },
      reasons: { high_below_low: 1 },
    })
    expect(content()).toEqual(before)
    expect(listImports(store)).toHaveLength(2)
    write('bars.csv', `${BARS}2020-01-02,A,1,1,1,1,1\n2020-01-03,A,1,1,1,1,1\n`)
    await run()
    expect(listQuarantine(store, 9)).toEqual([])
  })

  const FULL = 'date,symbol,open,high,low,close,volume,preclose,amount,turn,tradestatus,isST'
  const BAR = { volume: 100, preclose: 9, amount: 1000, float_cap: 8e5, suspended: 0, is_st: 1 }
  it.each<[string, string, string, Partial<typeof BAR>]>([
    ['has no column for stays as it is', '', '', {}],
    ['is given is replaced, the rest stays', ',preclose,suspended', ',8,1', { preclose: 8, suspended: 1 }],
    [
      'has an empty cell for goes',
      ',pre_close,amount,float_cap,st',
      ',,,,',
      { preclose: null!, amount: null!, float_cap: null!, is_st: null! },
    ],
    ['tells by a turnover rate stays where there is none', ',turn', ',', {}],
    ['tells by a turnover rate stays where that is too coarse', ',turn', ',0.1', {}],
    ['derives comes of its own columns', ',vwap,float_cap', ',11,7', { amount: 1100, float_cap: 7 }],
  ])('of bars again: what the file %s', async (_, header, cells, changes) => {
    const { store, write, import: run } = workspace()
    write('full.csv', `${FULL}\n2020-01-02,600000.SH,10,11,9,10,100,9,1000,0.125,1,1\n`)
    await run()
    const bar = () => store.get(`SELECT ${Object.keys(BAR).join(', ')} FROM bar`)
    expect(bar()).toEqual(BAR)
    write('some.csv', `${BARS.trim()}${header}\n2020-01-02,600000.SH,10,11,9,10,100${cells}\n`)
    const { totals } = await run(['some.csv'], { preset: 'generic' })
    expect(bar()).toEqual({ ...BAR, ...changes })
    expect(totals.rowsUnchanged).toBe(Object.keys(changes).length === 0 ? 1 : 0)
    expect((await run(['some.csv'], { preset: 'generic' })).totals.rowsUnchanged).toBe(1)
  })

  it('of bars again tells by another volume whether the day was suspended', async () => {
    const { store, write, import: run } = workspace()
    const flagged = `${BARS.trim()},suspended\n2020-01-02,A,1,1,1,1,5,1\n2020-01-03,A,1,1,1,1,0,1\n`
    write('a.csv', flagged)
    await run(['a.csv'])
    write('b.csv', `${BARS}2020-01-02,A,1,1,1,1,5\n2020-01-03,A,1,1,1,1,5\n`)
    await run(['b.csv'])
    expect(store.all('SELECT suspended FROM bar ORDER BY date')).toEqual([{ suspended: 1 }, { suspended: 0 }])
  })

  it('that is dry counts everything and stores nothing', async () => {
    const { store, write, import: run } = workspace()
    write('bars.csv', `${BARS}2020-01-02,A,1,1,1,1,1\n2020-01-03,A,1,1,2,1,1\n`)
    const dry = await run(undefined, { dryRun: true })
    expect(listImports(store)).toEqual([])
    expect(listInstruments(store)).toEqual([])
    const { files, totals, reasons } = await run()
    expect({ files, totals, reasons }).toEqual({ files: dry.files, totals: dry.totals, reasons: dry.reasons })
  })

  it('reads a file once, however often it is named', async () => {
    const { folder, write, import: run } = workspace()
    const path = write('bars.csv', `${BARS}2020-01-02,A,1,1,1,1,1\n`)
    expect((await run(undefined, { paths: [folder, path, path] })).totals.rowsIn).toBe(1)
  })

  it('reports its progress up to the last byte', async () => {
    const { write, import: run } = workspace()
    write('a.csv', `${BARS}2020-01-02,A,1,1,1,1,1\n`)
    write('b.csv.gz', gzipSync(`${BARS}2020-01-03,A,1,1,1,1,1\n`))
    const seen: ImportProgress[] = []
    await run(undefined, { onProgress: (progress) => seen.push(progress) })
    expect([...new Set(seen.map(({ stage }) => stage))]).toEqual(['inspecting', 'reading', 'finishing'])
    for (const [, stage] of Map.groupBy(seen, (progress) => progress.stage)) {
      const bytes = stage.map(({ bytesRead }) => bytesRead)
      expect(bytes).toEqual(bytes.toSorted((a, b) => a - b))
    }
    const { filesDone, filesTotal, bytesRead, bytesTotal } = seen.at(-1)!
    expect([filesDone, filesTotal, bytesRead]).toEqual([2, 2, bytesTotal])
  })

  it.each(['before its first byte', 'between two files'])(
    'that is stopped %s stores nothing',
    async (when) => {
      const { store, write, import: run } = workspace()
      write('a.csv', `${BARS}2020-01-02,A,1,1,1,1,1\n`)
      write('b.csv', `${BARS}2020-01-03,A,1,1,1,1,1\n`)
      const stop = new AbortController()
      const end = (): void => stop.abort(new PlateauError('interrupted', 'stopped'))
      if (when === 'before its first byte') end()
      const onProgress = ({ stage }: ImportProgress): void => void (stage === 'reading' && end())
      const error = await refusal(() => run(undefined, { signal: stop.signal, onProgress }))
      expect(error.code).toBe('interrupted')
      expect(listImports(store)).toEqual([])
      expect(store.all('SELECT * FROM bar')).toEqual([])
    },
  )

  it('keeps a store synthetic when real data joins it', async () => {
    const { store, write, import: run } = workspace()
    write('manifest.json', '{"format":"plateau-sample-1","synthetic":true,"name":"s"}')
    await run()
    write('manifest.json', '{"format":"plateau-sample-1","synthetic":false,"name":"r"}')
    await run()
    expect(project(store)).toEqual({ name: 'r', synthetic: true })
  })
})

describe('an import that is refused', () => {
  const good = `${BARS}2020-01-02,A,1,1,1,1,1\n`
  it.each<[string, Record<string, string>, string, { row?: number; field?: string }]>([
    [
      'a required column is missing',
      { 'z.csv': 'date,symbol,open,high,low,close\n' },
      'column_missing',
      { row: 1, field: 'volume' },
    ],
    [
      'no table has the columns',
      { 'z.csv': 'this,is,not\na,data,table\n' },
      'file_not_recognised',
      { row: 1 },
    ],
    [
      'a quote is not closed in row 3',
      { 'z.csv': `${good}2020-01-03,"A,1,1,1,1,1\n` },
      'file_corrupt',
      { row: 3 },
    ],
    [
      'the index is not named',
      { 'membership.csv': 'symbol,in_date,out_date\nA,2020-01-02,\n' },
      'column_missing',
      { row: 1, field: 'index' },
    ],
    ['a file has NUL bytes', { 'z.csv': `${good}2020-01-03,A,1,1,1\0,1,1\n` }, 'file_corrupt', { row: 3 }],
  ])('because %s stores nothing of its other files', async (_, files, code, place) => {
    const { store, write, folder, import: run } = workspace()
    write('a.csv', good)
    for (const [name, content] of Object.entries(files)) write(name, content)
    const error = await refusal(() => run())
    expect(error.code).toBe(code)
    expect(error.place).toEqual({ file: `${folder}/${Object.keys(files)[0]}`, ...place })
    expect(error.remedy).toBeTruthy()
    expect(listImports(store)).toEqual([])
    expect(store.all('SELECT * FROM bar')).toEqual([])
  })

  it('names what there is not: data, a path, a preset', async () => {
    const { write, folder, import: run } = workspace()
    write('notes.txt', 'nothing')
    expect((await refusal(() => run())).code).toBe('nothing_to_import')
    expect((await refusal(() => run(['none']))).code).toBe('file_not_found')
    expect((await refusal(() => run(undefined, { preset: 'wind2', paths: [folder] }))).code).toBe('usage')
  })

  it.each([
    ['a list for an object', '[]', undefined],
    ['an unknown key', '{"columns":{},"colour":1}', undefined],
    ['a field the table has not', '{"table":"calendar","columns":{"date":"d","open":"o"}}', 'columns.open'],
    ['no column for a required field', '{"table":"calendar","columns":{}}', 'columns.date'],
    ['a unit of 0', '{"table":"calendar","columns":{"date":"d"},"units":{"volume":0}}', 'units.volume'],
  ])('because its mapping has %s says where', async (_, text, field) => {
    const { write, import: run } = workspace()
    const mapping = write('../map.json', text)
    const error = await refusal(() => run(undefined, { mapping }))
    expect([error.code, error.place]).toEqual([
      'mapping_invalid',
      { file: mapping, ...(field === undefined ? {} : { field }) },
    ])
  })

  it('because its mapping names a column the file has not', async () => {
    const { write, import: run } = workspace()
    const mapping = write('../map.json', '{"table":"calendar","columns":{"date":"Tag"}}')
    const file = write('days.csv', 'day\n20200102\n')
    const error = await refusal(() => run(undefined, { mapping }))
    expect([error.code, error.place]).toEqual(['column_missing', { file, row: 1, field: 'Tag' }])
  })
})
