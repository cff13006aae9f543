import { z } from 'zod'
import { dateInt } from '../domain/date.ts'
import { filePath } from './filePath.ts'
import { procedure } from './protocol.ts'

/** The open store and what is in it. */
export const projectInfo = z.object({
  path: z.string(),
  name: z.string(),
  synthetic: z.boolean(),
  instruments: z.int(),
  bars: z.int(),
  firstDate: dateInt.nullable(),
  lastDate: dateInt.nullable(),
  indices: z.array(z.object({ symbol: z.string(), name: z.string() })),
  quarantined: z.int(),
})
export type ProjectInfo = z.infer<typeof projectInfo>

export const projectContract = {
  /** The store the host was started on, null before one is open. */
  'project.current': procedure(z.object({}), projectInfo.nullable()),
  /** Make the synthetic sample's store in `folder` if it is not there yet, and open it. Called by the shell, as the next ones. */
  'project.openSample': procedure(z.object({ folder: filePath }), projectInfo),
  /** Open the store at `path`. Called by the shell after its own dialog, never by a window. */
  'project.open': procedure(z.object({ path: filePath }), projectInfo),
  /** Make an empty store at `path`, where there is none, and open it. Called by the shell, as above. */
  'project.create': procedure(z.object({ path: filePath }), projectInfo),
}
