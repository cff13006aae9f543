import { z } from 'zod'
import { filePath } from './filePath.ts'
import { projectInfo } from './project.ts'
import { errorData, procedure, stream } from './protocol.ts'

const backedUp = z.object({ path: z.string(), bytes: z.int() })
/** `kept`: where what was replaced is; null when nothing was. */
const restored = z.object({ kept: z.string().nullable(), project: projectInfo })
const path = z.object({ path: filePath })

/** A backup that was made by itself; `time`: ISO time of the store that it is a copy of. */
const keptBackup = z.object({ path: z.string(), time: z.string(), bytes: z.int() })
export type KeptBackup = z.infer<typeof keptBackup>

const backups = z.object({
  automatic: z.boolean(),
  /** So many are kept. */
  keep: z.int(),
  folder: z.string(),
  /** Newest first. */
  kept: z.array(keptBackup),
  /** One is being made. */
  running: z.boolean(),
  /** Why the last one was not made; null: it was, or none was due. */
  failure: errorData.nullable(),
})
export type Backups = z.infer<typeof backups>

/** A store that could not be opened, or that was found damaged while it is open. */
export const storeFault = z.object({ path: z.string(), error: errorData })
export type StoreFault = z.infer<typeof storeFault>

/** How many there are, and names of the latest; null: that cannot be read any more. */
const counted = z.object({ count: z.int(), examples: z.array(z.string()) }).nullable()
/** Files imported and studies that ran after the backup's time. */
const lost = z.object({ imports: counted, studies: counted })
export type Lost = z.infer<typeof lost>

/** What would take the place of the store at fault; `backup` null: none is sound. `unsound`: newer ones that are not. */
const outlook = z.object({ backup: keptBackup.nullable(), unsound: z.array(z.string()), lost })
export type Outlook = z.infer<typeof outlook>

/** What took its place; `kept`: where the damaged one is. */
const recovery = z.object({
  backup: keptBackup,
  unsound: z.array(z.string()),
  lost,
  kept: z.string().nullable(),
})
export type Recovery = z.infer<typeof recovery>

export const safetyContract = {
  /** Bytes of the open store, and of its log that is not yet in it. */
  'safety.size': procedure(z.object({}), z.object({ bytes: z.int(), logBytes: z.int() })),
  /** Read the whole open store and check it. Takes seconds per GB. Errors: store_corrupt. */
  'safety.check': procedure(z.object({}), z.object({ seconds: z.number() })),
  /** Copy the open store, in use or not, and check the copy. Called by the shell after its own dialog. */
  'safety.backup': procedure(path, backedUp),
  /** Put a copy in the open store's place. Called by the shell after its own dialog. Errors: store_busy while a study or an import of it runs. */
  'safety.restore': procedure(path, restored),

  /** The backups that the open store makes by itself. */
  'safety.backups': procedure(z.object({}), backups),
  'safety.setAutomaticBackups': procedure(z.object({ automatic: z.boolean() }), backups),

  /** The store at fault, null for none: as it is, and at every change. */
  'safety.faults': stream(z.object({}), z.object({ fault: storeFault.nullable() })),
  'safety.fault': procedure(z.object({}), z.object({ fault: storeFault.nullable() })),
  /** What `safety.recover` would do; it reads the backups, which takes seconds per GB. Errors of these: not_found without a fault. */
  'safety.outlook': procedure(z.object({}), outlook),
  /** Put the newest sound backup in the place of the store at fault, and open it. */
  'safety.recover': procedure(z.object({}), recovery),
  /** The same with another copy. Called by the shell after its own dialog. */
  'safety.recoverFrom': procedure(path, restored),
  /** Put an empty store in the place of the one at fault, and open it; that is kept. */
  'safety.startAnew': procedure(z.object({}), restored),
  /** Open it again. */
  'safety.retry': procedure(z.object({}), projectInfo),
  /** It is not wanted any more. */
  'safety.forgetFault': procedure(z.object({}), z.object({})),
}

/** The shell's: all ask by a dialog, and answer null when it was dismissed. */
export const safetyDialogs = {
  'shell.backup': procedure(z.object({ suggestedName: z.string() }), backedUp.nullable()),
  'shell.restore': procedure(z.object({}), restored.nullable()),
  'shell.recoverFrom': procedure(z.object({}), restored.nullable()),
}
