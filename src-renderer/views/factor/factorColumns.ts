import type { FactorReport } from '../../../src-shared/domain/factor.ts'
import { formatCount, formatIc, formatPercent, formatRatio } from '../../../src-shared/format.ts'
import type { Terms } from '../../../src-shared/locales/index.ts'
import { changed, type Column } from '../../components/table.ts'

/** What a test says of a factor, in one row. */
export function factorColumns({ metrics }: Terms): Column<FactorReport>[] {
  const titled = (key: keyof typeof metrics) => ({
    key,
    title: metrics[key].name,
    hint: metrics[key].definition,
  })
  const column = (
    key: keyof typeof metrics,
    value: (factor: FactorReport) => number | null,
    format: (value: number | null) => string,
  ): Column<FactorReport> => ({ ...titled(key), text: (factor) => format(value(factor)), value })
  return [
    column('n', ({ rankIcSummary }) => rankIcSummary.n, formatCount),
    column('rankIc', ({ rankIcSummary }) => rankIcSummary.mean, formatIc),
    column('rankIcir', ({ rankIcSummary }) => rankIcSummary.ir, formatRatio),
    column('sharePositive', ({ rankIcSummary }) => rankIcSummary.sharePositive, formatPercent),
    column('t', ({ rankIcSummary }) => rankIcSummary.t, formatRatio),
    column('neweyWestT', ({ rankIcSummary }) => rankIcSummary.neweyWestT, formatRatio),
    { ...titled('topExcess'), ...changed(({ layers }) => layers[0]!.annualisedExcess) },
    column('informationRatio', ({ layers }) => layers[0]!.informationRatio, formatRatio),
    column('monthlyWinRate', ({ layers }) => layers[0]!.monthlyWinRate, formatPercent),
    column('excessMaxDrawdown', ({ layers }) => layers[0]!.excessMaxDrawdown, formatPercent),
    column('turnoverPerRebalance', ({ layers }) => layers[0]!.turnoverPerRebalance, formatPercent),
    { ...titled('topMinusBottom'), ...changed(({ topMinusBottom }) => topMinusBottom.annualised) },
    column('monotonicity', ({ monotonicity }) => monotonicity, formatRatio),
  ]
}
