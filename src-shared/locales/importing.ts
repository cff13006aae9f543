import { formatDate } from '../domain/date.ts'
import type { Evidence, PRESET_NAMES, Reason, Skipped, SkipReason } from '../domain/importing.ts'
import type { Field, TableName } from '../domain/importTables.ts'
import { formatPercent } from '../format.ts'
import { fillPlaceholders, type Locale } from './index.ts'

/** What an import says in window and terminal, both languages side by side. */
type Both = Readonly<Record<Locale, string>>
const both = (zh: string, en: string): Both => ({ 'zh-CN': zh, en })

/** Why a row is quarantined. */
export const REASON_TEXTS: Readonly<Record<Reason, Both>> = {
  wrong_field_count: both('列数与表头不同', 'Not as many fields as the header has'),
  missing_field: both('缺少必需的值', 'A value that is needed is missing'),
  bad_date: both('不是日期', 'Not a date'),
  bad_number: both('不是数字', 'Not a number'),
  bad_flag: both('不是 0/1 标记', 'Not a flag of 0 or 1'),
  bad_factor: both('复权因子不大于 0', 'The adjustment factor is not above 0'),
  not_a_trading_day: both('日期不在交易日历中', 'The calendar does not have the day'),
  duplicate_key: both(
    '同一代码同一天重复（保留第一行）',
    'The same code and day again; the first row is kept',
  ),
  high_below_low: both('最高价低于最低价', 'High is below low'),
  price_outside_range: both(
    '开盘价或收盘价在最低价与最高价之外',
    'Open or close lies outside of low to high',
  ),
  non_positive_price: both('价格不大于 0', 'A price is not above 0'),
  negative_volume: both('成交量为负', 'Negative volume'),
  negative_amount: both('金额为负', 'Negative amount'),
  amount_off_price: both(
    '成交额 ÷ 成交量与价格相差一倍以上',
    'Amount ÷ volume is off the prices by more than a factor of 2',
  ),
  negative_weight: both('权重为负', 'Negative weight'),
  weights_off_total: both(
    '当期权重合计既不近 1 也不近 100',
    'The weights of the date sum to neither 1 nor 100',
  ),
  empty_interval: both('剔除日期不晚于纳入日期', 'The interval ends before it begins'),
  other_series: both('不是该市场的股票', 'Not a stock of this market'),
}

const SKIP_TEXTS: Readonly<Record<SkipReason, Both>> = {
  left_out: both('已选择不导入', 'left out, as chosen'),
  hidden: both('隐藏文件', 'hidden'),
  not_data: both('不是数据文件', 'not a data file'),
  study: both('研究配置，不是数据', 'a study, not data'),
  other_manifest: both('不是 Plateau 样例的清单', 'not the manifest of a Plateau sample'),
  unknown_sheet: both('没有一种表具有该工作表的列', 'a sheet that no table has the columns of'),
  hidden_sheet: both('隐藏的工作表', 'a hidden sheet'),
  no_cells: both('不是单元格工作表', 'not a sheet of cells'),
  empty_sheet: both('空工作表', 'an empty sheet'),
  outside_archive: both('路径指向压缩包之外', 'its path leads out of the archive'),
  encrypted: both('已加密', 'encrypted'),
  packing_unknown: both(
    '压缩方法为 {number}，只支持存储与 deflate',
    'packed by method {number}, which is neither stored nor deflated',
  ),
  archive_in_archive: both('压缩包中的压缩包：请先解压', 'an archive inside the archive: unpack it'),
  binary_in_archive: both(
    '压缩包中的工作簿或 Parquet 文件：请先解压',
    'a workbook or Parquet file inside the archive: unpack it',
  ),
  no_daily_values: both('没有日频数据', 'no daily values'),
  field_not_read: both('未读取，涉及 {number} 只证券', 'not read, of {number} instruments'),
  other_calendar: both('不是日频交易日历', 'not the calendar of days'),
  member_intervals: both(
    '证券区间：指数成分请用单独的表导入',
    'intervals of instruments: members of an index come in a table of its own',
  ),
  no_part_of_qlib: both(
    '不属于 Qlib 文件夹：需要导入时请单独选择',
    "no part of Qlib's folder: name it by itself to import it",
  ),
}

const EVIDENCE_TEXTS: Readonly<Record<Evidence['code'], Both>> = {
  asked: both('按指定方式读取', 'as asked for'),
  columns: both('读取的列：{columns}', 'columns {columns}'),
  columns_not_read: both('未读取的列：{columns}', 'columns not read: {columns}'),
  symbol_shape: both('代码形如 {written}，存为 {stored}', 'codes like {written} = {stored}'),
  symbol_from_name: both('整份文件为 {stored}（取自文件名）', "all of {stored}, by the file's name"),
  short_code: both(
    '代码 {written} 按原样保存：若为 A 股代码，则前导零已丢失',
    'the code {written} is kept as it is: that of an A-share has lost its leading zeros',
  ),
  date_shape: both('日期写法 {shape}{read}', 'dates {shape}{read}'),
  units: both('单位：{units}', 'units {units}'),
  vwap_in_range: both(
    '{rows} 行中有 {share} 的均价（成交额 ÷ 成交量）在当日价格范围内{other}',
    "amount ÷ volume within the day's range on {share} of {rows} rows{other}",
  ),
  turnover: both(
    '没有流通市值的日子取 收盘价 × 成交量 ÷ 换手率；{rows} 行换手率的中位数 {median}，最大 {largest}',
    'float cap = close × volume ÷ turnover rate where none is given; median rate {median}, largest {largest} of {rows} rows',
  ),
  turnover_odd: both(
    '没有流通市值的日子取 收盘价 × 成交量 ÷ 换手率；{rows} 行换手率的中位数 {median}，最大 {largest}：单位是否有误？',
    'float cap = close × volume ÷ turnover rate where none is given; median rate {median}, largest {largest} of {rows} rows: is it in the unit stated?',
  ),
  factor_chained: both('复权因子由前收盘价连乘得到', 'factor chained from preclose'),
  prices_adjusted: both('原始价 = 价格 ÷ 因子', 'raw price = price ÷ factor'),
  weights_removed: both(
    '删除先前导入、更正后的名单（{lists} 期）已不再列出的权重 {rows} 行',
    'weights removed that an earlier import stored and the lists no longer name: {rows}, of {lists} lists',
  ),
  days_removed: both(
    '删除日历首末两日之间未列出的已存交易日 {days} 个，最早为 {first}',
    'stored trading days removed that the calendar does not name between its first and its last: {days}, from {first} on',
  ),
  days_kept: both(
    '日历未列出但已存有日线，因而保留的交易日 {days} 个，最早为 {first}：删除这些日线后重新导入即可移除',
    'trading days kept that the calendar does not name, as bars are stored on them: {days}, from {first} on; remove these bars and import it again to take them out',
  ),
}

const UNIT_TEXTS = {
  readAs: both('，读作 {date}', ', read as {date}'),
  times: both('{field} × {unit}', '{field} × {unit}'),
  turn: both('全部股份的换手率 = {unit}', 'turnover of all shares = {unit}'),
  other: both(
    '（若成交量 × {volume}、成交额 × {amount}：{share}）',
    ' (with volume × {volume}, amount × {amount}: {share})',
  ),
  separator: both('，', ', '),
  sentences: both('；', '; '),
} as const satisfies Record<string, Both>

export const TABLE_TEXTS: Readonly<Record<TableName, Both>> = {
  instruments: both('证券列表', 'Instruments'),
  calendar: both('交易日历', 'Trading calendar'),
  bars: both('股票日线', 'Daily bars'),
  factors: both('复权因子', 'Adjustment factors'),
  dailyValues: both('每日数值', 'Daily values'),
  extraFactors: both('自有每日因子', 'Own daily factors'),
  indexBars: both('指数行情', 'Index bars'),
  membership: both('指数成分区间', 'Index membership'),
  memberSnapshots: both('指数成分名单', 'Index member lists'),
  indexWeights: both('指数权重', 'Index weights'),
  industry: both('行业分类', 'Industries'),
}

export const FIELD_TEXTS: Readonly<Record<Field, Both>> = {
  date: both('日期', 'Date'),
  symbol: both('代码', 'Symbol'),
  name: both('名称', 'Name'),
  listDate: both('上市日期', 'List date'),
  open: both('开盘价', 'Open'),
  high: both('最高价', 'High'),
  low: both('最低价', 'Low'),
  close: both('收盘价', 'Close'),
  preclose: both('前收盘价（除权后）', 'Preclose (ex-right)'),
  volume: both('成交量', 'Volume'),
  amount: both('成交额', 'Amount'),
  vwap: both('均价', 'VWAP'),
  factor: both('累计复权因子', 'Cumulative factor'),
  turn: both('换手率', 'Turnover rate'),
  floatCap: both('流通市值', 'Float cap'),
  suspended: both('停牌标记', 'Suspended'),
  tradeStatus: both('交易状态（1 交易）', 'Trade status (1 traded)'),
  st: both('ST 标记', 'ST flag'),
  series: both('系列（NSE）', 'Series (NSE)'),
  adjustFlag: both('复权标记（Baostock）', 'Adjust flag (Baostock)'),
  totalReturn: both('全收益标记', 'Total return flag'),
  index: both('指数', 'Index'),
  inDate: both('纳入日期', 'In date'),
  outDate: both('剔除日期', 'Out date'),
  weight: both('权重', 'Weight'),
  industry: both('行业', 'Industry'),
  code: both('行业代码', 'Industry code'),
  asOf: both('截至日期', 'As of'),
}

/** A field as the window names it, in English as mapping files do; what is kept by its own name has that. */
export function fieldName(field: string, locale: Locale): string {
  return locale === 'en' || !Object.hasOwn(FIELD_TEXTS, field) ? field : FIELD_TEXTS[field as Field][locale]
}

export const PRESET_TEXTS: Readonly<Record<(typeof PRESET_NAMES)[number] | 'mapping', Both>> = {
  qlib: both('Qlib', 'Qlib'),
  wind: both('Wind 万得', 'Wind'),
  baostock: both('Baostock', 'Baostock'),
  tushare: both('Tushare', 'Tushare'),
  akshare: both('AkShare', 'AkShare'),
  nse: both('NSE（印度）', 'NSE (India)'),
  kaggle: both('Kaggle', 'Kaggle'),
  generic: both('通用', 'Generic'),
  mapping: both('映射', 'Mapping'),
}

/** Why a file was read as it was, in one line. */
export function evidenceLine(evidence: readonly Evidence[], locale: Locale): string {
  return evidence.map((each) => evidenceText(each, locale)).join(UNIT_TEXTS.sentences[locale])
}

export function evidenceText({ code, values }: Evidence, locale: Locale): string {
  const plain = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]))
  return fillPlaceholders(EVIDENCE_TEXTS[code][locale], { ...plain, ...measured({ code, values }, locale) })
}

export function skippedText({ reason, number }: Skipped, locale: Locale): string {
  return fillPlaceholders(SKIP_TEXTS[reason][locale], number === undefined ? {} : { number: String(number) })
}

/** The values that are more than a text or a count. */
function measured({ code, values }: Evidence, locale: Locale): Record<string, string> {
  switch (code) {
    case 'units':
      return { units: unitTexts(values, locale).join(UNIT_TEXTS.separator[locale]) }
    case 'date_shape':
      return {
        read:
          values['date'] === undefined
            ? ''
            : fillPlaceholders(UNIT_TEXTS.readAs[locale], { date: String(values['date']) }),
      }
    case 'vwap_in_range': {
      const { otherVolume, otherAmount, otherShare } = values
      return {
        share: percent(values['share']),
        other:
          otherShare === undefined
            ? ''
            : fillPlaceholders(UNIT_TEXTS.other[locale], {
                volume: String(otherVolume),
                amount: String(otherAmount),
                share: percent(otherShare),
              }),
      }
    }
    case 'turnover':
    case 'turnover_odd':
      return { median: rate(values['median']), largest: rate(values['largest']) }
    case 'days_removed':
    case 'days_kept':
      return { first: formatDate(Number(values['first'])) }
    default:
      return {}
  }
}

function unitTexts(units: Evidence['values'], locale: Locale): string[] {
  return Object.entries(units).map(([field, unit]) =>
    fillPlaceholders(UNIT_TEXTS[field === 'turn' ? 'turn' : 'times'][locale], {
      field: fieldName(field, locale),
      unit: String(unit),
    }),
  )
}

/** Rates may be far from what they should be: a small one has the decimals that show it. */
function rate(share: string | number): string {
  return formatPercent(Number(share), 'negative', Number(share) < 0.001 ? 4 : 2)
}

function percent(share: string | number): string {
  return formatPercent(Number(share), 'negative', 0)
}
