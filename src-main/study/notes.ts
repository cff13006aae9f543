import { epochDay, formatDate, formatDateRange, parseDate } from '../../src-shared/domain/date.ts'
import type { FactorReport } from '../../src-shared/domain/factor.ts'
import type { Landscape } from '../../src-shared/domain/landscape.ts'
import type { Note, StudyResult } from '../../src-shared/domain/result.ts'
import type { StudyConfig } from '../../src-shared/domain/study.ts'
import type { RunKey } from '../../src-shared/domain/training.ts'
import { DROPPED_TOO_MANY, droppedShare } from '../../src-shared/sampleLoss.ts'
import { limitPercent } from '../market/limits.ts'
import type { IndexData } from '../market/panel.ts'
import { adjustmentNotes } from './adjustmentNotes.ts'
import { capNotes } from './capBasis.ts'
import { type IndustryBasis, studyIndustryBasis } from './industryBasis.ts'
import type { Neutralisation } from './neutralisation.ts'
import { portfolioNotes } from './portfolioNotes.ts'
import type { Prepared } from './prepare.ts'
import { allTestDays } from './factors.ts'
import { untradedNotes } from './untradedHoldings.ts'

/** What a benchmark was made of, as its reader must know it. */
export interface BenchmarkFacts {
  readonly index: string
  readonly weights: 'published' | 'float_cap' | 'equal'
  /** Calendar days from the publication of the weights to the test day that goes by them, at most; null where none are published. */
  readonly oldestWeights: number | null
  readonly usedPublishedClose: boolean
  /** Days after the first decision without a published close, whose return is that of the next day with one. */
  readonly closesFilled: number
  /** Share of the benchmark that could not be weighted, over the test days (portfolio/benchmarkWeights.ts). */
  readonly missing: { readonly mean: number; readonly largest: number }
  /** Dividends that holdings earn and a price index does not, per year; null when the benchmark is no price index. */
  readonly dividendBias: number | null
  /** Yearly return of the benchmark's weights less the published index, where weights are not the published ones. */
  readonly proxyGap: number | null
}

const note = (code: string, values: Note['values'] = {}): Note => ({ code, values })

/** Every fallback taken and assumption made, in a fixed order. */
export function collectNotes(
  config: StudyConfig,
  prepared: Prepared,
  benchmarks: readonly BenchmarkFacts[],
  results: Pick<StudyResult, 'runs' | 'factors' | 'importedFactors' | 'portfolios'>,
  neutralisation: Neutralisation,
): Note[] {
  const { market, derived } = prepared
  const notes: Note[] = []
  notes.push(...clippedPeriod(config, market.panel.dates))
  for (const { fitEnd } of prepared.untested) notes.push(note('refit_left_out', { date: formatDate(fitEnd) }))
  if (market.synthetic) notes.push(note('synthetic_data'))
  if (derived.vwapStandInShare > 0) notes.push(note('vwap_typical', { share: derived.vwapStandInShare }))
  // Whether or not ST stocks are excluded: ST also decides the price limit.
  if (derived.stUnknown > 0) notes.push(note('st_unknown', { count: derived.stUnknown }))
  notes.push(...adjustmentNotes(market))
  if (market.calendarDerived) notes.push(note('calendar_derived'))
  if (market.barsOutside > 0) notes.push(note('bars_outside_calendar', { count: market.barsOutside }))
  const { dates, symbols } = market.panel
  if (symbols.some((symbol) => limitPercent(symbol, dates[dates.length - 1], false) === null)) {
    notes.push(note('no_price_limits'))
  }
  notes.push(...industryNotes(studyIndustryBasis(config, prepared)), ...capNotes(config, prepared))

  for (const benchmark of benchmarks) {
    const { index, weights, oldestWeights, usedPublishedClose, closesFilled, dividendBias, proxyGap } =
      benchmark
    notes.push(note(`benchmark_weights_${weights}`, { index }))
    if ((oldestWeights ?? 0) > LONGEST_QUARTER)
      notes.push(note('benchmark_weights_old', { index, days: oldestWeights! }))
    if (!usedPublishedClose) notes.push(closesNote(index, market.indices.get(index)!.close, dates))
    if (closesFilled > 0) notes.push(note('index_close_gaps', { index, count: closesFilled }))
    const { mean, largest } = benchmark.missing
    if (largest > ROUNDED_WEIGHTS)
      notes.push(note('benchmark_weight_missing', { index, share: mean, largestShare: largest }))
    if (dividendBias !== null) notes.push(note('price_index_dividends', { index, biasPerYear: dividendBias }))
    if (proxyGap !== null) notes.push(note('benchmark_proxy_gap', { index, gapPerYear: proxyGap }))
    const missing = missingMembers(market.indices.get(index)!, allTestDays(prepared))
    if (missing > 0) notes.push(note('members_without_prices', { index, share: missing }))
  }

  const skippedTraining = results.runs.reduce((most, run) => Math.max(most, run.skippedDates), 0)
  if (skippedTraining > 0) notes.push(note('dates_skipped_training', { count: skippedTraining }))
  notes.push(...handoverNotes(results.runs))
  for (const factor of compositesAndImported(results)) {
    if (factor.skippedDates > 0)
      notes.push(note('test_dates_skipped', { model: factor.name, count: factor.skippedDates }))
  }
  notes.push(...droppedNotes(results))
  const { withoutIndustry, withoutSize } = neutralisation
  if (withoutIndustry > 0) notes.push(note('neutralised_without_industry', { count: withoutIndustry }))
  if (withoutSize > 0) notes.push(note('neutralised_without_size', { count: withoutSize }))
  notes.push(...results.portfolios.flatMap(portfolioNotes), ...untradedNotes(prepared, results.portfolios))
  return notes.filter((one, at) => notes.findIndex((other) => same(one, other)) === at)
}

/** What of the industries was not known on the day, or not at all. */
export function industryNotes(basis: IndustryBasis | null): Note[] {
  if (basis === null) return [note('industry_missing')]
  const { stockDays, later, undated, unknown } = basis
  const part = (count: number) => ({ count, share: count / stockDays })
  return [
    ...(later === null
      ? []
      : [
          note('industry_later', {
            ...part(later.stockDays),
            dates: formatDateRange(later.first, later.last),
          }),
        ]),
    ...(undated === 0 ? [] : [note('industry_undated', part(undated))]),
    ...(unknown === 0 ? [] : [note('industry_unknown', part(unknown))]),
  ]
}

/** Composites and imported factors whose tests say nothing of a large part of the universe. */
export function droppedNotes(results: Tested): Note[] {
  return compositesAndImported(results).flatMap((factor) => {
    const share = droppedShare(factor)
    return share > DROPPED_TOO_MANY ? [note('factor_dropped', { model: factor.name, share })] : []
  })
}

type Tested = Pick<StudyResult, 'factors' | 'importedFactors'>

function compositesAndImported({ factors, importedFactors }: Tested): FactorReport[] {
  return [...factors.filter(({ frequency }) => frequency === 'composite'), ...importedFactors]
}

/** Days. Indices change their members twice a year or more often, and drifted weights go on with the old ones. */
const LONGEST_QUARTER = 92

/** Published weights are rounded: a sum this near to 1 has nothing missing. */
const ROUNDED_WEIGHTS = 0.001

/** Calendar days between an asked date and the nearest stored one that a long holiday does not explain. */
const LONGEST_HOLIDAY = 12

/** Why the closes of an index are not what its portfolios are measured against. */
function closesNote(index: string, close: Float64Array | null, dates: Int32Array): Note {
  const first = close?.findIndex(Number.isFinite) ?? -1
  return first < 0
    ? note('index_close_missing', { index })
    : note('index_close_late', { index, date: formatDate(dates[first]) })
}

/** The stored days begin after the asked fit period, or end before the asked prediction. */
function clippedPeriod({ period }: StudyConfig, dates: Int32Array): Note[] {
  const clipped = (asked: string, used: number): Note[] =>
    Math.abs(epochDay(parseDate(asked)!) - epochDay(used)) > LONGEST_HOLIDAY
      ? [note('period_clipped', { asked, used: formatDate(used) })]
      : []
  const [first, last] = [dates[0], dates[dates.length - 1]]
  return [
    ...(first > parseDate(period.fitStart)! ? clipped(period.fitStart, first) : []),
    ...(last < parseDate(period.predictEnd)! ? clipped(period.predictEnd, last) : []),
  ]
}

/** One note for each engine that was lost and the one that went on: in how many runs, and in which one first. */
export function handoverNotes(runs: StudyResult['runs']): Note[] {
  const all = runs.flatMap(({ key, handovers }) => handovers.map((handover) => ({ key, ...handover })))
  const groups = Map.groupBy(all, ({ lost, by }) => `${lost} ${by}`)
  return [...groups.values()].map((group) => {
    const [{ key, epoch, lost, by }] = group
    // A run may lose one engine twice: a device that came back.
    const count = new Set(group.map(({ key: each }) => JSON.stringify(each))).size
    return note('engine_lost', { lost, by, count, run: runText(key), epoch })
  })
}

/** One note for each engine that was lost while landscapes were drawn, and the one that went on. */
export function landscapeHandoverNotes(landscapes: readonly Pick<Landscape, 'key' | 'engines'>[]): Note[] {
  const all = landscapes.flatMap(({ key, engines }) =>
    engines.slice(1).map((by, at) => ({ key, lost: engines[at], by })),
  )
  const groups = Map.groupBy(all, ({ lost, by }) => `${lost} ${by}`)
  return [...groups.values()].map((group) => {
    const [{ key, lost, by }] = group
    return note('landscape_engine_lost', { lost, by, count: group.length, run: runText(key) })
  })
}

const runText = ({ optimizer, frequency, seed }: RunKey): string => `${optimizer} / ${frequency} / ${seed}`

function missingMembers({ missingMembers: shares }: IndexData, days: readonly number[]): number {
  if (shares === null || days.length === 0) return 0
  return days.reduce((sum, t) => sum + shares[t], 0) / days.length
}

function same(a: Note, b: Note): boolean {
  return a.code === b.code && JSON.stringify(a.values) === JSON.stringify(b.values)
}
