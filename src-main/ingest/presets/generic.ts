import { PlateauError } from '../../../src-shared/errors.ts'
import {
  type Field,
  type FileFacts,
  type Layout,
  plainLayout,
  type Preset,
  type TableName,
  fieldsOf,
} from '../layout.ts'
import { presentText } from '../row.ts'
import { evidenceOf } from './evidence.ts'
import { findColumns, plainName, requireColumns } from './shape.ts'

/** Names a field goes by, in order of preference. */
const ALIASES: Readonly<Record<Field, readonly string[]>> = {
  date: ['date', 'tradedate', 'tradingday', 'datetime', 'day', '日期', '交易日期'],
  symbol: ['symbol', 'tscode', 'code', 'ticker', 'concode', '股票代码', '证券代码', '代码'],
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
  if (has('date', 'close') && (has('totalReturn') || /^(index|indices)/i.test(file.name))) {
    return layout('indexBars', has('symbol') ? null : subjectIndex(file))
  }
  if (has('date') && PRICES.some((field) => has(field)))
    return layout('bars', has('symbol') ? null : file.name)
  if (has('symbol', 'industry')) return layout('industry')
  if (has('symbol', 'date', 'factor') && header.length === 3) return layout('factors')
  if (has('symbol', 'date') && header.length === 2) return layout('memberSnapshots', subjectIndex(file))
  if (has('index', 'symbol', 'date') && header.length === 3) return layout('memberSnapshots')
  if (has('symbol', 'date') && header.length > 2) return dailyColumns(layout, file)
  if (has('symbol', 'listDate') || (has('symbol', 'name') && header.length === 2))
    return layout('instruments')
  if (has('date') && header.length === 1) return layout('calendar')
  return null
}

const PRICES: readonly Field[] = ['open', 'high', 'low', 'close']

/** Values of stocks by day beside the bars: the known ones, or whatever columns of numbers there are, by their names. */
function dailyColumns(layout: (table: TableName) => Layout, file: FileFacts): Layout | null {
  const known = layout('dailyValues')
  if (Object.keys(known.columns).length > 2) return known
  const extra = Object.fromEntries(
    file.header
      .map((name, at) => [name, at] as const)
      .filter(([name, at]) => name !== '' && !Object.values(known.columns).includes(at))
      .filter(([, at]) => holdsNumbers(file.sample.map((cells) => cells[at] ?? ''))),
  )
  return Object.keys(extra).length === 0 ? null : { ...layout('extraFactors'), extra }
}

/** Some cells are numbers, and the others say that there is none. */
function holdsNumbers(cells: readonly string[]): boolean {
  const texts = cells.map(presentText).filter((text) => text !== null)
  return texts.length > 0 && texts.every((text) => Number.isFinite(Number(text)))
}

/** `SP500` of `index_sp500` or `membership_sp500`. */
function subjectIndex(file: FileFacts): string {
  const [, name] = /^(?:index|indices|membership)[_-](.+)$/i.exec(file.name) ?? []
  if (name === undefined) {
    throw new PlateauError('column_missing', 'Neither a column nor the file name says which index this is.', {
      place: { file: file.path, row: 1, field: 'index' },
      remedy: 'Add the column, or name the file membership_NAME.csv or index_NAME.csv.',
    })
  }
  return name
}
