import { randomBytes, timingSafeEqual } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { EngineReason } from '../../../src-shared/domain/compute.ts'
import { createByteReader, socketConnection } from '../../compute/frames.ts'
import { formatGpuAddress, TOKEN_BYTES } from '../../compute/gpuPage.ts'
import { listenLocally, type LocalSocket } from '../../compute/localSocket.ts'
import { type Connection, joinConnections } from '../../nn/engines/remote/connection.ts'
import type { DeviceGreeting } from '../../nn/engines/remote/messages.ts'

export interface GpuServer {
  /** What PLATEAU_GPU holds for the processes that may connect. */
  readonly address: string
  close(): void
}

/**
 * The local socket over which the app's processes reach the GPU page. A client that does not show the token first is let
 * go; otherwise whatever it sends goes to a connection that `connect` opens, unread.
 * @param connect opens a connection to the page, or says why there is none
 * @throws what the file system or the socket says when it cannot be made
 */
export async function serveGpu(
  connect: () => Connection | { readonly reason: EngineReason },
): Promise<GpuServer> {
  const token = randomBytes(TOKEN_BYTES)
  const accept = async (socket: LocalSocket): Promise<void> => {
    const bytes = createByteReader(socket)
    const shown = await bytes.read(TOKEN_BYTES).catch(() => null)
    if (shown === null || !timingSafeEqual(shown, token)) {
      socket.destroy()
      return
    }
    const client = socketConnection(socket, bytes)
    const page = connect()
    if (!('reason' in page)) return joinConnections(client, page)
    client.send({ type: 'no_device', reason: page.reason } satisfies DeviceGreeting)
    client.close()
  }

  const place = makePlace()
  const server = await listenLocally(place.path, (socket) => void accept(socket)).catch((error: unknown) => {
    place.remove()
    throw error
  })
  return {
    address: formatGpuAddress({ path: place.path, token }),
    close() {
      server.close()
      place.remove()
    },
  }
}

/** A socket in a folder that only this user can enter; Windows has its pipes in a place of their own. */
function makePlace(): { readonly path: string; remove(): void } {
  if (process.platform === 'win32')
    return { path: `\\\\.\\pipe\\plateau-gpu-${randomBytes(TOKEN_BYTES).toString('hex')}`, remove: () => {} }
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plateau-gpu-'))
  return {
    path: path.join(folder, 'socket'),
    remove: () => fs.rmSync(folder, { recursive: true, force: true }),
  }
}
