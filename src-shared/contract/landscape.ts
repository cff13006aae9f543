import { z } from 'zod'
import { interpolation, landscape } from '../domain/landscape.ts'
import { landscapeSettings, storedLandscapeSettings } from '../domain/landscapeSettings.ts'
import { runKey } from '../domain/training.ts'
import { errorData, procedure, stream } from './protocol.ts'

/** Landscapes asked for after a study; those of the study itself are in its result. */
export const landscapeStatus = z.object({
  id: z.string(),
  studyId: z.string(),
  keys: z.array(runKey),
  settings: storedLandscapeSettings,
  /** Queued: it waits for those that were asked for before. A cancelled one keeps what it had. */
  state: z.enum(['queued', 'running', 'done', 'cancelled', 'failed']),
  /** Share of the evaluations done, 0 to 1. */
  progress: z.number().min(0).max(1),
  /** Grid nodes computed so far; null of what has ended, whose grids tell themselves. */
  nodes: z.int().min(0).nullable(),
  /** Since its turn came. */
  elapsedSeconds: z.number(),
  /** Null while there is too little to go by. */
  etaSeconds: z.number().nullable(),
  /** ISO time at which it was asked for. */
  startedAt: z.string(),
  error: errorData.nullable(),
})
export type LandscapeStatus = z.infer<typeof landscapeStatus>

/** Values of a cancelled grid, and what was not begun, are null or absent. */
export const drawnLandscapes = z.object({
  landscapes: z.array(landscape),
  interpolations: z.array(interpolation),
})
export type DrawnLandscapes = z.infer<typeof drawnLandscapes>

const landscapeId = z.object({ id: z.string() })

export const landscapeContract = {
  /** Runs whose trajectory is kept and so can be drawn. */
  'landscapes.candidates': procedure(z.object({ studyId: z.string() }), z.array(runKey)),
  'landscapes.start': procedure(
    z.object({ studyId: z.string(), keys: z.array(runKey).min(1).max(64), settings: landscapeSettings }),
    landscapeStatus,
  ),
  /** Resolves once its processes have ended. */
  'landscapes.cancel': procedure(landscapeId, landscapeStatus),
  /** Newest first. */
  'landscapes.list': procedure(z.object({ studyId: z.string() }), z.array(landscapeStatus)),
  'landscapes.get': procedure(landscapeId, drawnLandscapes),
  'landscapes.remove': procedure(landscapeId, z.null()),
  /** Status changes from now on, at most 10 a second each. */
  'landscapes.events': stream(z.object({}), landscapeStatus),
}
