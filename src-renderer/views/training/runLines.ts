import type { RunLine } from '../../charts/training.ts'
import { bestEpoch, curveId, type Curve } from '../../stores/curves.ts'
import type { ShownOverlay } from '../../stores/overlays.ts'
import type { RunKey } from '../../../src-shared/domain/training.ts'

/** Which runs are looked at: of one frequency, window and seed, or of all. */
export interface RunChoice {
  readonly frequency: RunKey['frequency'] | null
  readonly window: number | null
  readonly seed: number | null
}

/** The choice without what none of the runs has, as after another study was opened. */
export function choiceAmong(choice: RunChoice, keys: readonly RunKey[]): RunChoice {
  const kept = <Field extends keyof RunChoice>(field: Field): RunChoice[Field] =>
    keys.some((key) => key[field] === choice[field]) ? choice[field] : null
  return { frequency: kept('frequency'), window: kept('window'), seed: kept('seed') }
}

export function chosenCurves(curves: readonly Curve[], { frequency, window, seed }: RunChoice): Curve[] {
  return curves.filter(
    ({ key }) =>
      (frequency === null || key.frequency === frequency) &&
      (window === null || key.window === window) &&
      (seed === null || key.seed === seed),
  )
}

/**
 * Runs as they are drawn, by optimizer.
 *
 * @param optimizers all of the study, in its order: a colour stays with its optimizer
 * @param nameOf a run's name beyond its optimizer's, where it needs one
 */
export function runLines(
  curves: readonly Curve[],
  optimizers: readonly string[],
  nameOf: (key: RunKey) => readonly string[],
): RunLine[] {
  const frequencies = [...new Set(curves.map(({ key }) => key.frequency))].sort()
  return curves
    .map((curve) => ({
      id: curveId(curve.key),
      name: [curve.key.optimizer, ...nameOf(curve.key)].join(' · '),
      legend: curve.key.optimizer,
      color: Math.max(0, optimizers.indexOf(curve.key.optimizer)),
      other: false,
      second: curve.key.frequency !== frequencies[0],
      curve,
      bestEpoch: bestEpoch(curve)?.epoch ?? null,
    }))
    .sort((a, b) => a.color - b.color)
}

/** The first run of every optimizer, then the second of every one, and so on. */
export function inTurns<Line extends Pick<RunLine, 'legend'>>(runs: readonly Line[]): Line[] {
  const turns = new Map<string, number>()
  const ranked = runs.map((run) => {
    const turn = turns.get(run.legend) ?? 0
    turns.set(run.legend, turn + 1)
    return { run, turn }
  })
  return ranked.sort((a, b) => a.turn - b.turn).map(({ run }) => run)
}

/**
 * The answers of the first runs that have one, as many as that at most. They are asked in their order, no more of them at once
 * than are still looked for.
 *
 * @param ask null: that run has none
 * @returns `left`: runs that were not asked any more
 */
export async function firstAnswers<Run, Answer>(
  runs: readonly Run[],
  most: number,
  ask: (run: Run) => Promise<Answer | null>,
): Promise<{ readonly found: readonly Answer[]; readonly left: number }> {
  const found: Answer[] = []
  let asked = 0
  while (found.length < most && asked < runs.length) {
    const next = runs.slice(asked, asked + most - found.length)
    asked += next.length
    found.push(...(await Promise.all(next.map(ask))).filter((answer) => answer !== null))
  }
  return { found, left: runs.length - asked }
}

/**
 * Runs of other studies as they are drawn beside those of this one, each in a colour of its own.
 *
 * @param firstColor place of the first colour: after those of this study's optimizers
 * @param nameOf a run's whole name
 */
export function overlayLines(
  overlays: readonly ShownOverlay[],
  firstColor: number,
  nameOf: (key: RunKey) => string,
): RunLine[] {
  return overlays.map(({ id, study, curve }, at) => {
    const name = `${study} · ${nameOf(curve.key)}`
    return {
      id,
      name,
      legend: name,
      color: firstColor + at,
      other: true,
      second: false,
      curve,
      bestEpoch: bestEpoch(curve)?.epoch ?? null,
    }
  })
}
