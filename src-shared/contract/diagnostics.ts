import { z } from 'zod'
import { filePath } from './filePath.ts'
import { procedure } from './protocol.ts'

const saved = z.object({ path: z.string(), bytes: z.int(), files: z.array(z.string()) })

/** The parts of the app that keep a log: the service, and the shell of the window. */
export const LOGS = ['host', 'shell'] as const
/** From the gravest. */
export const LOG_LEVELS = ['error', 'warning', 'info'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

const logPlace = z.object({ file: z.string(), offset: z.int().min(0) })
export type LogPlace = z.infer<typeof logPlace>

/** An event of a log, without instruments and without paths outside the app's own folder. */
const logLine = z.object({
  place: logPlace,
  /** ISO time; empty in a line that cannot be read, whose text is the detail. */
  time: z.string(),
  level: z.enum(LOG_LEVELS),
  event: z.string(),
  detail: z.string(),
})
export type LogLine = z.infer<typeof logLine>

const logQuestion = z.object({
  of: z.enum(LOGS),
  /** Null: up to the end of the log. */
  before: logPlace.nullable().default(null),
  /** Null: from its beginning. */
  after: logPlace.nullable().default(null),
  limit: z.int().min(1).max(1000).default(200),
  /** This level and graver ones. */
  level: z.enum(LOG_LEVELS).default('info'),
  /** What event or detail have in them, in upper or lower case. */
  text: z.string().max(200).default(''),
})
export type LogQuestion = z.infer<typeof logQuestion>

const logPiece = z.object({
  /** Newest last. */
  lines: z.array(logLine),
  /** Before it are lines that were not looked at; null: none. */
  oldest: logPlace.nullable(),
  /** After it stands what is written from now on; null where nothing was. */
  newest: logPlace.nullable(),
})
export type LogPiece = z.infer<typeof logPiece>

export const diagnosticsContract = {
  /** Write the bundle of diagnostics as a zip. Called by the shell after its own dialog. */
  'diagnostics.save': procedure(z.object({ path: filePath }), saved),
  /** The last lines of a log between two places of it. Errors: file_unreadable. */
  'diagnostics.log': procedure(logQuestion, logPiece),
}

/** The shell's: asks by a dialog, and answers null when it was dismissed. */
export const diagnosticsDialogs = {
  'shell.saveDiagnostics': procedure(z.object({ suggestedName: z.string() }), saved.nullable()),
}
