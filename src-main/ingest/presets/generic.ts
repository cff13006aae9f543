import { PlateauError } from '../../../src-shared/errors.ts'
import {
  type Columns,
  type Field,
  type FileFacts,
  type Layout,
  plainLayout,
  type Preset,
  TABLES,
  type TableName,
  fieldsOf,
} from '../layout.ts'

/** Names a field goes by, in order of preference; compared in lower case without spaces, `_`, `-` and `.`. */
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
    return (
      layout && { layout, evidence: [{ code: 'columns', values: { columns: columnNames(file, layout) } }] }
    )
  },
}

function recogniseLayout(file: FileFacts): Layout | null {
  const header = file.header.map(plain)
  const columns = (table: TableName): Columns => {
    const found: Partial<Record<Field, number>> = {}
    for (const field of fieldsOf(table)) {
      const at = ALIASES[field].map((alias) => header.indexOf(alias)).find((position) => position !== -1)
      if (at !== undefined) found[field] = at
    }
    return found
  }
  const layout = (table: TableName, subject: string | null = null): Layout =>
    plainLayout(table, complete(table, columns(table), file), subject)
  const has = (...fields: readonly Field[]): boolean =>
    fields.every((field) => ALIASES[field].some((alias) => header.includes(alias)))

  if (has('symbol', 'weight')) return layout('indexWeights')
  if (has('inDate') || has('outDate')) return layout('membership', has('index') ? null : subjectIndex(file))
  if (has('date', 'close') && (has('totalReturn') || /^(index|indices)/i.test(file.name))) {
    return layout('indexBars', has('symbol') ? null : subjectIndex(file))
  }
  if (has('date') && PRICES.some((field) => has(field))) return bars(layout('bars'), header, file)
  if (has('symbol', 'industry')) return layout('industry')
  if (has('symbol', 'listDate') || (has('symbol', 'name') && header.length === 2))
    return layout('instruments')
  if (has('date') && header.length === 1) return layout('calendar')
  return null
}

/** The columns that are read, as the header writes them. */
const columnNames = (file: FileFacts, { columns }: Layout): string =>
  Object.values(columns)
    .map((at) => file.header[at])
    .join(', ')

const PRICES: readonly Field[] = ['open', 'high', 'low', 'close']

/** The symbol of a bar: its column, else a column `Name` (as Kaggle exports have it), else the file's name. */
function bars(layout: Layout, header: readonly string[], file: FileFacts): Layout {
  if (layout.columns.symbol !== undefined) return layout
  const name = header.indexOf('name')
  return name === -1
    ? { ...layout, subject: file.name }
    : { ...layout, columns: { ...layout.columns, symbol: name } }
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

function complete(table: TableName, columns: Columns, file: FileFacts): Columns {
  for (const field of TABLES[table].required) {
    if (columns[field] !== undefined) continue
    throw new PlateauError(
      'column_missing',
      `No column for ${field}; the columns are ${file.header.join(', ')}.`,
      {
        place: { file: file.path, row: 1, field },
        remedy: `Name it ${ALIASES[field].slice(0, 2).join(' or ')}, or say which column it is in a mapping file.`,
      },
    )
  }
  return columns
}

function plain(column: string): string {
  return column.toLowerCase().replace(/[\s_.-]/g, '')
}
