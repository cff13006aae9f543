import { readFile } from 'node:fs/promises'
import { formatDate } from '../../../src-shared/domain/date.ts'
import {
  frequency,
  SEQUENCE_LENGTHS,
  type StudyConfig,
  type StudyInput,
} from '../../../src-shared/domain/study.ts'
import { failure } from '../../../src-shared/failure.ts'
import { serviceErrors } from '../../../src-shared/locales/errors/service.ts'
import { memberships } from '../../store/indices.ts'
import { projectInfo } from '../../store/summary.ts'
import type { ReadableStore } from '../../store/store.ts'
import { parseStudy } from '../../study/parse.ts'

/** Share of the stored span that a fitted template trains on. */
const FIT_SHARE = 0.7

/**
 * A study to start from: the sample's own for the synthetic sample, else the defaults of the methods with the store's
 * first index with members and its dates. Throws `data_insufficient` for a store without bars or an index with members.
 */
export async function studyTemplate(store: ReadableStore, sampleStudy: URL): Promise<StudyConfig> {
  const info = projectInfo(store)
  if (info.synthetic) return parseStudy(JSON.parse(await readFile(sampleStudy, 'utf8')))
  const { firstDate, lastDate } = info
  const index = info.indices.find(({ symbol }) => memberships(store, symbol).length > 0)?.symbol
  if (firstDate === null || lastDate === null || index === undefined) {
    throw failure(serviceErrors.noStudyData, {})
  }
  const day = (date: number): number => Date.parse(formatDate(date))
  const fitEnd = new Date(day(firstDate) + FIT_SHARE * (day(lastDate) - day(firstDate)))
    .toISOString()
    .slice(0, 10)
  const study: StudyInput = {
    version: 1,
    name: info.name,
    universe: { index },
    period: { fitStart: formatDate(firstDate), fitEnd, predictEnd: formatDate(lastDate) },
    models: frequency.options.map((one) => ({ frequency: one, sequenceLength: SEQUENCE_LENGTHS[one] })),
    optimizers: [
      { name: 'AdamW', method: 'plain' },
      { name: 'SAM', method: 'sam' },
    ],
    portfolio: { indices: [index] },
  }
  return parseStudy(study)
}

/** The sample's study in small, from a file beside it. Throws `not_found` for a store that is not synthetic. */
export async function quickStudy(store: ReadableStore, sampleStudy: URL): Promise<StudyConfig> {
  if (!projectInfo(store).synthetic) throw failure(serviceErrors.noQuickStudy, {})
  return parseStudy(JSON.parse(await readFile(new URL('quick-study.json', sampleStudy), 'utf8')))
}
