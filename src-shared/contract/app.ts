import { z } from 'zod'
import { procedure } from './protocol.ts'

export const hostInfo = z.object({
  version: z.string(),
  /** Node version and process kind the host runs in. */
  node: z.string(),
  host: z.enum(['utility_process', 'node_process']),
  sqlite: z.string(),
})
export type HostInfo = z.infer<typeof hostInfo>

export const appContract = {
  'app.hostInfo': procedure(z.object({}), hostInfo),
}
