import { z } from 'zod'
import { stream } from '../../src-shared/contract/protocol.ts'

/** What the shell tells a window by itself: the service process died and was started again. */
export const shellEvents = {
  'shell.hostRestarts': stream(z.object({}), z.object({ restarts: z.int() })),
}
