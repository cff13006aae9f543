import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs'
import path from 'node:path'
import { redact } from './redact.ts'

/** What is written of an event beside its time and name. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>

/** What one process did, for whoever looks into a fault. */
export type Log = (event: string, fields?: LogFields) => void

/** The file of a log, the newest of age 0. */
export const logFile = (folder: string, name: string, age: number): string =>
  path.join(folder, age === 0 ? `${name}.log` : `${name}.${age}.log`)

/** Bytes of a file before a new one is begun. */
const FILE_BYTES = 1 << 20
/** Files kept: NAME.log, then NAME.1.log and so on, the oldest last. */
export const FILES = 5

/**
 * A log of one process in `folder`: a line of JSON for each event, redacted before it is written. What cannot be written is lost: nothing
 * fails for its log.
 * @param name of the process; no two processes write one file
 * @param appFolder paths in it are told, by their way from it; others are not
 */
export function createLog(folder: string, name: string, appFolder: string): Log {
  const file = (age: number): string => logFile(folder, name, age)
  return (event, fields = {}) => {
    const told = Object.fromEntries(
      Object.entries(fields).map(([key, value]) => [
        key,
        typeof value === 'string' ? redact(value, appFolder) : value,
      ]),
    )
    const line = `${JSON.stringify({ time: new Date().toISOString(), event, ...told })}\n`
    try {
      mkdirSync(folder, { recursive: true })
      if ((statSync(file(0), { throwIfNoEntry: false })?.size ?? 0) + line.length > FILE_BYTES)
        for (let age = FILES - 2; age >= 0; age--)
          if (statSync(file(age), { throwIfNoEntry: false })) renameSync(file(age), file(age + 1))
      appendFileSync(file(0), line)
    } catch {
      // A full disk or a folder without permission is told where it stops work.
    }
  }
}
