import type { StudyConfig } from '../../src-shared/domain/study.ts'
import { type DatedRiskModel, riskModels } from '../risk/history.ts'
import { allTestDays } from './factors.ts'
import type { Prepared } from './prepare.ts'
import { estimationUniverse } from './styles.ts'

/** Risk models on the test days of a study, by position in the dates; null where the study asks for none. */
export type StudyRisk = ReadonlyMap<number, DatedRiskModel> | null

/** All of them, N x K numbers a test day. Errors: as `requireRisk`. */
export function studyRisk(config: StudyConfig, prepared: Prepared): StudyRisk {
  const models = modelsOn(config, prepared, allTestDays(prepared))
  return models && new Map(Array.from(models, (dated) => [dated.day, dated]))
}

/** Before anything is trained. Errors: data_insufficient when the first test day has too few days before it for a risk model. */
export function requireRisk(config: StudyConfig, prepared: Prepared): void {
  modelsOn(config, prepared, allTestDays(prepared).slice(0, 1))?.next()
}

function modelsOn(config: StudyConfig, prepared: Prepared, days: readonly number[]) {
  const { risk } = config.portfolio
  if (risk === null) return null
  const { market, derived } = prepared
  return riskModels(
    {
      panel: market.panel,
      derived,
      industries: market.industries,
      estimation: estimationUniverse(config, prepared),
    },
    risk,
    days,
  )
}
