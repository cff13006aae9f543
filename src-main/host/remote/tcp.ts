import { once } from 'node:events'
import net, { type AddressInfo, type Socket } from 'node:net'

/**
 * The one file that speaks to other machines: it listens where `plateau serve` was told to, and connects to the server that a
 * person has named. Neither happens by itself.
 */
export type { Socket } from 'node:net'

export interface Listener {
  readonly address: string
  readonly port: number
  /** Take no more; those that were taken stay. */
  close(): void
}

/** @throws what the system says when the port or address cannot be had */
export async function listen(
  port: number,
  host: string,
  onSocket: (socket: Socket) => void,
): Promise<Listener> {
  const server = net.createServer(onSocket)
  server.listen({ port, host })
  await once(server, 'listening')
  const { address, port: given } = server.address() as AddressInfo
  return { address, port: given, close: () => void server.close() }
}

/** A socket that is connecting; its errors are those of its reader. */
export function dial(
  host: string,
  port: number,
): { readonly socket: Socket; readonly connected: Promise<boolean> } {
  const socket = net.connect({ host, port })
  socket.on('error', () => {})
  const connected = new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true))
    socket.once('close', () => resolve(false))
  })
  return { socket, connected }
}
