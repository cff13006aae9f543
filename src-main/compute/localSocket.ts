import net, { type Socket } from 'node:net'

/**
 * Sockets between the app's own processes: a Unix socket, a named pipe on Windows, a pipe that was inherited. They are named by a path or a
 * descriptor, so nothing here can reach another machine or be reached from one; `host/remote/tcp.ts` is the one file that can.
 */
export type LocalSocket = Socket

/** Listen at `path`; resolves once it does, with what ends it. @throws what the socket says when it cannot be made */
export async function listenLocally(
  path: string,
  onSocket: (socket: LocalSocket) => void,
): Promise<{ close(): void }> {
  const server = net.createServer(onSocket)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ path }, resolve)
  })
  return { close: () => void server.close() }
}

/** Connect to `path`. A failure is an event of the socket. */
export const connectLocally = (path: string): LocalSocket => net.connect({ path })

/** The pipe that a process was started with. @throws what the system says when there is none */
export const inheritedSocket = (fd: number): LocalSocket => new net.Socket({ fd })
