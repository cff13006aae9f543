import { formatDate } from '../domain/date.ts'
import type { DoctorCode, FindingExample } from '../domain/doctor.ts'
import { formatPercent } from '../format.ts'
import { fillPlaceholders, type Locale } from './index.ts'

export interface DoctorText {
  readonly name: string
  /** What is looked for, and what it can mean. */
  readonly meaning: string
  /** One finding; numbers stand in place of `{name}`, beside `{subject}` and `{date}`. */
  readonly example: string
}

/** What the data doctor finds, both languages side by side. */
export const DOCTOR_TEXTS: Readonly<Record<DoctorCode, Readonly<Record<Locale, DoctorText>>>> = {
  gap: {
    'zh-CN': {
      name: '缺少交易日',
      meaning: '一只股票在两根日线之间缺少日历上的交易日：数据不全，或停牌日没有记录',
      example: '{subject}：{date} 之前缺 {days} 个交易日',
    },
    en: {
      name: 'Missing days',
      meaning:
        'Trading days of the calendar between two bars of a stock have no bar: data are missing, or days of suspension are not recorded',
      example: '{subject}: {days} trading days missing before {date}',
    },
  },
  day_outside_calendar: {
    'zh-CN': {
      name: '日历外的日线',
      meaning:
        '日线的日期不在交易日历中；没有日历时，当日有日线的股票远少于前后各日。研究不使用日历范围内的这些日线',
      example: '{subject}：{date} 不在日历中',
    },
    en: {
      name: 'Bars outside the calendar',
      meaning:
        'A bar lies on a day that the calendar does not have or, without a calendar, on one with far fewer bars than the days around it; studies leave out those within the span of the calendar',
      example: '{subject}: {date} is not in the calendar',
    },
  },
  duplicated_day: {
    'zh-CN': {
      name: '重复的交易日',
      meaning: '一天中大半股票的价格与成交量同前一天完全一样：假日被填充，或同一天存了两次',
      example: '{date}：{bars} 根日线中 {repeated} 根与前一天相同',
    },
    en: {
      name: 'Repeated days',
      meaning:
        'Most stocks of a day repeat the prices and the volume of the day before: a holiday was filled in, or a day is stored twice',
      example: '{date}: {repeated} of {bars} bars repeat the day before',
    },
  },
  factor_without_ex_day: {
    'zh-CN': {
      name: '无除权的因子跳变',
      meaning: '复权因子改变，而当日官方前收盘价等于上一交易日收盘价',
      example: '{subject}：{date} 因子由 {from} 变为 {to}',
    },
    en: {
      name: 'Factor jumps without an ex-day',
      meaning: 'The adjustment factor changes on a day whose official preclose is the last close',
      example: '{subject}: on {date} the factor goes from {from} to {to}',
    },
  },
  ex_day_without_factor: {
    'zh-CN': {
      name: '因子不变的除权日',
      meaning: '官方前收盘价不等于上一收盘价，而复权因子没有改变，或根本没有因子：价格未复权',
      example: '{subject}：{date} 前收盘 {preclose}，上一收盘 {lastClose}',
    },
    en: {
      name: 'Ex-days without a factor change',
      meaning:
        'The official preclose is not the last close, and the adjustment factor does not change or there is none: prices are not adjusted',
      example: '{subject}: on {date} preclose {preclose}, last close {lastClose}',
    },
  },
  preclose_after_gap: {
    'zh-CN': {
      name: '缺失交易日之后的前收盘价',
      meaning: '此前的交易日缺少日线，官方前收盘价不等于上一根日线的收盘价：其间价格变动或除权，因子不变',
      example: '{subject}：{date} 前缺 {days} 个交易日，前收盘 {preclose}，上一收盘 {lastClose}',
    },
    en: {
      name: 'Precloses after missing days',
      meaning:
        'Exchange days before have no bar, and the official preclose is not the last stored close: the price moved or the stock went ex-right in between; the adjustment factor does not change',
      example: '{subject}: {days} days missing before {date}; preclose {preclose}, last close {lastClose}',
    },
  },
  factors_begin_late: {
    'zh-CN': {
      name: '因子起始晚于日线',
      meaning:
        '股票的首个复权因子晚于其日线，且价格没有相应的除权：此前的因子由首个因子推得，更早的分红、送转未复权',
      example: '{subject}：{date} 首个因子 {factor}，此前取 {before}',
    },
    en: {
      name: 'Factors that begin after the bars',
      meaning:
        'The first adjustment factor of a stock comes after its bars, and the prices show no such ex-day: the factor before is derived from the first, and earlier dividends and splits are not adjusted',
      example: '{subject}: the first factor is {factor} on {date}; {before} is taken before it',
    },
  },
  vwap_outside_range: {
    'zh-CN': {
      name: '均价超出高低价',
      meaning: '成交额 ÷ 成交量超出 [最低价, 最高价] 一个最小变动价位以上：单位、复权口径或数值有误',
      example: '{subject}：{date} 均价 {vwap}，最低 {low}，最高 {high}',
    },
    en: {
      name: 'VWAP outside the range',
      meaning:
        'Amount / volume lies more than a tick outside [low, high]: a unit, an adjustment or a number is wrong',
      example: '{subject}: on {date} vwap {vwap}, low {low}, high {high}',
    },
  },
  return_beyond_limit: {
    'zh-CN': {
      name: '超过涨跌停的收益',
      meaning: '收盘价超出涨跌停价且不在上市初期：前收盘、因子或 ST 标记有误，或当日不设涨跌幅限制',
      example: '{subject}：{date} 收益 {change}，前收盘 {preclose}，收盘 {close}',
    },
    en: {
      name: 'Returns beyond the price limit',
      meaning:
        'A close lies beyond the price limit, and the stock is not newly listed: preclose, factor or ST flag is wrong, or the day had no limit',
      example: '{subject}: on {date} return {change}, preclose {preclose}, close {close}',
    },
  },
  stale_price: {
    'zh-CN': {
      name: '价格不动',
      meaning: '有成交而收盘价连续 10 天相等',
      example: '{subject}：到 {date} 收盘价 {close} 已连续 {days} 天',
    },
    en: {
      name: 'Stale prices',
      meaning: 'Ten closes in a row are equal although there is volume',
      example: '{subject}: by {date} the close is {close} for {days} days',
    },
  },
  zero_volume: {
    'zh-CN': {
      name: '未标记的零成交日',
      meaning: '成交量为 0，而数据说当日没有停牌',
      example: '{subject}：{date} 成交量为 0，未标记停牌',
    },
    en: {
      name: 'Days without volume not flagged',
      meaning: 'The volume is 0, and the data say that trading was not suspended',
      example: '{subject}: on {date} volume 0, not flagged suspended',
    },
  },
  membership_overlap: {
    'zh-CN': {
      name: '成分区间重叠',
      meaning: '同一指数同一股票的两个成分区间重叠',
      example: '{subject}：自 {date} 的区间与更早的区间重叠',
    },
    en: {
      name: 'Overlapping membership',
      meaning: 'Two membership intervals of one stock in one index overlap',
      example: '{subject}: the interval from {date} overlaps an earlier one',
    },
  },
  member_count_jumps: {
    'zh-CN': {
      name: '成分数跳变',
      meaning: '成分股个数一天内改变 2% 以上',
      example: '{subject}：{date} 由 {from} 只变为 {to} 只',
    },
    en: {
      name: 'Jumps of the member count',
      meaning: 'The number of members changes by more than 2 % in a day',
      example: '{subject}: on {date} from {from} to {to} members',
    },
  },
  weights_off_total: {
    'zh-CN': {
      name: '权重之和不为 1',
      meaning: '一个日期的指数权重之和与 1 相差 0.5% 以上',
      example: '{subject}：{date} 权重之和 {total}',
    },
    en: {
      name: 'Weights that do not sum to 1',
      meaning: 'The weights of an index on a date sum to more than 0.5 % from 1',
      example: '{subject}: on {date} the weights sum to {total}',
    },
  },
  incomplete_week: {
    'zh-CN': {
      name: '末周不完整',
      meaning: '数据在一周中间结束：最后一根周线只由该周前几天组成',
      example: '数据止于 {date}，该周还有 {days} 个工作日',
    },
    en: {
      name: 'Incomplete last week',
      meaning: 'The data end within a week: the last weekly bar is made of its first days alone',
      example: 'The data end on {date}; the week has {days} more days',
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
