import type { StudyResult } from '../../src-shared/domain/result.ts'
import type { MatchedDifference, StudyComparison } from '../../src-shared/domain/studyComparison.ts'
import { failure } from '../../src-shared/failure.ts'
import { studyErrors } from '../../src-shared/locales/errors/studies.ts'
import { mean, standardDeviation } from '../../src-shared/statistics.ts'
import { pairedDifference, rankIcDifference } from '../portfolio/pairedDifference.ts'
import { studentTQuantile } from '../portfolio/studentT.ts'
import { canonicalJson } from './canonical.ts'

/** A finished study under its id. */
export interface ComparedStudy {
  readonly id: string
  readonly result: StudyResult
}

/**
 * Studies beside each other: what their settings differ in, and every optimizer of all of them against the first one of the
 * first. Runs are matched by data, window (its dates), frequency and seed: same initial weights and batch order, so that their
 * differences are those of what was changed; of other data there is no such run.
 *
 * Errors: usage when there is nothing to compare.
 */
export function compareStudies(studies: readonly ComparedStudy[]): StudyComparison {
  const arms = studies.flatMap(({ id, result }) =>
    result.config.optimizers.map(({ name }) => ({ id, result, optimizer: name })),
  )
  const [first, ...others] = arms
  if (others.length === 0) throw failure(studyErrors.nothingToCompare, {})
  const nameOf = ({ id, result, optimizer }: (typeof arms)[number]) => ({
    studyId: id,
    study: result.config.name,
    optimizer,
  })
  const composite = ({ result, optimizer }: (typeof arms)[number]) =>
    result.factors.find((factor) => factor.optimizer === optimizer && factor.frequency === 'composite')!
  return {
    studies: studies.map(({ id, result }) => ({
      id,
      name: result.config.name,
      configHash: result.configHash,
      dataHash: result.dataHash,
      engine: result.engine,
      appVersion: result.appVersion,
      synthetic: result.synthetic,
    })),
    settings: differingSettings(studies.map(({ result }) => result.config)),
    baseline: nameOf(first),
    metrics: arms.map((arm) => ({
      ...nameOf(arm),
      rankIc: composite(arm).rankIcSummary,
      portfolios: arm.result.portfolios
        .filter(({ model }) => model === arm.optimizer)
        .map(({ index, performance }) => ({ index, performance: performance?.full ?? null })),
    })),
    arms: others.map((arm) => ({
      ...nameOf(arm),
      validIc: first.result.config.models.map(({ frequency }) => ({
        frequency,
        ...matchedDifference(
          bestValidIcs(arm, frequency),
          arm.result.dataHash === first.result.dataHash ? bestValidIcs(first, frequency) : [],
        ),
      })),
      rankIc: rankIcDifference(composite(arm), composite(first)),
      portfolios: first.result.portfolios
        .filter(({ model }) => model === first.optimizer)
        .flatMap((baseline) => {
          const own = arm.result.portfolios.find(
            ({ model, index }) => model === arm.optimizer && index === baseline.index,
          )
          return own === undefined
            ? []
            : [
                {
                  index: baseline.index,
                  ...pairedDifference(own, baseline, first.result.config.backtest),
                },
              ]
        }),
    })),
  }
}

/** A measure of a run, and what it is matched on. */
export interface MatchedRun {
  /** The window's dates. */
  readonly window: string
  readonly seed: number
  readonly value: number
}

/** Best validation IC of each run. */
function bestValidIcs(
  { result, optimizer }: { readonly result: StudyResult; readonly optimizer: string },
  frequency: string,
): MatchedRun[] {
  return result.runs
    .filter(({ key }) => key.optimizer === optimizer && key.frequency === frequency)
    .map(({ key, epochs, bestEpoch }) => {
      const { fitStart, fitEnd } = result.windows[key.window]
      return { window: `${fitStart} ${fitEnd}`, seed: key.seed, value: epochs[bestEpoch - 1].validIc }
    })
}

/**
 * Mean of arm less baseline over the runs that both have, with Student's t of it. Seeds of one window share its dates and are not
 * independent: with two windows or more what is averaged is each window's mean over seeds, with windows - 1 degrees of
 * freedom; in a single window it is the seeds, and the interval is one over seeds alone.
 */
export function matchedDifference(
  own: readonly MatchedRun[],
  baseline: readonly MatchedRun[],
): MatchedDifference {
  const pairs = own.flatMap(({ window, seed, value }) => {
    const other = baseline.find((run) => run.window === window && run.seed === seed)
    return other === undefined ? [] : [{ window, difference: value - other.value }]
  })
  const byWindow = [...Map.groupBy(pairs, ({ window }) => window).values()].map((runs) =>
    runs.map(({ difference }) => difference),
  )
  const windows = byWindow.length
  const counts = { pairs: pairs.length, windows }
  if (windows === 0) return { ...counts, mean: null, interval: null, t: null }
  const x = windows > 1 ? byWindow.map(mean) : byWindow[0]
  const centre = mean(x)
  const spread = standardDeviation(x)
  if (spread === null) return { ...counts, mean: centre, interval: null, t: null }
  const error = spread / Math.sqrt(x.length)
  const half = error * studentTQuantile(0.975, x.length - 1)
  return {
    ...counts,
    mean: centre,
    interval: { lower: centre - half, upper: centre + half },
    t: error === 0 ? null : centre / error,
  }
}

/**
 * Paths whose values are not the same in all of `whole`, as canonical JSON; of lists and objects the parts that differ. Members of a
 * list are matched by the names that they have, else by their places.
 */
export function differingSettings(whole: readonly unknown[]): StudyComparison['settings'] {
  const found: StudyComparison['settings'] = []
  const visit = (path: string, values: readonly unknown[]): void => {
    const texts = values.map((value) => (value === undefined ? null : canonicalJson(value)))
    if (texts.every((text) => text === texts[0])) return
    const parts = values.every((value) => typeof value === 'object' && value !== null)
    if (!parts) {
      found.push({ path, values: texts })
      return
    }
    const list = Array.isArray(values[0])
    const parted = (list ? namedMembers(values) : null) ?? (values as Record<string, unknown>[])
    const names = new Set(parted.flatMap((value) => Object.keys(value)))
    for (const name of names)
      visit(
        list ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`,
        parted.map((value) => value[name]),
      )
  }
  visit('', whole)
  return found
}

/** What the members of a study's lists are called by: optimizers, models, rules of single stocks. */
const NAMES = ['name', 'frequency', 'symbol']

/** Lists by the names of their members; null where not every member has one of its own. */
function namedMembers(lists: readonly unknown[]): Record<string, unknown>[] | null {
  const members = (lists as unknown[][]).flat() as Record<string, unknown>[]
  const by = NAMES.find((name) => members.every((member) => typeof member?.[name] === 'string'))
  if (by === undefined) return null
  const named = (lists as Record<string, string>[][]).map((list) =>
    Object.fromEntries(list.map((member) => [member[by], member])),
  )
  return named.every((list, at) => Object.keys(list).length === (lists[at] as unknown[]).length)
    ? named
    : null
}
