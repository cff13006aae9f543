import type { PortfolioReport } from '../../src-shared/domain/portfolio.ts'
import type { Locale } from '../../src-shared/locales/index.ts'
import { fillPlaceholders, indexName } from '../../src-shared/locales/index.ts'
import { DAYS_TO_ANNUALISE } from '../../src-shared/performance/period.ts'
import { reportTexts } from './text/index.ts'

/** Which portfolios have too few days for annualised figures; undefined where none has. */
export function shortPeriod(reports: readonly PortfolioReport[], locale: Locale): string | undefined {
  const { portfolio, listSeparator } = reportTexts[locale]
  const short = reports.filter(
    ({ performance }) => performance !== null && performance.full.days < DAYS_TO_ANNUALISE,
  )
  if (short.length === 0) return undefined
  return fillPlaceholders(portfolio.shortPeriod, {
    days: String(DAYS_TO_ANNUALISE),
    portfolios: short
      .map(({ model, index }) =>
        fillPlaceholders(portfolio.model, { model, index: indexName(index, locale) }),
      )
      .join(listSeparator),
  })
}
