import { z } from 'zod'
import { procedure } from './protocol.ts'

export const hostInfo = z.object({
  version: z.string(),
  /** Node version the host runs on. */
  node: z.string(),
  sqlite: z.string(),
})
export type HostInfo = z.infer<typeof hostInfo>

export const appContract = {
  'app.hostInfo': procedure(z.object({}), hostInfo),
}
