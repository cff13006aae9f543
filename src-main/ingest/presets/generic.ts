import { type Field, fieldsOf, type TableName } from '../../../src-shared/domain/importTables.ts'
import { failure } from '../../../src-shared/failure.ts'
import { importingErrors } from '../../../src-shared/locales/errors/importing.ts'
import { type FileFacts, type Layout, plainLayout, type Preset } from '../layout.ts'
import { isNumber, presentText } from '../row.ts'
import { isIndexCode } from '../symbols.ts'
import { evidenceOf } from './evidence.ts'
import { everyCode, findColumns, plainName, requireColumns } from './shape.ts'

/** Names a field goes by, in order of preference. */
const ALIASES: Readonly<Record<Field, readonly string[]>> = {
  date: ['date', 'tradedate', 'tradingday', 'datetime', 'day', '日期', '交易日期'],
  symbol: ['tscode', 'symbol', 'code', 'ticker', 'concode', '股票代码', '证券代码', '代码'],
  name: ['name', '名称', '股票名称', '证券简称'],
  listDate: ['listdate', 'ipodate', '上市日期'],
  open: ['open', 'openprice', '开盘', '开盘价'],
  high: ['high', 'highprice', '最高', '最高价'],
  low: ['low', 'lowprice', '最低', '最低价'],
  close: ['close', 'closeprice', '收盘', '收盘价'],
  preclose: ['preclose', 'prevclose', '前收盘', '前收盘价', '昨收'],
  volume: ['volume', 'vol', '成交量'],
  amount: ['amount', '成交额', '成交金额'],
  vwap: ['vwap', '均价', '成交均价'],
  factor: ['adjfactor', 'factor', '复权因子'],
  turn: ['turn', 'turnoverrate', '换手率'],
  floatCap: ['floatcap', '流通市值'],
  suspended: ['suspended', '停牌'],
  tradeStatus: ['tradestatus'],
  series: ['series'],
  adjustFlag: ['adjustflag'],
  st: ['isst', 'st'],
  totalReturn: ['totalreturn'],
  index: ['index', 'indexcode', 'indexsymbol', '指数代码'],
  inDate: ['indate', 'optin', '纳入日期'],
  outDate: ['outdate', 'optout', '剔除日期'],
  weight: ['weight', '权重'],
  industry: ['industry', 'industryname', 'gicssector', 'sector', '行业', '行业名称'],
  code: ['industrycode', '行业代码'],
  asOf: ['asof'],
}

/** Any file whose columns go by common names, English or Chinese; volume in shares, amount in currency. */
export const generic: Preset = {
  name: 'generic',
  recognise(file) {
    const layout = recogniseLayout(file)
    return layout && { layout, evidence: evidenceOf(file, layout) }
  },
}

function recogniseLayout(file: FileFacts): Layout | null {
  const header = file.header.map(plainName)
  const named = header.filter(isNamed).length
  const layout = (table: TableName, subject: string | null = null): Layout => {
    const names = Object.fromEntries(fieldsOf(table).map((field) => [field, ALIASES[field]]))
    const columns = findColumns(header, names)
    requireColumns(table, columns, names, file)
    return plainLayout(table, columns, subject)
  }
  const has = (...fields: readonly Field[]): boolean =>
    fields.every((field) => ALIASES[field].some((alias) => header.includes(alias)))

  if (has('symbol', 'weight')) return layout('indexWeights')
  if (has('inDate') || has('outDate')) return layout('membership', has('index') ? null : subjectIndex(file))
  const ofIndices = (): boolean =>
    has('totalReturn') ||
    /^(index|indices)/i.test(file.name) ||
    everyCode(file, findColumns(header, { symbol: ALIASES.symbol }), isIndexCode)
  if (has('date', 'close') && ofIndices()) {
    return layout('indexBars', has('symbol') ? null : subjectIndex(file))
  }
  if (has('date') && PRICES.some((field) => has(field)))
    return layout('bars', has('symbol') ? null : file.name)
  if (has('symbol', 'industry')) return datedByItsDay(layout('industry'), header)
  if (has('symbol', 'date') && named === 2) return layout('memberSnapshots', subjectIndex(file))
  if (has('index', 'symbol', 'date') && named === 3) return layout('memberSnapshots')
  if (has('symbol', 'date', 'factor')) return factorColumn(layout('factors'), file)
  if (has('symbol', 'date')) return dailyColumns(layout, file)
  if (has('symbol', 'listDate') || (has('symbol', 'name') && named === 2)) return layout('instruments')
  if (has('date') && named === 1) return layout('calendar')
  return null
}

const PRICES: readonly Field[] = ['open', 'high', 'low', 'close']

/** Industries by day, where the day stands in the place of `as_of`. */
function datedByItsDay(industry: Layout, header: readonly string[]): Layout {
  const { date } = findColumns(header, { date: ALIASES.date })
  if (date === undefined || industry.columns.asOf !== undefined) return industry
  return { ...industry, columns: { ...industry.columns, asOf: date } }
}

/** Cumulative factors, with nothing of another table beside them. Errors: file_not_recognised. */
function factorColumn(factors: Layout, file: FileFacts): Layout {
  const other = numberColumns(file, factors).find(({ blank }) => !blank)
  if (other === undefined) return factors
  const factor = file.header[factors.columns.factor!]
  throw failure(
    importingErrors.twoTables,
    { factor, other: other.name },
    { place: { file: file.path, row: file.headerRow, field: other.name } },
  )
}

/** Values of stocks by day beside the bars: the known ones, or whatever columns of numbers there are, by their names. */
function dailyColumns(layout: (table: TableName) => Layout, file: FileFacts): Layout | null {
  const known = layout('dailyValues')
  if (Object.keys(known.columns).length > 2) return known
  const extra = Object.fromEntries(numberColumns(file, known).map(({ name, at }) => [name, at]))
  return Object.keys(extra).length === 0 ? null : { ...layout('extraFactors'), extra }
}

interface NumberColumn {
  readonly name: string
  readonly at: number
  /** Whether nothing of it is known yet: a moving average of a year has no value in its first year. */
  readonly blank: boolean
}

/** Named columns beside those of a layout in which no sampled cell is anything but a number. */
function numberColumns({ header, sample }: FileFacts, { columns }: Layout): NumberColumn[] {
  return header.flatMap((name, at) => {
    if (!isNamed(plainName(name)) || Object.values(columns).includes(at) || sample.length === 0) return []
    const texts = sample.map((cells) => presentText(cells[at] ?? '')).filter((text) => text !== null)
    return texts.every(isNumber) ? [{ name, at, blank: texts.length === 0 }] : []
  })
}

/** False for a column that counts the rows, which pandas writes without a name, and reads back as `Unnamed: 0`. */
function isNamed(plain: string): boolean {
  return plain !== '' && !/^unnamed:\d+$/.test(plain)
}

/** `SP500` of `index_sp500` or `membership_sp500`. */
function subjectIndex(file: FileFacts): string {
  const [, name] = /^(?:index|indices|membership)[_-](.+)$/i.exec(file.name) ?? []
  if (name === undefined) {
    const place = { file: file.path, row: file.headerRow, field: 'index' }
    throw failure(importingErrors.indexUnsaid, {}, { place })
  }
  return name
}
