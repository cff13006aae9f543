import type { CallOptions } from '../host/client.ts'
import type { ProcedureContext } from '../host/router.ts'

/** What is asked of the host for a call of a window: told and cancelled as that is. */
export const following = ({ signal, report }: ProcedureContext): CallOptions => ({
  signal,
  onProgress: report,
})
