import type { Note } from './domain/result.ts'
import type { NoteCode } from './locales/index.ts'

/** What a note bears on: on all that a study gives, on the tests of its factors, or on its portfolios. */
export type NoteTopic = 'study' | 'factor' | 'portfolio'

const TOPICS: Readonly<Record<NoteCode, NoteTopic>> = {
  synthetic_data: 'study',
  period_clipped: 'study',
  vwap_typical: 'study',
  st_unknown: 'study',
  factors_begin_late: 'study',
  prices_unadjusted: 'study',
  ex_days_unadjusted: 'study',
  calendar_derived: 'study',
  bars_outside_calendar: 'study',
  no_price_limits: 'study',
  engine_choice_died: 'study',
  engine_lost: 'study',
  dates_skipped_training: 'study',
  industry_snapshot: 'study',
  industry_later: 'study',
  industry_undated: 'study',
  industry_unknown: 'study',
  caps_carried: 'study',
  test_dates_skipped: 'factor',
  factor_dropped: 'factor',
  neutralised_without_industry: 'factor',
  neutralised_without_size: 'factor',
  benchmark_weights_published: 'portfolio',
  benchmark_weights_old: 'portfolio',
  benchmark_weights_float_cap: 'portfolio',
  benchmark_weights_equal: 'portfolio',
  benchmark_proxy_gap: 'portfolio',
  benchmark_weight_missing: 'portfolio',
  industry_missing: 'portfolio',
  size_missing: 'portfolio',
  liquidity_traded_value: 'portfolio',
  style_limit_off: 'portfolio',
  style_values_missing: 'portfolio',
  risk_days_short: 'portfolio',
  risk_style_absent: 'portfolio',
  risk_caps_missing: 'portfolio',
  risk_specific_from_bucket: 'portfolio',
  price_index_dividends: 'portfolio',
  members_without_prices: 'portfolio',
  index_close_missing: 'portfolio',
  index_close_late: 'portfolio',
  index_close_gaps: 'portfolio',
  optimiser_relaxed: 'portfolio',
  optimiser_kept: 'portfolio',
  optimiser_kept_no_alpha: 'portfolio',
  optimiser_kept_bands: 'portfolio',
  participation_left: 'portfolio',
  portfolio_not_built: 'portfolio',
  holdings_untraded: 'portfolio',
  solver_fallback: 'portfolio',
  cash_unfilled: 'portfolio',
}

/** One of a code of another version bears on all, so that it is seen. */
export const topicOf = ({ code }: Note): NoteTopic =>
  Object.hasOwn(TOPICS, code) ? TOPICS[code as NoteCode] : 'study'
