import type { DrawnLandscapes } from '../../../src-shared/contract/landscape.ts'
import { landscapeSettings } from '../../../src-shared/domain/landscapeSettings.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { formatIc, formatPercent, formatRatio } from '../../../src-shared/format.ts'
import { createLandscapeService, type LandscapeService } from '../../host/services/landscapes.ts'
import { studyRuns } from '../../store/runs.ts'
import { openStore } from '../../store/store.ts'
import { sameRun } from '../../study/runKeys.ts'
import { parseCommand } from '../arguments.ts'
import { type Command, usageLine } from '../command.ts'
import { LIMIT_OPTIONS, LIMITS_USAGE, parseLimits } from '../limits.ts'
import { chosenRuns, parseRunChoice, RUN_OPTIONS, RUNS_USAGE } from '../runChoice.ts'
import { storePath } from '../storePath.ts'
import { table } from '../terminal.ts'

const USAGE =
  `landscape ID ${RUNS_USAGE} [--part train|valid|test] ` +
  '[--directions pca|random|hessian] [--axes own|joint] [--resolution N] [--margin X] [--reach X] ' +
  `[--region=X0,X1,Y0,Y1] [--rho X] [--draws N] [--draw-seed N] ${LIMITS_USAGE}`

/** Loss landscapes of a finished study's runs, kept in the store. */
export const landscape: Command = {
  usage: USAGE,
  summary: 'Loss landscape and sharpness of runs of a study whose trajectories are kept; kept in the store.',
  async run(args, terminal, interruption) {
    const text = { type: 'string' } as const
    const { values, positionals } = parseCommand(
      args,
      USAGE,
      {
        ...RUN_OPTIONS,
        part: text,
        directions: text,
        axes: text,
        resolution: text,
        margin: text,
        reach: text,
        region: text,
        rho: text,
        draws: text,
        'draw-seed': text,
        ...LIMIT_OPTIONS,
      },
      { min: 1, max: 1 },
    )
    const { part, directions, axes, resolution, margin, reach, rho, draws } = values
    const number = (value: string | undefined) => (value === undefined ? undefined : Number(value))
    const settings = landscapeSettings.safeParse({
      part,
      directions,
      axes,
      resolution: number(resolution),
      margin: number(margin),
      reach: number(reach),
      region: parseRegion(values.region),
      rho: number(rho),
      draws: number(draws),
      seed: number(values['draw-seed']),
    })
    if (!settings.success) {
      const [{ path, message }] = settings.error.issues
      const [setting] = path
      // --seed is that of the runs.
      const option = setting === 'seed' ? 'draw-seed' : String(setting)
      throw new PlateauError('usage', `--${option}: ${message}`, { remedy: usageLine(USAGE) })
    }
    const choice = parseRunChoice(values)
    const limits = parseLimits(values)
    const signal = interruption()
    const [study] = positionals
    const path = storePath(values.store)
    // Opened to read first: a store that is not there is not made.
    openStore(path, { mode: 'read' }).close()
    const store = openStore(path, { mode: 'write' })
    const service = createLandscapeService(store, new URL('../../host/worker.ts', import.meta.url), {
      limits,
    })
    try {
      const kept = service.candidates(study)
      const runs = studyRuns(store, study).map(({ key }) => key)
      const keys = chosenRuns(runs, choice).filter((key) => kept.some((each) => sameRun(each, key)))
      if (keys.length === 0)
        throw new PlateauError(
          'not_found',
          `No run of the study ${study} that fits has its trajectory kept.`,
          {
            remedy: 'Name other runs, or train with training.trajectories "all".',
          },
        )
      service.subscribe(({ progress, etaSeconds }) =>
        terminal.note(
          `landscape: ${Math.round(100 * progress)} %${etaSeconds === null ? '' : `, about ${Math.ceil(etaSeconds)} s left`}`,
        ),
      )
      const { id } = service.start(study, keys, settings.data)
      // What is done of it is kept.
      signal.addEventListener('abort', () => void service.cancel(id), { once: true })
      const { state, error, elapsedSeconds } = await service.finished(id)
      if (error !== null) throw PlateauError.fromData(error)
      const drawn = storedLandscape(service, id)
      if (drawn === null)
        throw new PlateauError('interrupted', 'Nothing of the landscape was drawn yet.', {
          remedy: 'Draw it again: a lower --resolution or fewer --draws make it shorter.',
        })
      // A part of what was asked for is an answer too, but not a whole one.
      if (state !== 'done') process.exitCode = 3
      terminal.answer({ id, state, seconds: elapsedSeconds, ...drawn }, [
        ...table(
          ['model', 'frequency', 'loss', 'explained', 'SAM sharpness', 'ball', 'top eigenvalue', 'trace'],
          drawn.landscapes.map(({ key, explained, sharpness }) => [
            `${key.optimizer} / ${key.seed}`,
            key.frequency,
            formatIc(sharpness?.loss ?? null),
            formatPercent(explained[0] + explained[1]),
            formatIc(sharpness?.samSharpness ?? null),
            formatIc(sharpness?.ballIncrease ?? null),
            formatRatio(sharpness?.topEigenvalue ?? null),
            formatRatio(sharpness?.trace ?? null),
          ]),
        ),
        '',
        `landscape ${id} ${state}, ${elapsedSeconds.toFixed(1)} s`,
      ])
    } finally {
      await service.close()
      store.close()
    }
  },
}

/** Null of one that was stopped before there was anything to store. */
function storedLandscape(service: LandscapeService, id: string): DrawnLandscapes | null {
  try {
    return service.get(id)
  } catch (error) {
    if (PlateauError.from(error).code === 'not_found') return null
    throw error
  }
}

/** Ends of the part of the plane, in the plane's units: first those of its horizontal axis. */
function parseRegion(text: string | undefined) {
  if (text === undefined) return undefined
  const ends = text.split(',').map((end) => (end.trim() === '' ? NaN : Number(end)))
  if (ends.length === 4 && ends.every(Number.isFinite)) return { x: ends.slice(0, 2), y: ends.slice(2) }
  throw new PlateauError('usage', `--region ${text} is no part of a plane.`, {
    remedy: 'Give the ends of both axes: X0,X1,Y0,Y1, as in --region=-0.5,0.5,0,1.',
  })
}
