import { z } from 'zod'
import { projectInfo } from './project.ts'
import { procedure } from './protocol.ts'

const backedUp = z.object({ path: z.string(), bytes: z.int() })
/** `kept`: where what was replaced is; null when nothing was. */
const restored = z.object({ kept: z.string().nullable(), project: projectInfo })
const path = z.object({ path: z.string() })

export const safetyContract = {
  /** Bytes of the open store, and of its log that is not yet in it. */
  'safety.size': procedure(z.object({}), z.object({ bytes: z.int(), logBytes: z.int() })),
  /** Read the whole open store and check it. Takes seconds per GB. Errors: store_corrupt. */
  'safety.check': procedure(z.object({}), z.object({ seconds: z.number() })),
  /** Copy the open store, in use or not, and check the copy. Called by the shell after its own dialog. */
  'safety.backup': procedure(path, backedUp),
  /** Put a copy in the open store's place. Called by the shell after its own dialog. */
  'safety.restore': procedure(path, restored),
}

/** The shell's: both ask by a dialog, and answer null when it was dismissed. */
export const safetyDialogs = {
  'shell.backup': procedure(z.object({ suggestedName: z.string() }), backedUp.nullable()),
  'shell.restore': procedure(z.object({}), restored.nullable()),
}
