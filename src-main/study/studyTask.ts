import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { StudyStage } from '../../src-shared/contract/study.ts'
import type { StudyResult } from '../../src-shared/domain/result.ts'
import type { StudyConfig } from '../../src-shared/domain/study.ts'
import type { RunKey } from '../../src-shared/domain/training.ts'
import { crashPoint } from '../files/crashPoint.ts'
import { withOrderlyStop } from '../jobs/process.ts'
import { loadMarket } from '../market/loadMarket.ts'
import { panelCachePath } from '../market/panelCache.ts'
import { openStore } from '../store/store.ts'
import type { Beginning } from '../store/studies.ts'
import { allotment, type Allowance } from './allotment.ts'
import { canonicalHash } from './canonical.ts'
import { compareModels } from './comparisons.ts'
import { measureConvergence } from './convergence.ts'
import { decideEngineApart } from './engine.ts'
import { allTestDays, analysed, testFactors, testInput } from './factors.ts'
import { importedHash } from './importedFactors.ts'
import { studyInputs } from './inputs.ts'
import { collectNotes, landscapeHandoverNotes } from './notes.ts'
import { buildPortfolios } from './portfolios.ts'
import { type Prepared, prepare } from './prepare.ts'
import { finishedRuns, journalOrder, requireSame, storedEpochs } from './resume.ts'
import { requireRisk, studyRisk } from './risk.ts'
import { riskNotes, styleNotes } from './riskNotes.ts'
import { planRuns } from './runKeys.ts'
import { studyShare } from './stages.ts'
import { drawLandscapes, landscapeKeys } from './studyLandscapes.ts'
import { studyStyles, stylesOfTest } from './styles.ts'
import { type RunEvent, trainRuns } from './training.ts'
import { expectedShares } from './trainingCost.ts'
import { writeSamplesOf } from './windowSamples.ts'
import { workFolder } from './workFolder.ts'

/** One study as it is sent to its process. */
export interface StudyTask extends Allowance {
  readonly kind: 'study'
  readonly id: string
  readonly config: StudyConfig
  /** Path of the store; it is only read. */
  readonly store: string
  /** What the study began with, when it goes on. */
  readonly began: Beginning | null
  readonly appVersion: string
}

export type StudyProgress =
  | RunEvent
  | {
      readonly type: 'began'
      readonly beginning: Beginning
      /** Every run, in the order of the study's results. */
      readonly keys: readonly RunKey[]
    }
  | {
      readonly type: 'progress'
      readonly stage: StudyStage
      /** Share of the whole study's expected work, 0 to 1. */
      readonly progress: number
      readonly runsDone: number
      readonly runsTotal: number
    }

/**
 * One study from its config to its result object, in the process it is called in; training runs get processes of
 * their own. Runs that the store holds as done are taken from there, others go on from their checkpoints. The result depends
 * on the config, the stored data, the app version and the engine with its instruction set, which it names, and on nothing
 * else: not on where and how often the study was stopped.
 *
 * Errors: resume_refused when it began with other data, another engine or version; memory_limit; those of its parts.
 */
export async function runStudyTask(
  task: StudyTask,
  report: (progress: StudyProgress) => void,
): Promise<StudyResult> {
  const { config, id, began } = task
  // The process this runs in was started on the entry that serves every kind of task.
  const entry = pathToFileURL(process.argv[1])
  const engine = await withOrderlyStop((signal) =>
    decideEngineApart(config.training.engine, task.appVersion, entry, signal),
  )
  const store = openStore(task.store, { mode: 'read' })
  try {
    const whole = loadMarket(store, { cache: panelCachePath(task.store) })
    const prepared = prepare(config, whole)
    const dataHash = prepared.market.hash
    const beginning = { appVersion: task.appVersion, engine: engine.name, dataHash }
    if (began !== null) {
      requireSame(began, beginning)
      crashPoint('resume.accepted')
    }
    const { imported, benchmarks, parts, need } = studyInputs(config, task, store, prepared)
    requireRisk(config, prepared)
    const allot = allotment(task, need, engine.processor)
    const styles = studyStyles(config, prepared)
    const context = {
      industries: prepared.market.industries,
      styles: stylesOfTest(styles, prepared.market.panel.symbols.length),
    }
    const importedFactors = imported.map((factor) => analysed(testInput(config, prepared, factor), context))
    const keys = planRuns(config, prepared.windows.length)
    report({ type: 'began', beginning, keys })
    let runsDone = 0
    const drawn = config.landscape === null ? [] : landscapeKeys(config, keys)
    const shareOf = studyShare(config, keys, parts)
    const stage = (name: StudyStage, share = 0): void => {
      const progress = shareOf(name, share)
      report({ type: 'progress', stage: name, progress, runsDone, runsTotal: keys.length })
    }

    const epochs = storedEpochs(store, id)
    const finished = finishedRuns(store, id, keys, epochs, drawn)
    runsDone = finished.size
    stage('samples')
    const work = workFolder(task.store, id)
    const untrained = keys.filter((_, at) => !finished.has(at))
    const samples = writeSamplesOf(prepared, config, [...untrained, ...drawn], join(work, 'samples'))

    const runs = await withOrderlyStop((signal) =>
      trainRuns(
        {
          config,
          keys,
          shares: expectedShares(config, keys, parts),
          finished,
          drawn,
          epochsStored: (key) => epochs(key).length,
          order: () => journalOrder(store, id, keys),
          samples,
          engine,
          allot,
          work,
          dependsOn: [config, beginning],
          entry,
        },
        {
          signal,
          onEvent: report,
          onProgress: (share, done) => {
            runsDone = done
            stage('training', share)
          },
        },
      ),
    )

    const { landscape } = config
    if (landscape !== null) stage('landscapes')
    const { landscapes, interpolations } =
      landscape === null
        ? { landscapes: [], interpolations: [] }
        : await withOrderlyStop((signal) =>
            drawLandscapes(
              runs,
              drawn,
              {
                config,
                settings: landscape,
                samples: (key) => samples(key)[landscape.part]!,
                engine,
                allot,
                entry,
              },
              { signal, onProgress: ({ share }) => stage('landscapes', share) },
            ),
          )

    stage('factors')
    const { composites, neutralisation, ...tested } = testFactors(config, prepared, runs, imported, context)
    stage('portfolios')
    const risk = studyRisk(config, prepared)
    const portfolios = await buildPortfolios(
      { config, prepared, styles, risk, benchmarks },
      composites,
      (done, total) => stage('portfolios', done / total),
    )
    stage('saving')

    const records = runs.map((run) => run.record)
    const facts = benchmarks.map((benchmark) => benchmark.facts)
    const results = { runs: records, ...tested, importedFactors, portfolios }
    return {
      format: 'plateau-study-1',
      config,
      configHash: canonicalHash(config),
      dataHash,
      importedHash: importedHash(imported),
      appVersion: task.appVersion,
      engine: engine.name,
      synthetic: whole.synthetic,
      data: describeData(prepared),
      notes: [
        ...engine.notes,
        ...collectNotes(config, prepared, facts, results, neutralisation),
        ...landscapeHandoverNotes(landscapes),
        ...styleNotes(config, prepared, styles),
        ...riskNotes(config, risk),
      ],
      windows: [...prepared.windows],
      ...results,
      convergence: measureConvergence(records),
      landscapes,
      interpolations,
      comparisons: compareModels(config, results),
    }
  } finally {
    store.close()
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
