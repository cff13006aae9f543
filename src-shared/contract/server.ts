import { z } from 'zod'
import { parseServerAddress } from '../domain/serverAddress.ts'
import { errorData, procedure, stream } from './protocol.ts'

/** The server whose project the window shows; null: the project is of this machine. */
export const serverState = z
  .object({
    /** `host:port`, as it was asked for. */
    address: z.string(),
    connected: z.boolean(),
    /** Attempts to connect again since the connection was lost. */
    attempts: z.int(),
    /** Why the last of them failed. */
    error: errorData.nullable(),
  })
  .nullable()
export type ServerState = z.infer<typeof serverState>

/** Where the token is taken from. A page never gets to know one that was not typed into it. */
const token = z.discriminatedUnion('from', [
  z.object({ from: z.literal('text'), text: z.string().max(1000) }),
  /** The file chosen last by `shell.chooseToken`. */
  z.object({ from: z.literal('file') }),
  /** What was kept at an earlier connection to the same address. */
  z.object({ from: z.literal('kept') }),
])
export type ServerToken = z.infer<typeof token>

/** Answered by the shell, which holds the connection. */
export const serverDialogs = {
  /** The server connected to last; whether its token is kept, and whether one can be: encrypted by the system, or not at all. */
  'shell.lastServer': procedure(
    z.object({}),
    z.object({ address: z.string().nullable(), tokenKept: z.boolean(), canKeep: z.boolean() }),
  ),
  /** Ask for a file with a token; null when the dialog was dismissed. Errors: those of the file. */
  'shell.chooseToken': procedure(z.object({}), z.object({ name: z.string() }).nullable()),
  /**
   * From then on the window is loaded anew and shows the server's project; what runs in the local one goes on.
   * Errors: server_unreachable, server_refused; usage for what is no token.
   */
  'shell.connectServer': procedure(
    z.object({
      address: z.string().refine((text) => parseServerAddress(text) !== null, 'No host:port.'),
      token,
      keep: z.boolean(),
    }),
    z.object({}),
  ),
  /** Back to the project of this machine; what runs on the server goes on. */
  'shell.disconnectServer': procedure(z.object({}), z.object({})),
  /** The present state, then every change. */
  'shell.server': stream(z.object({}), serverState),
}
