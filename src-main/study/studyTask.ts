import { pathToFileURL } from 'node:url'
import type { StudyStage } from '../../src-shared/contract/study.ts'
import type { StudyResult } from '../../src-shared/domain/result.ts'
import type { StudyConfig } from '../../src-shared/domain/study.ts'
import type { EpochRecord, RunKey } from '../../src-shared/domain/training.ts'
import { withOrderlyStop } from '../jobs/process.ts'
import { loadMarket } from '../market/loadMarket.ts'
import { panelCachePath } from '../market/panelCache.ts'
import { FIELDS } from '../market/samples.ts'
import { gruLayout, type WeightLayout } from '../nn/layout.ts'
import { openStore } from '../store/store.ts'
import { canonicalHash } from './canonical.ts'
import { compareModels } from './comparisons.ts'
import { measureConvergence } from './convergence.ts'
import { decideEngineApart } from './engine.ts'
import { allTestDays, testFactors } from './factors.ts'
import { collectNotes } from './notes.ts'
import { buildPortfolios } from './portfolios.ts'
import { type Prepared, prepare } from './prepare.ts'
import { planRuns, trainRuns } from './training.ts'
import { type WindowSamples, writeWindowSamples } from './windowSamples.ts'

/** One study as it is sent to its process. */
export interface StudyTask {
  readonly kind: 'study'
  readonly config: StudyConfig
  /** Path of the store; it is only read. */
  readonly store: string
  /** Empty folder for sample files; the caller removes it, whatever becomes of this process. */
  readonly scratch: string
  readonly appVersion: string
}

export type StudyProgress =
  | { readonly type: 'engine'; readonly name: string }
  | { readonly type: 'epoch'; readonly key: RunKey; readonly record: EpochRecord }
  | {
      readonly type: 'progress'
      readonly stage: StudyStage
      /** Share of the whole study's expected work, 0 to 1. */
      readonly progress: number
      readonly runsDone: number
      readonly runsTotal: number
    }

export interface StudyAnswer {
  readonly result: StudyResult
  readonly weights: readonly {
    readonly key: RunKey
    readonly weights: Float64Array
    readonly layout: WeightLayout
  }[]
}

/** Expected share of the work that is done when a stage begins. */
const STAGE_START = { samples: 0, training: 0.03, factors: 0.95, portfolios: 0.96, saving: 0.99 } as const

/**
 * One study from its config to its result object, in the process it is called in; training runs get processes of
 * their own. The result depends on the config, the stored data, the app version and the
 * engine with its instruction set, which it names, and on nothing else.
 */
export async function runStudyTask(
  task: StudyTask,
  report: (progress: StudyProgress) => void,
): Promise<StudyAnswer> {
  const { config } = task
  // The process this runs in was started on the entry that serves every kind of task.
  const entry = pathToFileURL(process.argv[1])
  const engine = await withOrderlyStop((signal) =>
    decideEngineApart(config.training.engine, task.appVersion, entry, signal),
  )
  report({ type: 'engine', name: engine.name })
  const store = openStore(task.store, { mode: 'read' })
  const whole = loadMarket(store, { cache: panelCachePath(task.store) })
  store.close()
  const prepared = prepare(config, whole)
  const runsTotal = planRuns(config, prepared.windows.length).length
  let runsDone = 0
  const stage = (name: StudyStage, share = 0): void => {
    const stages = Object.values(STAGE_START)
    const start = STAGE_START[name]
    const end = stages[stages.indexOf(start) + 1] ?? 1
    report({ type: 'progress', stage: name, progress: start + (end - start) * share, runsDone, runsTotal })
  }

  stage('samples')
  const samples = new Map<string, WindowSamples>()
  prepared.windows.forEach(({ index }) =>
    config.models.forEach((model) =>
      samples.set(
        `${index} ${model.frequency}`,
        writeWindowSamples(prepared, config, index, model, task.scratch),
      ),
    ),
  )

  stage('training')
  const runs = await withOrderlyStop((signal) =>
    trainRuns(config, prepared, (key) => samples.get(`${key.window} ${key.frequency}`)!, engine, entry, {
      signal,
      onEpoch: (key, record) => report({ type: 'epoch', key, record }),
      onProgress: (share, done) => {
        runsDone = done
        stage('training', share)
      },
    }),
  )

  stage('factors')
  const { factors, composites } = testFactors(config, prepared, runs)
  stage('portfolios')
  const { portfolios, benchmarks } = await buildPortfolios(config, prepared, composites, (done, total) =>
    stage('portfolios', done / total),
  )
  stage('saving')

  const records = runs.map((run) => run.record)
  const results = { runs: records, factors, portfolios }
  return {
    result: {
      format: 'plateau-study-1',
      config,
      configHash: canonicalHash(config),
      dataHash: whole.hash,
      appVersion: task.appVersion,
      engine: engine.name,
      synthetic: whole.synthetic,
      data: describeData(prepared),
      notes: [...engine.notes, ...collectNotes(config, prepared, benchmarks, results)],
      windows: [...prepared.windows],
      ...results,
      convergence: measureConvergence(records),
      landscapes: [],
      interpolations: [],
      comparisons: compareModels(config, results),
    },
    weights: runs.map(({ key, weights }) => {
      const { hiddenSize, layers } = config.models.find((model) => model.frequency === key.frequency)!
      return { key, weights, layout: gruLayout({ inputSize: FIELDS.length, hiddenSize, layers }) }
    }),
  }
}

function describeData(prepared: Prepared): StudyResult['data'] {
  const { panel } = prepared.market
  const stocks = panel.symbols.length
  const days = allTestDays(prepared)
  const members = days.reduce(
    (sum, t) =>
      sum + prepared.universe.subarray(t * stocks, (t + 1) * stocks).reduce((count, is) => count + is, 0),
    0,
  )
  return {
    instruments: stocks,
    // Of the stored days up to the end of the prediction, like the dates.
    bars: panel.close.reduce((count, close) => (Number.isFinite(close) ? count + 1 : count), 0),
    firstDate: panel.dates[0],
    lastDate: panel.dates[panel.dates.length - 1],
    meanUniverse: days.length === 0 ? 0 : members / days.length,
  }
}
