import { frequency } from '../../src-shared/domain/study.ts'
import type { RunKey } from '../../src-shared/domain/training.ts'
import { PlateauError } from '../../src-shared/errors.ts'

/** Options that name runs of a study; without one of them those of every such kind. */
export const RUN_OPTIONS = {
  optimizer: { type: 'string', multiple: true },
  frequency: { type: 'string' },
  window: { type: 'string' },
  seed: { type: 'string' },
} as const
export const RUNS_USAGE = '[--optimizer NAME]... [--frequency daily|weekly] [--window N] [--seed N]'

type Kind = keyof typeof RUN_OPTIONS
/** What a run must be one of, as the options say it; null: anything. */
export type RunChoice = Readonly<Record<Kind, readonly string[] | null>>

/** @throws PlateauError usage for what no run of any study can be */
export function parseRunChoice(given: {
  readonly optimizer?: readonly string[] | undefined
  readonly frequency?: string | undefined
  readonly window?: string | undefined
  readonly seed?: string | undefined
}): RunChoice {
  if (given.frequency !== undefined && !frequency.options.some((known) => known === given.frequency))
    throw new PlateauError('usage', `There is no --frequency ${given.frequency}.`, {
      remedy: `Use ${frequency.options.map((known) => `--frequency ${known}`).join(' or ')}.`,
    })
  return {
    optimizer: given.optimizer ?? null,
    frequency: given.frequency === undefined ? null : [given.frequency],
    window: wholeNumber('window', given.window),
    seed: wholeNumber('seed', given.seed),
  }
}

function wholeNumber(kind: Kind, text: string | undefined): readonly string[] | null {
  if (text === undefined) return null
  if (/^\d+$/.test(text)) return [String(Number(text))]
  throw new PlateauError('usage', `--${kind} ${text} is no whole number.`, {
    remedy: `Give the number of a ${kind}, as \`plateau run ID\` lists them.`,
  })
}

/**
 * Those of a study's `runs` that are chosen.
 * @throws PlateauError not_found for what none of them is
 */
export function chosenRuns(runs: readonly RunKey[], choice: RunChoice): RunKey[] {
  // Of a study that never began there is nothing to name.
  if (runs.length === 0) return []
  const kinds = Object.keys(RUN_OPTIONS) as Kind[]
  for (const kind of kinds) {
    const known = [...new Set(runs.map((key) => asOption(key)[kind]))]
    const unknown = choice[kind]?.find((each) => !known.includes(each))
    if (unknown !== undefined)
      throw new PlateauError('not_found', `The study has no run of --${kind} ${unknown}.`, {
        remedy: `Its runs are of --${kind} ${known.join(', ')}.`,
      })
  }
  return runs.filter((key) => kinds.every((kind) => choice[kind]?.includes(asOption(key)[kind]) ?? true))
}

/** Windows are counted from 1 there. */
const asOption = ({ optimizer, frequency, window, seed }: RunKey): Readonly<Record<Kind, string>> => ({
  optimizer,
  frequency,
  window: String(window + 1),
  seed: String(seed),
})
