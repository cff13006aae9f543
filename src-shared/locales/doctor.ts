import { formatDate } from '../domain/date.ts'
import type { DoctorCode, FindingExample } from '../domain/doctor.ts'
import { formatPercent } from '../format.ts'
import { fillPlaceholders, type Locale } from './index.ts'

export interface DoctorText {
  readonly name: string
  /** What is looked for, and what it can mean. */
  readonly meaning: string
  /** What to do about it, where it is not true of the market. */
  readonly remedy: string
  /** One finding; numbers stand in place of `{name}`, beside `{subject}` and `{date}`. */
  readonly example: string
}

/** What the data doctor finds, both languages side by side. */
export const DOCTOR_TEXTS: Readonly<Record<DoctorCode, Readonly<Record<Locale, DoctorText>>>> = {
  gap: {
    'zh-CN': {
      name: '缺少交易日',
      meaning: '一只股票在两根日线之间缺少日历上的交易日：数据不全，或停牌日没有记录',
      remedy: '补导这些交易日的行情；若为停牌，导入停牌数据或停牌日的日线',
      example: '{subject}：{date} 之前缺 {days} 个交易日',
    },
    en: {
      name: 'Missing days',
      meaning:
        'Trading days of the calendar between two bars of a stock have no bar: data are missing, or days of suspension are not recorded',
      remedy:
        'Import the bars of these days; where trading was suspended, import the suspensions or bars that say so',
      example: '{subject}: trading days missing before {date}: {days}',
    },
  },
  day_outside_calendar: {
    'zh-CN': {
      name: '日历外的日线',
      meaning:
        '日线的日期不在交易日历中；没有日历时，当日有日线的股票远少于前后各日。研究不使用日历范围内的这些日线',
      remedy: '核对日历是否缺少交易日；否则删除这些日期的日线',
      example: '{subject}：{date} 不在日历中',
    },
    en: {
      name: 'Bars outside the calendar',
      meaning:
        'A bar lies on a day that the calendar does not have or, without a calendar, on one with far fewer bars than the days around it; studies leave out those within the span of the calendar',
      remedy: 'Check whether the calendar lacks trading days; if not, remove the bars of these dates',
      example: '{subject}: {date} is not in the calendar',
    },
  },
  duplicated_day: {
    'zh-CN': {
      name: '重复的交易日',
      meaning: '一天中大半股票的价格与成交量同前一天完全一样：假日被填充，或同一天存了两次',
      remedy: '核对来源后删除重复的一天',
      example: '{date}：{bars} 根日线中 {repeated} 根与前一天相同',
    },
    en: {
      name: 'Repeated days',
      meaning:
        'Most stocks of a day repeat the prices and the volume of the day before: a holiday was filled in, or a day is stored twice',
      remedy: 'Check with the source, then remove the repeated day',
      example: '{date}: {repeated} of {bars} bars repeat the day before',
    },
  },
  factor_without_ex_day: {
    'zh-CN': {
      name: '无除权的因子跳变',
      meaning: '复权因子改变，而当日官方前收盘价等于上一交易日收盘价',
      remedy: '核对该日的复权因子与前收盘价，更正后重新导入',
      example: '{subject}：{date} 因子由 {from} 变为 {to}',
    },
    en: {
      name: 'Factor jumps without an ex-day',
      meaning: 'The adjustment factor changes on a day whose official preclose is the last close',
      remedy: 'Check the factor and the preclose of the day, and import what is right',
      example: '{subject}: on {date} the factor goes from {from} to {to}',
    },
  },
  ex_day_without_factor: {
    'zh-CN': {
      name: '因子不变的除权日',
      meaning: '官方前收盘价不等于上一收盘价，而复权因子没有改变，或根本没有因子：价格未复权',
      remedy: '导入该股票的复权因子',
      example: '{subject}：{date} 前收盘 {preclose}，上一收盘 {lastClose}',
    },
    en: {
      name: 'Ex-days without a factor change',
      meaning:
        'The official preclose is not the last close, and the adjustment factor does not change or there is none: prices are not adjusted',
      remedy: 'Import the adjustment factors of the stock',
      example: '{subject}: on {date} preclose {preclose}, last close {lastClose}',
    },
  },
  preclose_after_gap: {
    'zh-CN': {
      name: '缺失交易日之后的前收盘价',
      meaning: '此前的交易日缺少日线，官方前收盘价不等于上一根日线的收盘价：其间价格变动或除权，因子不变',
      remedy: '先补齐缺少的交易日；若其间除权，导入复权因子',
      example: '{subject}：{date} 前缺 {days} 个交易日，前收盘 {preclose}，上一收盘 {lastClose}',
    },
    en: {
      name: 'Precloses after missing days',
      meaning:
        'Exchange days before have no bar, and the official preclose is not the last stored close: the price moved or the stock went ex-right in between; the adjustment factor does not change',
      remedy: 'First import the missing days; where the stock went ex-right in between, import its factors',
      example: '{subject}: days missing before {date}: {days}; preclose {preclose}, last close {lastClose}',
    },
  },
  factors_begin_late: {
    'zh-CN': {
      name: '因子起始晚于日线',
      meaning:
        '股票的首个复权因子晚于其日线，且价格没有相应的除权：此前的因子由首个因子推得，更早的分红、送转未复权',
      remedy: '导入自首根日线起的复权因子',
      example: '{subject}：{date} 首个因子 {factor}，此前取 {before}',
    },
    en: {
      name: 'Factors that begin after the bars',
      meaning:
        'The first adjustment factor of a stock comes after its bars, and the prices show no such ex-day: the factor before is derived from the first, and earlier dividends and splits are not adjusted',
      remedy: 'Import factors that begin with the first bar',
      example: '{subject}: the first factor is {factor} on {date}; {before} is taken before it',
    },
  },
  vwap_outside_range: {
    'zh-CN': {
      name: '均价超出高低价',
      meaning: '成交额 ÷ 成交量超出 [最低价, 最高价] 一个最小变动价位以上：单位、复权口径或数值有误',
      remedy: '核对成交量与成交额的单位（股、手；元、千元）及价格是否已复权，更正映射后重新导入',
      example: '{subject}：{date} 均价 {vwap}，最低 {low}，最高 {high}',
    },
    en: {
      name: 'VWAP outside the range',
      meaning:
        'Amount / volume lies more than a tick outside [low, high]: a unit, an adjustment or a number is wrong',
      remedy:
        'Check the units of volume and amount (shares or lots, currency or thousands) and whether prices are adjusted already; correct the mapping and import again',
      example: '{subject}: on {date} vwap {vwap}, low {low}, high {high}',
    },
  },
  return_beyond_limit: {
    'zh-CN': {
      name: '超过涨跌停的收益',
      meaning: '收盘价超出涨跌停价且不在上市初期：前收盘、因子或 ST 标记有误，或当日不设涨跌幅限制',
      remedy: '核对前收盘价、复权因子与 ST 标记；确无涨跌幅限制的日期无须处理',
      example: '{subject}：{date} 收益 {change}，前收盘 {preclose}，收盘 {close}',
    },
    en: {
      name: 'Returns beyond the price limit',
      meaning:
        'A close lies beyond the price limit, and the stock is not newly listed: preclose, factor or ST flag is wrong, or the day had no limit',
      remedy: 'Check preclose, factor and ST flag; a day that had no limit needs nothing',
      example: '{subject}: on {date} return {change}, preclose {preclose}, close {close}',
    },
  },
  stale_price: {
    'zh-CN': {
      name: '价格不动',
      meaning: '有成交而收盘价连续 10 天相等',
      remedy: '与另一来源核对；低价股或冷门股可能确实如此',
      example: '{subject}：到 {date} 收盘价 {close} 已连续 {days} 天',
    },
    en: {
      name: 'Stale prices',
      meaning: 'Ten closes in a row are equal although there is volume',
      remedy: 'Compare with another source; it can be true of low-priced or thinly traded stocks',
      example: '{subject}: by {date} the close is {close} for {days} days',
    },
  },
  zero_volume: {
    'zh-CN': {
      name: '未标记的零成交日',
      meaning: '成交量为 0，而数据说当日没有停牌',
      remedy: '若当日停牌，导入停牌标记；研究不把无成交的日期当作观测值',
      example: '{subject}：{date} 成交量为 0，未标记停牌',
    },
    en: {
      name: 'Days without volume not flagged',
      meaning: 'The volume is 0, and the data say that trading was not suspended',
      remedy:
        'Where trading was suspended, import the flag; studies take no day without volume for an observation',
      example: '{subject}: on {date} volume 0, not flagged suspended',
    },
  },
  membership_overlap: {
    'zh-CN': {
      name: '成分区间重叠',
      meaning: '同一指数同一股票的两个成分区间重叠',
      remedy: '更正成分区间后重新导入',
      example: '{subject}：自 {date} 的区间与更早的区间重叠',
    },
    en: {
      name: 'Overlapping membership',
      meaning: 'Two membership intervals of one stock in one index overlap',
      remedy: 'Correct the intervals and import them again',
      example: '{subject}: the interval from {date} overlaps an earlier one',
    },
  },
  member_count_jumps: {
    'zh-CN': {
      name: '成分数跳变',
      meaning: '成分股个数一天内改变 2% 以上',
      remedy: '核对是否缺少一期成分名单，或剔除日期有误',
      example: '{subject}：{date} 由 {from} 只变为 {to} 只',
    },
    en: {
      name: 'Jumps of the member count',
      meaning: 'The number of members changes by more than 2% in a day',
      remedy: 'Check whether a list of members is missing or a date of removal is wrong',
      example: '{subject}: on {date} from {from} to {to} members',
    },
  },
  weights_off_total: {
    'zh-CN': {
      name: '权重之和不为 1',
      meaning: '一个日期的指数权重之和与 1 相差 0.5% 以上',
      remedy: '核对该日权重是否完整、单位是百分数还是小数',
      example: '{subject}：{date} 权重之和 {total}',
    },
    en: {
      name: 'Weights that do not sum to 1',
      meaning: 'The weights of an index on a date sum to more than 0.5% from 1',
      remedy: 'Check whether the weights of the date are complete, and in percent or fractions',
      example: '{subject}: on {date} the weights sum to {total}',
    },
  },
  incomplete_week: {
    'zh-CN': {
      name: '末周不完整',
      meaning: '数据在一周中间结束：最后一根周线只由该周前几天组成',
      remedy: '补导该周其余交易日后再做周频研究',
      example: '数据止于 {date}，该周还有 {days} 个工作日',
    },
    en: {
      name: 'Incomplete last week',
      meaning: 'The data end within a week: the last weekly bar is made of its first days alone',
      remedy: 'Import the rest of the week before a study of weekly bars',
      example: 'The data end on {date}; weekdays left in the week: {days}',
    },
  },
}

/** One finding as a sentence. */
export function findingText(
  code: DoctorCode,
  { subject, date, values }: FindingExample,
  locale: Locale,
): string {
  const numbers = Object.entries(values).map(([name, value]) => [
    name,
    name === 'change' ? formatPercent(value) : String(Number(value.toPrecision(6))),
  ])
  return fillPlaceholders(DOCTOR_TEXTS[code][locale].example, {
    ...Object.fromEntries(numbers),
    subject,
    date: formatDate(date),
  })
}
