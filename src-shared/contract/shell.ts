import { z } from 'zod'
import { saveContract } from './exports.ts'
import { importPreview, importRequest, importStatus, previewQuestion } from './imports.ts'
import { projectInfo } from './project.ts'
import { procedure } from './protocol.ts'
import { safetyDialogs } from './safety.ts'

/** Answered by the shell itself, not the host: what only a desktop window can do. */
export const shellContract = {
  ...saveContract,
  ...safetyDialogs,
  'shell.info': procedure(
    z.object({}),
    z.object({ electron: z.string(), chrome: z.string(), runtime: z.enum(['electron', 'fallback']) }),
  ),
  /** Ask for a store file and open it in the host; null when the dialog was dismissed. */
  'shell.openProject': procedure(z.object({}), projectInfo.nullable()),
  /** Ask where to, make an empty store there and open it in the host; null when the dialog was dismissed. */
  'shell.newProject': procedure(z.object({ suggestedName: z.string() }), projectInfo.nullable()),
  /** How the files of a selection begin and would be read (`imports.preview`). */
  'shell.previewImport': procedure(previewQuestion.extend({ selection: z.string() }), importPreview),
  /** Import the files of a selection into the open store, or check them (`imports.start`). */
  'shell.startImport': procedure(importRequest.extend({ selection: z.string() }), importStatus),
  /** Ask where to, print the study's report there; null when the dialog was dismissed. */
  'shell.exportReport': procedure(
    z.object({ id: z.string(), locale: z.enum(['zh-CN', 'en']), suggestedName: z.string() }),
    z.object({ path: z.string(), pages: z.int() }).nullable(),
  ),
}
