import { appendFileSync } from 'node:fs'

/**
 * Boundaries at which what is on disk is neither as before nor as after: between them a process may be killed at any time, and
 * tests/faults/crashPoints.test.ts kills it at each.
 */
export const CRASH_POINTS = [
  // A file that appears whole or not at all (writeFile.ts).
  'file.begin',
  'file.written',
  'file.synced',
  'file.closed',
  'file.renamed',
  // The panel beside a store (market/panelCache.ts).
  'panel.opened',
  'panel.written',
  'panel.renamed',
  // Samples of a study (market/sampleFile.ts).
  'samples.opened',
  'samples.written',
  'samples.renamed',
  // A store brought up to date, step by step (store/store.ts).
  'migration.begun',
  'migration.changed',
  'migration.numbered',
  'migration.committed',
  // An import (ingest/importPaths.ts, its transaction in store/store.ts).
  'import.begun',
  'import.block',
  'import.finishing',
  'import.finished',
  'import.committed',
  'import.moved',
  // Backup and restoration (store/backup.ts).
  'copy.copied',
  'copy.checked',
  'backup.logEnded',
  'backup.moved',
  'restore.logEnded',
  'restore.kept',
  'restore.moved',
  // One training run, in its process (study/trainTask.ts, study/workFolder.ts).
  'run.held',
  'epoch.trained',
  'epoch.kept',
  'checkpoint.kept',
  'checkpoint.pruned',
  'run.predicted',
  // The journal and the result, in the service (host/services/studies.ts).
  'study.inserted',
  'study.running',
  'work.made',
  'study.entering',
  'study.entered',
  'run.starting',
  'run.running',
  'epoch.storing',
  'epoch.stored',
  'run.saving',
  'run.saved',
  'result.saving',
  'result.saved',
  'work.removing',
  'work.removed',
  'study.removed',
  // What comes after a kill: the next service, going on with a study, the process of a run.
  'recovery.opened',
  'recovery.marking',
  'recovery.marked',
  'recovery.swept',
  'resume.queueing',
  'resume.queued',
  'resume.accepted',
  'resume.checkpointRead',
] as const
export type CrashPoint = (typeof CRASH_POINTS)[number]

interface Armed {
  readonly point: CrashPoint
  /** How often this process passes it before. */
  left: number
  /** File that is told of the death; null: none. */
  readonly log: string | null
}

/**
 * PLATEAU_CRASH_AT=POINT or POINT:NTH, of each process by itself; heard with PLATEAU_TEST=1 only, so that no variable alone can
 * hurt a user. PLATEAU_CRASH_LOG names a file that gets a line `POINT PID` before the process dies.
 */
function armedBy({ PLATEAU_TEST, PLATEAU_CRASH_AT, PLATEAU_CRASH_LOG }: NodeJS.ProcessEnv): Armed | null {
  if (PLATEAU_TEST !== '1' || PLATEAU_CRASH_AT === undefined) return null
  const [name, nth = '1'] = PLATEAU_CRASH_AT.split(':')
  const point = CRASH_POINTS.find((known) => known === name)
  if (point === undefined || !/^[1-9]\d*$/.test(nth))
    throw new Error(`PLATEAU_CRASH_AT=${PLATEAU_CRASH_AT} is no crash point.`)
  return { point, left: Number(nth) - 1, log: PLATEAU_CRASH_LOG ?? null }
}

const armed = armedBy(process.env)

/** Nothing, unless this point is armed: then the process is killed, and no handler of it runs. */
export const crashPoint: (point: CrashPoint) => void =
  armed === null
    ? () => {}
    : (point) => {
        if (point !== armed.point || armed.left-- > 0) return
        if (armed.log !== null) appendFileSync(armed.log, `${point} ${process.pid}\n`)
        process.kill(process.pid, 'SIGKILL')
        // Where the signal takes its time nothing more is done.
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
      }
