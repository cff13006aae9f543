import { industryRangeChart, styleExposureChart } from '../../../src-shared/charts/index.ts'
import type { PortfolioReport } from '../../../src-shared/domain/portfolio.ts'
import { HALF_WIDTH } from '../chart.ts'
import type { ReportContext } from '../context.ts'
import type { Html } from '../html.ts'

/** Active exposures over time, industries by their range and styles by name; null where none is known. */
export function exposureFigure(
  { text, chartStyle, panels }: ReportContext,
  { exposures }: PortfolioReport,
  title: string,
): Html | null {
  if (exposures === null) return null
  const charts = [
    { title: text.portfolio.industryRange, option: industryRangeChart(exposures, chartStyle) },
    { title: text.portfolio.styleExposures, option: styleExposureChart(exposures, chartStyle) },
  ].flatMap(({ title, option }) => (option === null ? [] : [{ title, option }]))
  if (charts.length === 0) return null
  return panels(title, charts, { width: HALF_WIDTH, height: 170 }, text.portfolio.exposuresNote)
}
