import { type StyleName, styleName } from '../../src-shared/domain/factorAnalysis.ts'
import type { Note } from '../../src-shared/domain/result.ts'
import type { StudyConfig } from '../../src-shared/domain/study.ts'
import { total } from '../../src-shared/statistics.ts'
import type { DatedRiskModel } from '../risk/history.ts'
import { turnoverFrom } from '../risk/tradingActivity.ts'
import { allTestDays } from './factors.ts'
import type { Prepared } from './prepare.ts'
import type { StudyRisk } from './risk.ts'
import { stocksOfStudy } from './stocksOfStudy.ts'
import type { StudyStyles } from './styles.ts'

/**
 * What limits on styles, and the risk model, make of missing values: a style that cannot be measured on a test day has no limit on
 * it, and a stock without a value has the exposure 0.
 */
export function styleNotes(config: StudyConfig, prepared: Prepared, styles: StudyStyles): Note[] {
  const days = allTestDays(prepared)
  const investable = days.map(stocksOfStudy(config, prepared))
  const byStyle = styleName.options.flatMap((style) => {
    const limited = limitOf(style, config) !== null
    if (!limited && config.portfolio.risk === null) return []
    let unmeasured = 0
    let missing = 0
    let all = 0
    days.forEach((day, at) => {
      const known = styles.get(day)!.get(style)?.known
      if (known === undefined) {
        unmeasured++
        return
      }
      investable[at].forEach((is, stock) => {
        all += is
        if (is === 1 && known[stock] === 0) missing++
      })
    })
    return [
      ...(limited && unmeasured > 0 ? [unmeasuredNote(style, unmeasured, days.length)] : []),
      ...(missing > 0
        ? [{ code: 'style_values_missing', values: { style, count: missing, share: missing / all } }]
        : []),
    ]
  })
  return [...byStyle, ...liquidityNotes(prepared, styles)]
}

/** Limited or not: what factors are correlated with is the same style. */
function liquidityNotes(prepared: Prepared, styles: StudyStyles): Note[] {
  const days = allTestDays(prepared)
  const from = turnoverFrom(prepared.market.panel)
  const dates = days.filter((day) => day < from && styles.get(day)!.has('liquidity')).length
  return dates === 0 ? [] : [{ code: 'liquidity_traded_value', values: { dates, of: days.length } }]
}

/** Where the risk model knows less than its settings ask for. */
export function riskNotes({ portfolio }: StudyConfig, models: StudyRisk): Note[] {
  if (portfolio.risk === null || models === null) return []
  const { window } = portfolio.risk
  const dated = [...models.values()]
  const share = (of: (one: DatedRiskModel) => number): number =>
    total(dated.map(of)) / total(dated.map(({ stocks }) => stocks))
  const short = dated.map(({ returnDays }) => returnDays).filter((days) => days < window)
  const withoutCap = share((one) => one.withoutCap)
  const fromBucket = share((one) => one.fromBucket)
  return [
    ...(short.length > 0
      ? [{ code: 'risk_days_short', values: { dates: short.length, days: Math.min(...short), window } }]
      : []),
    ...styleName.options.flatMap((style) => {
      const absent = dated.filter(({ model }) => !model.factors.includes(`style:${style}`)).length
      return absent === 0 ? [] : [{ code: 'risk_style_absent', values: { style, dates: absent } }]
    }),
    ...(withoutCap > 0 ? [{ code: 'risk_caps_missing', values: { share: withoutCap } }] : []),
    ...(fromBucket > 0 ? [{ code: 'risk_specific_from_bucket', values: { share: fromBucket } }] : []),
  ]
}

function limitOf(style: StyleName, { portfolio: { limits } }: StudyConfig): number | null {
  return style === 'size' ? limits.sizeActiveMax : limits.styleActiveMax
}

function unmeasuredNote(style: StyleName, dates: number, of: number): Note {
  // Without capitalisations on any day: said by its cause.
  if (style === 'size' && dates === of) return { code: 'size_missing', values: {} }
  return { code: 'style_limit_off', values: { style, dates, of } }
}
