import { z } from 'zod'
import { convergence } from '../domain/convergence.ts'
import { studyEstimate } from '../domain/estimate.ts'
import { studyResult } from '../domain/result.ts'
import { storedStudyConfig, studyConfig } from '../domain/study.ts'
import { studyBest } from '../domain/studyBest.ts'
import { studyComparison } from '../domain/studyComparison.ts'
import { epochClock, epochRecord, handover, runKey, STEP_COLUMNS, stopReason } from '../domain/training.ts'
import { errorData, procedure, stream } from './protocol.ts'

export const studyStage = z.enum(['samples', 'training', 'landscapes', 'factors', 'portfolios', 'saving'])
export type StudyStage = z.infer<typeof studyStage>

/** State of a study. Status and progress are separate: a cancelled study is not 100 % done. */
export const studyStatus = z.object({
  id: z.string(),
  name: z.string(),
  tags: z.array(z.string()),
  /** Set aside from the others. */
  archived: z.boolean(),
  /** Names of its optimizers and symbols of its indices, as its settings list them. */
  optimizers: z.array(z.string()),
  indices: z.array(z.string()),
  /** Null without a result. */
  best: studyBest.nullable(),
  /** Paused, interrupted and failed ones can go on. */
  state: z.enum(['queued', 'running', 'paused', 'interrupted', 'done', 'failed', 'cancelled']),
  stage: studyStage,
  /** Training runs finished and in all. */
  runsDone: z.int(),
  runsTotal: z.int(),
  /** Share of the whole study's expected work that is done, 0 to 1. */
  progress: z.number().min(0).max(1),
  /** `progress` when the present stretch of running began to train: what an earlier one had done. */
  startedWith: z.number().min(0).max(1),
  /** Of running, over all stretches. */
  elapsedSeconds: z.number(),
  /** Null while there is too little to go by. */
  etaSeconds: z.number().nullable(),
  synthetic: z.boolean(),
  /** What it computes on, as its result names it; null before that is decided. */
  engine: z.string().nullable(),
  /** ISO times: when it was asked for, and since when it runs without a break; null while it does not. */
  startedAt: z.string(),
  runningSince: z.string().nullable(),
  error: errorData.nullable(),
})
export type StudyStatus = z.infer<typeof studyStatus>

/** One training run of a study in its journal. */
export const studyRunStatus = z.object({
  key: runKey,
  /** Runs start in this order. */
  position: z.int(),
  state: z.enum(['queued', 'running', 'interrupted', 'done', 'failed', 'cancelled']),
  /** How often it was started. */
  attempts: z.int(),
  /** Epochs in the store. */
  epochs: z.int(),
  /** ISO times. */
  heartbeat: z.string().nullable(),
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  error: errorData.nullable(),
  /** How training ended; null before it has. */
  outcome: z.object({ bestEpoch: z.int(), stopReason, handovers: z.array(handover) }).nullable(),
})
export type StudyRunStatus = z.infer<typeof studyRunStatus>

export const studyEpoch = z.object({
  studyId: z.string(),
  key: runKey,
  record: epochRecord,
  /** Null for epochs of versions that did not keep it. */
  clock: epochClock.nullable(),
})
export type StudyEpoch = z.infer<typeof studyEpoch>

export const studyEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('status'), status: studyStatus }),
  z.object({ type: z.literal('epoch'), epoch: studyEpoch }),
  /** There is no such study any more. */
  z.object({ type: z.literal('removed'), id: z.string() }),
])
export type StudyEvent = z.infer<typeof studyEvent>

const studyId = z.object({ id: z.string() })
/** Words by which a person finds studies again; quotation marks are the search's own. */
export const studyTag = z
  .string()
  .normalize('NFC')
  .trim()
  .min(1)
  .max(40)
  .regex(/^[^"\p{C}]+$/u)
/** Runs at a time; absent or null: as the limits of the machine have it (`compute.resources`). */
const workers = z.int().min(1).max(256).nullable().optional()

export const studyContract = {
  'studies.list': procedure(z.object({}), z.array(studyStatus)),
  /** The study file that ships with the sample, or defaults fitted to the open project's dates and indices. */
  'studies.template': procedure(z.object({}), studyConfig),
  /** A study of the synthetic sample small enough to be waited for. Errors: not_found for other stores. */
  'studies.quickTemplate': procedure(z.object({}), studyConfig),
  /** `config` is validated by the host, so that a refusal names the field. */
  'studies.start': procedure(z.object({ config: z.unknown(), workers }), studyStatus),
  /** What it will take; refuses what a start would refuse. */
  'studies.estimate': procedure(z.object({ config: z.unknown(), workers }), studyEstimate),
  'studies.pause': procedure(studyId, studyStatus),
  'studies.resume': procedure(studyId.extend({ workers }), studyStatus),
  'studies.cancel': procedure(studyId, studyStatus),
  /** Before the others that wait. */
  'studies.moveFirst': procedure(studyId, studyStatus),
  /** What it was started with. Refused with what this version cannot read of it. */
  'studies.config': procedure(studyId, storedStudyConfig),
  /** In lists, reports and comparisons; its settings keep the name that it ran under. */
  'studies.rename': procedure(studyId.extend({ name: z.string().trim().min(1).max(80) }), studyStatus),
  'studies.tag': procedure(
    studyId.extend({ add: z.array(studyTag).max(50).default([]), remove: z.array(z.string()).default([]) }),
    studyStatus,
  ),
  /** Set it aside, or among the others again. Refused while it waits or runs. */
  'studies.archive': procedure(studyId.extend({ archived: z.boolean() }), studyStatus),
  /** With all that belongs to it, for good. Refused while it waits or runs, or a landscape of it is drawn. */
  'studies.remove': procedure(studyId, z.null()),
  'studies.runs': procedure(studyId, z.array(studyRunStatus)),
  /** Start these runs before the others that have not started. */
  'studies.moveRunsFirst': procedure(studyId.extend({ keys: z.array(runKey) }), z.array(studyRunStatus)),
  'studies.epochs': procedure(studyId, z.array(studyEpoch)),
  /**
   * One column of a run's steps, over all its epochs: thinned to `points` buckets of lowest and highest value where there are
   * more steps, so that no peak is lost. `at` counts steps from 0. With a weight of `smoothing` also its debiased moving average
   * (charts/smoothing.ts) over all steps, at the same ones.
   */
  'studies.steps': procedure(
    studyId.extend({
      key: runKey,
      column: z.enum(STEP_COLUMNS),
      points: z.int().min(2).max(20_000).default(2_000),
      smoothing: z.number().min(0).max(0.99).default(0),
    }),
    z.object({
      steps: z.int(),
      at: z.array(z.int()),
      values: z.array(z.number().nullable()),
      smoothed: z.array(z.number().nullable()).nullable(),
    }),
  ),
  /** Finished studies beside each other; the first optimizer of the first one is the baseline. */
  'studies.compare': procedure(z.object({ ids: z.array(z.string()).min(1).max(8) }), studyComparison),
  'studies.result': procedure(studyId, studyResult),
  /** Of the result: it has the orders of all portfolios too, which who looks at curves need not hold. */
  'studies.convergence': procedure(studyId, z.array(convergence)),
  /** Status changes and epochs of every study from now on, at most 10 a second per study. */
  'studies.events': stream(z.object({}), studyEvent),
}
