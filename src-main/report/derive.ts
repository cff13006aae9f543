import type { Convergence } from '../../src-shared/domain/convergence.ts'
import type { FactorReport } from '../../src-shared/domain/factor.ts'
import type { FactorAnalysis } from '../../src-shared/domain/factorAnalysis.ts'
import type { StudyResult } from '../../src-shared/domain/result.ts'
import type { TrainingRun } from '../../src-shared/domain/training.ts'
import { mean } from '../../src-shared/statistics.ts'

/** Of fewer dates a Newey-West t of 2 is no rare thing without any effect (docs/decisions/0020). */
export const SIGNIFICANCE_DATES = 50

/** Whether the Newey-West t of a mean over `dates` is called significant. */
export const isSignificant = (dates: number, t: number | null): boolean =>
  dates >= SIGNIFICANCE_DATES && Math.abs(t ?? 0) >= 2

/** Train and valid IC at the best epoch, averaged over training runs. */
export interface GapSummary {
  readonly runs: number
  readonly bestEpoch: number
  readonly epochs: number
  readonly trainIc: number
  readonly validIc: number
  /** trainIc - validIc. */
  readonly gap: number
  readonly stoppedEarly: number
}

/** Means over at least one run. */
export function gapSummary(runs: readonly TrainingRun[]): GapSummary {
  const meanOf = (valueOf: (run: TrainingRun) => number) => mean(runs.map(valueOf))
  const best = (run: TrainingRun) => run.epochs[run.bestEpoch - 1]
  const trainIc = meanOf((run) => best(run).trainIc)
  const validIc = meanOf((run) => best(run).validIc)
  return {
    runs: runs.length,
    bestEpoch: meanOf((run) => run.bestEpoch),
    epochs: meanOf((run) => run.epochs.length),
    trainIc,
    validIc,
    gap: trainIc - validIc,
    stoppedEarly: meanOf((run) => (run.stopReason === 'patience' ? 1 : 0)),
  }
}

/** How one optimizer converges at one frequency: means over windows of the means over seeds. */
export interface ConvergenceSummary {
  readonly optimizer: string
  readonly bestEpoch: number
  readonly bestValidIc: number
  readonly generalisationGap: number
  /** Over the windows that have one; null where none has. */
  readonly decaySlope: number | null
}

export function convergenceSummaries(entries: readonly Convergence[]): ConvergenceSummary[] {
  return groupBy(entries, ({ optimizer }) => optimizer).map(([optimizer, own]) => {
    const slopes = own.flatMap(({ decaySlope }) => decaySlope ?? [])
    return {
      optimizer,
      bestEpoch: mean(own.map(({ meanBestEpoch }) => meanBestEpoch)),
      bestValidIc: mean(own.map(({ meanBestValidIc }) => meanBestValidIc)),
      generalisationGap: mean(own.map(({ generalisationGap }) => generalisationGap)),
      decaySlope: slopes.length === 0 ? null : mean(slopes),
    }
  })
}

type StudyFactor = StudyResult['factors'][number]

export function compositeFactors(result: StudyResult): StudyFactor[] {
  return result.factors.filter(({ frequency }) => frequency === 'composite')
}

/** A tested factor, of a model or imported. */
export interface TestedFactor extends FactorReport {
  readonly label: string
  readonly scope: StudyFactor['frequency'] | 'imported'
  readonly analysis: FactorAnalysis | null
}

/** Every tested factor: the models' own in their order, then the imported. */
export function testedFactors({ factors, importedFactors }: StudyResult): TestedFactor[] {
  return [
    ...factors.map((factor) => ({ ...factor, label: factor.optimizer, scope: factor.frequency })),
    ...importedFactors.map((factor) => ({ ...factor, label: factor.name, scope: 'imported' as const })),
  ]
}

/** Items under each key, keys in order of first appearance. */
export function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): [string, Item[]][] {
  return [...Map.groupBy(items, keyOf)]
}
