import { z } from 'zod'
import { diagnosticsDialogs } from './diagnostics.ts'
import { saveContract } from './exports.ts'
import { importPreview, importRequest, importStatus, previewQuestion } from './imports.ts'
import { projectInfo } from './project.ts'
import { procedure, stream } from './protocol.ts'
import { reportDialogs } from './reports.ts'
import { safetyDialogs } from './safety.ts'
import { serverDialogs } from './server.ts'

const dataFolder = z.object({ path: z.string() })

/** A part of the app that died: it was started again, or, having died too often for that, given up. */
export const restart = z.object({ part: z.enum(['host', 'page']), outcome: z.enum(['back', 'given_up']) })
export type Restart = z.infer<typeof restart>

/** Answered by the shell itself, not the host: what only a desktop window can do. */
export const shellContract = {
  ...saveContract,
  ...safetyDialogs,
  ...reportDialogs,
  ...diagnosticsDialogs,
  ...serverDialogs,
  'shell.info': procedure(
    z.object({}),
    z.object({ electron: z.string(), chrome: z.string(), runtime: z.enum(['electron', 'fallback']) }),
  ),
  /** Where the sample project is made; one that was chosen is where new projects are suggested, too. */
  'shell.dataFolder': procedure(z.object({}), dataFolder),
  /**
   * Ask for another one, from then on; what is in the one before stays there. Null when the dialog was dismissed.
   * Errors: disk_readonly.
   */
  'shell.chooseDataFolder': procedure(z.object({}), dataFolder.nullable()),
  /** Open the synthetic sample of the data folder, made first if it is not there. */
  'shell.openSample': procedure(z.object({}), projectInfo),
  /** Ask for a store file and open it in the host; null when the dialog was dismissed. */
  'shell.openProject': procedure(z.object({}), projectInfo.nullable()),
  /** Ask where to, make an empty store there and open it in the host; null when the dialog was dismissed. */
  'shell.newProject': procedure(z.object({ suggestedName: z.string() }), projectInfo.nullable()),
  /** A notice of the system, shown while the window is in the background. */
  'shell.notify': procedure(
    z.object({ title: z.string().max(200), body: z.string().max(1000) }),
    z.object({ shown: z.boolean() }),
  ),
  /** What died and came back by itself; what happened while no window listened comes first. */
  'shell.restarts': stream(z.object({}), restart),
  /** How the files of a selection begin and would be read (`imports.preview`). */
  'shell.previewImport': procedure(previewQuestion.extend({ selection: z.string() }), importPreview),
  /** Import the files of a selection into the open store, or check them (`imports.start`). */
  'shell.startImport': procedure(importRequest.extend({ selection: z.string() }), importStatus),
}
