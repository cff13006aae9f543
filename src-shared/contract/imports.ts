import { z } from 'zod'
import { DELIMITERS, evidence, importReport, mappingFile, readings, skipped } from '../domain/importing.ts'
import { filePath } from './filePath.ts'
import { errorData, procedure, stream } from './protocol.ts'

/** How a file begins, and how it would be read. */
export const previewedFile = z.object({
  /** As the user is shown it: `a.csv`, `a.zip#b.csv`, `a.xlsx#Sheet1`. */
  path: z.string(),
  /** What it takes of the disk; null where nothing could be read. */
  bytes: z.int().nullable(),
  format: z.enum(['delimited', 'parquet', 'workbook', 'qlib']).nullable(),
  /** Of text: the one asked for, or the one its beginning can be. */
  encoding: z.enum(['utf-8', 'gb18030']).nullable(),
  /** The one asked for, or the most frequent. */
  delimiter: z.enum(DELIMITERS).exclude(['auto']).nullable(),
  header: z.array(z.string()),
  rows: z.array(z.array(z.string())),
  /** Whether it holds bytes that the encoding has no character for. */
  garbled: z.boolean(),
  /** Null when it cannot be read; `error` says why. */
  read: z
    .object({
      /** The preset's name, or `mapping`. */
      preset: z.string(),
      /** The same as a mapping: what can be changed and kept. */
      mapping: mappingFile,
      evidence: z.array(evidence),
    })
    .nullable(),
  error: errorData.nullable(),
})
export type PreviewedFile = z.infer<typeof previewedFile>

export const importPreview = z.object({ files: z.array(previewedFile), skipped: z.array(skipped) })
export type ImportPreview = z.infer<typeof importPreview>

/** What may be asked of a preview beside whose it is. */
export const previewQuestion = z.object({
  readings,
  /** Files to look into, as they are shown; null for all. */
  only: z.array(z.string()).nullable(),
  /** Records to give of each. */
  rows: z.int().min(0).max(50),
})

/** An import into the open store, or a check, which does the same and keeps nothing of it. */
export const importStatus = z.object({
  id: z.string(),
  /** The store it goes into. */
  store: z.string(),
  dryRun: z.boolean(),
  state: z.enum(['running', 'done', 'cancelled', 'failed']),
  /** Files are read for what they are, then into the store; at the end what depends on all of them. */
  stage: z.enum(['inspecting', 'reading', 'finishing']),
  /** The file in hand; null before the first. */
  path: z.string().nullable(),
  filesDone: z.int(),
  /** Null while it is not known yet. */
  filesTotal: z.int().nullable(),
  bytesRead: z.int(),
  bytesTotal: z.int().nullable(),
  /** Bytes a second of late; null while there is too little to go by, like the rest. */
  rate: z.number().nullable(),
  elapsedSeconds: z.number(),
  etaSeconds: z.number().nullable(),
  /** ISO time. */
  startedAt: z.string(),
  report: importReport.nullable(),
  error: errorData.nullable(),
})
export type ImportStatus = z.infer<typeof importStatus>

export const importRequest = z.object({ readings, dryRun: z.boolean() })

/** A name that is a file's on every system. */
export const mappingName = z
  .string()
  .regex(
    /^(?!(?:con|prn|aux|nul|com\d|lpt\d)$)[^\\/:*?"<>|.\p{Cc}\s](?:[^\\/:*?"<>|.\p{Cc}]{0,58}[^\\/:*?"<>|.\p{Cc}\s])?$/iu,
  )

export const savedMapping = z.object({
  name: z.string(),
  /** Null when its file cannot be read as one. */
  mapping: mappingFile.nullable(),
})
export type SavedMapping = z.infer<typeof savedMapping>

/** Files and folders that a person chose, as the window knows them. */
export const selection = z.object({
  id: z.string(),
  entries: z.array(z.object({ name: z.string(), folder: z.boolean(), bytes: z.int().nullable() })),
})
export type Selection = z.infer<typeof selection>

const paths = z.array(filePath).min(1)

export const importContract = {
  /** Called by the shell, which alone knows paths; so is `imports.start`. */
  'imports.preview': procedure(previewQuestion.extend({ paths }), importPreview),
  'imports.start': procedure(importRequest.extend({ paths }), importStatus),
  /** Resolves once its process has ended; the store is then as it was. */
  'imports.cancel': procedure(z.object({ id: z.string() }), importStatus),
  /** The last one that this host started at once, null where it started none; then changes, at most 10 a second. */
  'imports.events': stream(z.object({}), importStatus.nullable()),
  'imports.mappings': procedure(z.object({}), z.array(savedMapping)),
  /** Keep a mapping under a name, in the place of the one that had it. */
  'imports.keepMapping': procedure(
    z.object({ name: mappingName, mapping: mappingFile }),
    z.array(savedMapping),
  ),
  'imports.forgetMapping': procedure(z.object({ name: mappingName }), z.array(savedMapping)),
}
