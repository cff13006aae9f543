import type { Locale } from './locales/index.ts'
import { LARGE_UNITS } from './locales/units.ts'

/**
 * How numbers are written, in window and report alike: a missing value is an em dash, never 0 or NaN; a negative one
 * has a true minus (U+2212); a value that rounds to zero has no sign.
 */

type Value = number | null | undefined
type Sign = 'negative' | 'always'

export const MISSING = '—'
export const MINUS = '\u2212'

/** Fixed decimals with a comma every three digits; `sign: 'always'` writes a plus before positive values. */
export function formatNumber(value: Value, digits: number, sign: Sign = 'negative'): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return MISSING
  const text = Math.abs(value).toFixed(digits)
  const [whole, decimals] = text.split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  const body = decimals === undefined ? grouped : `${grouped}.${decimals}`
  if (Number(text) === 0) return body
  return value < 0 ? MINUS + body : sign === 'always' ? `+${body}` : body
}

/** A fraction as percent with two decimals: 0.1234 is 12.34%. */
export function formatPercent(value: Value, sign: Sign = 'negative', digits = 2): string {
  const text = formatNumber(value === null || value === undefined ? null : value * 100, digits, sign)
  return text === MISSING ? text : `${text}%`
}

/** An information coefficient or a loss, four decimals. */
export function formatIc(value: Value, sign: Sign = 'negative'): string {
  return formatNumber(value, 4, sign)
}

/** A ratio or a t-statistic, two decimals. */
export function formatRatio(value: Value): string {
  return formatNumber(value, 2)
}

/** A count, no decimals. */
export function formatCount(value: Value): string {
  return formatNumber(value, 0)
}

/** A large number in the units of the language: 12,500,000 is 12.50M in English. */
export function formatCompact(value: Value, locale: Locale): string {
  const unit = LARGE_UNITS[locale].find(([size]) => Math.abs(value ?? 0) >= size)
  return unit === undefined ? formatCount(value) : formatNumber(value! / unit[0], 2) + unit[1]
}

/** A setting as it was written, without rounding: 0.002, 1e-8. */
export function formatSetting(value: number): string {
  return String(value).replace('-', MINUS)
}

/** A fraction among the settings as percent, without rounding but for what 100 times makes of it: 0.00025 is 0.025%. */
export function formatPercentSetting(value: number): string {
  return `${formatSetting(Number((100 * value).toPrecision(12)))}%`
}
