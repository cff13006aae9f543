import { z } from 'zod'
import { filePath } from './filePath.ts'
import { procedure } from './protocol.ts'

const saved = z.object({ path: z.string(), bytes: z.int(), files: z.array(z.string()) })

export const diagnosticsContract = {
  /** Write the bundle of diagnostics as a zip. Called by the shell after its own dialog. */
  'diagnostics.save': procedure(z.object({ path: filePath }), saved),
}

/** The shell's: asks by a dialog, and answers null when it was dismissed. */
export const diagnosticsDialogs = {
  'shell.saveDiagnostics': procedure(z.object({ suggestedName: z.string() }), saved.nullable()),
}
