import type { Comparisons } from '../../src-shared/domain/comparison.ts'
import type { StudyResult } from '../../src-shared/domain/result.ts'
import { formatCount, formatIc, formatNumber, formatPercent, formatRatio } from '../../src-shared/format.ts'
import { fillPlaceholders, indexName } from '../../src-shared/locales/index.ts'
import type { Locale } from '../../src-shared/locales/index.ts'
import { isBuilt } from '../../src-shared/notBuilt.ts'
import { compositeFactors, gapSummary, groupBy, isSignificant, SIGNIFICANCE_DATES } from './derive.ts'
import { shortPeriod } from './shortPeriod.ts'
import { reportTexts } from './text/index.ts'

/** One finding of the first page: a keyword and what the numbers say, for or against. */
export interface Finding {
  readonly lead: string
  readonly text: string
}

/** Sentences generated from the numbers alone: no finding is left out because it speaks against a method. */
export function findings(result: StudyResult, locale: Locale): Finding[] {
  const { leads } = reportTexts[locale].findings
  return [
    { lead: leads.factor, text: factorRanking(result, locale) },
    ...optional(leads.comparison, comparisons(result, locale)),
    ...optional(leads.gap, gapRanking(result, locale)),
    ...result.config.portfolio.indices.flatMap((index) =>
      optional(leads.portfolio, portfolioRanking(result, index, locale)),
    ),
    ...optional(leads.years, losingYears(result, locale)),
  ]
}

function optional(lead: string, text: string | null): Finding[] {
  return text === null ? [] : [{ lead, text }]
}

function factorRanking(result: StudyResult, locale: Locale): string {
  const text = reportTexts[locale]
  const measured = compositeFactors(result).filter(({ rankIcSummary }) => rankIcSummary.mean !== null)
  if (measured.length === 0) return text.findings.noRankIc
  const ranked = descending(measured, ({ rankIcSummary }) => rankIcSummary.mean)
  const sentence = fillPlaceholders(text.findings.factors, {
    models: ranked
      .map(({ optimizer, rankIcSummary }) =>
        fillPlaceholders(text.findings.factor, {
          model: optimizer,
          rankIc: formatIc(rankIcSummary.mean),
          icir: formatRatio(rankIcSummary.ir),
          t: formatRatio(rankIcSummary.neweyWestT),
          n: formatCount(rankIcSummary.n),
        }),
      )
      .join(text.itemSeparator),
  })
  const cautions = [
    { text: text.findings.fewDates, of: ranked.filter(({ rankIcSummary: { n } }) => n < SIGNIFICANCE_DATES) },
    {
      text: text.findings.insignificant,
      of: ranked.filter(
        ({ rankIcSummary: { n, neweyWestT } }) => n >= SIGNIFICANCE_DATES && !isSignificant(n, neweyWestT),
      ),
    },
  ].filter(({ of }) => of.length > 0)
  return sentences(
    locale,
    sentence,
    ...cautions.map(({ text: caution, of }) =>
      fillPlaceholders(caution, {
        models: of.map(({ optimizer }) => optimizer).join(text.listSeparator),
        dates: String(SIGNIFICANCE_DATES),
      }),
    ),
  )
}

/** Every later optimizer against the first, with what the paired tests say: in favour, against, or undecided. */
function comparisons({ comparisons }: StudyResult, locale: Locale): string | null {
  const text = reportTexts[locale]
  const { baseline, portfolios, rankIc } = comparisons
  if (rankIc.length === 0) return null
  const models = rankIc.map(({ model, meanRankIcDifference, rankIcDifferenceT, commonDates }) =>
    fillPlaceholders(text.findings.rankIcDifference, {
      model,
      difference: formatNumber(meanRankIcDifference, 4, 'always'),
      t: formatRatio(rankIcDifferenceT),
      significance:
        commonDates < SIGNIFICANCE_DATES
          ? text.findings.tooFewDates
          : isSignificant(commonDates, rankIcDifferenceT)
            ? text.findings.significant
            : text.findings.notSignificant,
    }),
  )
  const excluding = portfolios.filter(({ interval }) => interval !== null && excludesZero(interval))
  const containing = portfolios.filter(({ interval }) => interval !== null && !excludesZero(interval))
  const groups = [
    { title: text.findings.intervalsExcluding, pairs: excluding },
    { title: text.findings.intervalsContaining, pairs: containing },
    {
      title: text.findings.withoutInterval,
      // A portfolio that was never built has no difference at all, which its own finding says.
      pairs: portfolios.filter(
        ({ interval, meanDifference }) => interval === null && meanDifference !== null,
      ),
    },
  ].filter(({ pairs }) => pairs.length > 0)
  const compared = rankIc.length + excluding.length + containing.length
  const established =
    excluding.length +
    rankIc.filter(({ commonDates, rankIcDifferenceT }) => isSignificant(commonDates, rankIcDifferenceT))
      .length
  return sentences(
    locale,
    fillPlaceholders(text.findings.rankIcComparison, { baseline, models: models.join(text.listSeparator) }),
    ...(groups.length === 0
      ? []
      : [
          fillPlaceholders(text.findings.excessComparison, {
            baseline,
            groups: groups
              .map(({ title, pairs }) =>
                fillPlaceholders(title, {
                  pairs: pairs.map((pair) => excessDifference(pair, locale)).join(text.listSeparator),
                }),
              )
              .join(text.itemSeparator),
          }),
        ]),
    // A correction only widens intervals: it matters where something is established.
    ...(established > 0 && compared > 1
      ? [fillPlaceholders(text.findings.uncorrected, { count: formatCount(compared) })]
      : []),
  )
}

function excessDifference(
  { model, index, meanDifference, interval }: Comparisons['portfolios'][number],
  locale: Locale,
): string {
  const text = reportTexts[locale].findings
  const difference = formatPercent(meanDifference, 'always')
  const pair = { model, index: indexName(index, locale), difference }
  if (interval === null) return fillPlaceholders(text.excessDifferenceAlone, pair)
  return fillPlaceholders(text.excessDifference, {
    ...pair,
    from: formatPercent(interval.lower),
    to: formatPercent(interval.upper),
  })
}

const excludesZero = ({ lower, upper }: { lower: number; upper: number }): boolean => lower > 0 || upper < 0

function gapRanking(result: StudyResult, locale: Locale): string | null {
  const text = reportTexts[locale]
  const gaps = groupBy(result.runs, ({ key }) => key.optimizer).map(([optimizer, runs]) => ({
    optimizer,
    gap: gapSummary(runs).gap,
  }))
  if (gaps.length === 0) return null
  return fillPlaceholders(text.findings.gaps, {
    gaps: descending(gaps, ({ gap }) => -gap)
      .map(({ optimizer, gap }) => `${optimizer} ${formatIc(gap)}`)
      .join(text.listSeparator),
  })
}

function portfolioRanking(result: StudyResult, index: string, locale: Locale): string | null {
  const text = reportTexts[locale]
  const reports = result.portfolios.filter((report) => report.index === index)
  if (reports.length === 0) return null
  const name = indexName(index, locale)
  const absent = reports.filter((report) => !isBuilt(report)).map(({ model }) => model)
  const neverBuilt =
    absent.length === 0
      ? []
      : [fillPlaceholders(text.findings.neverBuilt, { index: name, models: absent.join(text.listSeparator) })]
  const built = reports.filter(isBuilt)
  if (built.length === 0) return sentences(locale, ...neverBuilt)
  const ranked = descending(built, ({ performance }) => performance.full.informationRatio)
  const portfolios = ranked.map(({ model, performance: { full } }, at) =>
    fillPlaceholders(at === 0 ? text.findings.bestPortfolio : text.findings.otherPortfolio, {
      model,
      ir: formatRatio(full.informationRatio),
      excess: formatPercent(full.annualisedExcess),
      drawdown: formatPercent(full.excessDrawdown.value),
      turnover: formatPercent(full.turnoverPerYear),
    }),
  )
  const ranking = fillPlaceholders(text.findings.portfolios, {
    index: name,
    portfolios: portfolios.join(text.itemSeparator),
  })
  const short = shortPeriod(built, locale)
  return sentences(locale, ranking, ...(short === undefined ? [] : [short]), ...neverBuilt)
}

function losingYears(result: StudyResult, locale: Locale): string | null {
  const text = reportTexts[locale]
  const built = result.portfolios.filter(isBuilt)
  if (built.length === 0) return null
  const lost = built.flatMap((report) =>
    report.performance.years
      .filter(({ excessTotal }) => excessTotal <= 0)
      .map(({ year, excessTotal }) =>
        fillPlaceholders(text.findings.losingYear, {
          model: report.model,
          index: indexName(report.index, locale),
          year: String(year),
          excess: formatPercent(excessTotal),
        }),
      ),
  )
  if (lost.length === 0) return text.findings.noLosingYear
  return fillPlaceholders(text.findings.losingYears, { years: lost.join(text.itemSeparator) })
}

/** Highest value first; an item without a value comes last. */
function descending<Item>(items: readonly Item[], valueOf: (item: Item) => number | null): Item[] {
  const rank = (item: Item) => valueOf(item) ?? -Number.MAX_VALUE
  return items.toSorted((a, b) => rank(b) - rank(a))
}

/** One after the other, as the language parts them. */
export function sentences(locale: Locale, ...parts: readonly string[]): string {
  return parts.map((part) => part.trim()).join(locale === 'en' ? ' ' : '')
}
