import type { Locale } from './index.ts'

export interface PriceTexts {
  readonly open: string
  readonly high: string
  readonly low: string
  readonly close: string
  /** Close over the official previous close, less 1. */
  readonly change: string
  readonly volume: string
  readonly amount: string
  readonly factor: string
  readonly exDay: string
  readonly limitUp: string
  readonly limitDown: string
  readonly suspended: string
  readonly missing: string
  readonly quarantined: string
}

/** Words of a price chart, both languages side by side. */
export const PRICE_TEXTS: Readonly<Record<Locale, PriceTexts>> = {
  'zh-CN': {
    open: '开盘',
    high: '最高',
    low: '最低',
    close: '收盘',
    change: '涨跌幅',
    volume: '成交量（股）',
    amount: '成交额（元）',
    factor: '复权因子',
    exDay: '除权',
    limitUp: '收于涨停价',
    limitDown: '收于跌停价',
    suspended: '停牌',
    missing: '缺少日线',
    quarantined: '日线被隔离',
  },
  en: {
    open: 'Open',
    high: 'High',
    low: 'Low',
    close: 'Close',
    change: 'Change',
    volume: 'Volume (shares)',
    amount: 'Amount (currency)',
    factor: 'Adjustment factor',
    exDay: 'Ex-day',
    limitUp: 'Closed at the upper limit',
    limitDown: 'Closed at the lower limit',
    suspended: 'Suspended',
    missing: 'No bar',
    quarantined: 'Bar quarantined',
  },
}
