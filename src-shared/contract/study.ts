import { z } from 'zod'
import { studyResult } from '../domain/result.ts'
import { studyConfig } from '../domain/study.ts'
import { epochRecord, runKey } from '../domain/training.ts'
import { errorData, procedure, stream } from './protocol.ts'

export const studyStage = z.enum(['samples', 'training', 'factors', 'portfolios', 'saving'])
export type StudyStage = z.infer<typeof studyStage>

/** State of a study. Status and progress are separate: a cancelled study is not 100 % done. */
export const studyStatus = z.object({
  id: z.string(),
  name: z.string(),
  state: z.enum(['running', 'done', 'failed', 'cancelled', 'interrupted']),
  stage: studyStage,
  /** Training runs finished and in all. */
  runsDone: z.int(),
  runsTotal: z.int(),
  /** Share of the whole study's expected work that is done, 0 to 1. */
  progress: z.number().min(0).max(1),
  elapsedSeconds: z.number(),
  /** Null while there is too little to go by. */
  etaSeconds: z.number().nullable(),
  synthetic: z.boolean(),
  /** What it computes on, as its result names it; null before that is decided, and in studies that run no more. */
  engine: z.string().nullable(),
  /** ISO time of the start. */
  startedAt: z.string(),
  error: errorData.nullable(),
})
export type StudyStatus = z.infer<typeof studyStatus>

export const studyEpoch = z.object({ studyId: z.string(), key: runKey, record: epochRecord })
export type StudyEpoch = z.infer<typeof studyEpoch>

export const studyEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('status'), status: studyStatus }),
  z.object({ type: z.literal('epoch'), epoch: studyEpoch }),
])
export type StudyEvent = z.infer<typeof studyEvent>

const studyId = z.object({ id: z.string() })

export const studyContract = {
  'studies.list': procedure(z.object({}), z.array(studyStatus)),
  /** The study file that ships with the sample, or defaults fitted to the open project's dates and indices. */
  'studies.template': procedure(z.object({}), studyConfig),
  /** `config` is validated by the host, so that a refusal names the field. */
  'studies.start': procedure(z.object({ config: z.unknown() }), studyStatus),
  'studies.cancel': procedure(studyId, studyStatus),
  'studies.epochs': procedure(studyId, z.array(studyEpoch)),
  'studies.result': procedure(studyId, studyResult),
  /** Status changes and epochs of every study from now on, at most 10 a second per study. */
  'studies.events': stream(z.object({}), studyEvent),
  /** The finished study's report as one self-contained HTML document. */
  'studies.report': procedure(
    z.object({ id: z.string(), locale: z.enum(['zh-CN', 'en']) }),
    z.object({ html: z.string() }),
  ),
}
