import type { RetestEvent } from '../../src-shared/contract/factor.ts'
import type { TestedFactor } from '../../src-shared/domain/factorDay.ts'
import type { RetestAnswer, RetestSettings } from '../../src-shared/domain/factorRetest.ts'
import { factorTest } from '../factor/test.ts'
import { openStore } from '../store/store.ts'
import { studyResult } from '../store/studies.ts'
import { allTestDays, testInput } from './factors.ts'
import { requireNeutralisable } from './neutralisation.ts'
import { factorValues, reportOf, tracedStudy } from './testedFactor.ts'

/** The question how a factor of a finished study does by other settings, as it is sent to its process. */
export interface RetestTask extends TestedFactor {
  readonly kind: 'retest'
  readonly study: string
  /** Path of the store; it is only read. */
  readonly store: string
  readonly settings: RetestSettings
}

export type RetestProgress = Extract<RetestEvent, { type: 'progress' }>['dates']

/**
 * The single-factor test (methods 4) of a factor of a finished study by other settings, from the stored predictions and the data that the
 * study read. By the study's own settings it is the study's own report. The layers are set anew every week whatever the horizon, which
 * is of the IC alone.
 *
 * Errors: not_found without such a study, result or factor; data_changed when the stored data are not those the study read;
 * data_insufficient where there is nothing to free the factor of, or no date has stocks for the layers.
 */
export function runRetestTask(
  { study, store: path, settings, ...factor }: RetestTask,
  onProgress: (progress: RetestProgress) => void,
): RetestAnswer {
  const store = openStore(path, { mode: 'read' })
  try {
    const result = studyResult(store, study)
    const { name } = reportOf(result, factor)
    onProgress(null)
    const traced = tracedStudy(store, study, result)
    const { neutralise, horizon, layers } = settings
    const config = {
      ...result.config,
      composite: { ...result.config.composite, neutralise },
      factorTest: { ...result.config.factorTest, horizon, layers },
    }
    requireNeutralisable(config, traced.prepared.market)
    const days = allTestDays(traced.prepared)
    const { values, withoutIndustry, withoutSize } = factorValues(
      store,
      traced,
      factor,
      neutralise,
      days,
      (done) => onProgress({ done, all: days.length }),
    )
    const report = factorTest(testInput(config, traced.prepared, { name, values }))
    return { report, withoutIndustry, withoutSize }
  } finally {
    store.close()
  }
}
