import type { EngineReason } from '../../src-shared/domain/compute.ts'
import type { Engine } from '../nn/engine.ts'
import type { Connection } from '../nn/engines/remote/connection.ts'
import { createRemoteEngine } from '../nn/engines/remote/engine.ts'
import { deviceGreeting } from '../nn/engines/remote/messages.ts'
import type { WebGpuAdapter } from '../nn/engines/webgpu/adapter.ts'
import type { GruConfig } from '../nn/layout.ts'
import type { Loss } from '../nn/losses/loss.ts'
import { socketConnection } from './frames.ts'
import { connectLocally } from './localSocket.ts'

/**
 * The GPU page of the desktop app (docs/decisions/0007-gpu-in-a-page.md), as the app's other processes reach it: one
 * connection for one engine.
 */

/** A driver may take long over its first device; past this it hangs. */
const GREETING_WITHIN_MS = 20_000

/** Bytes of the token that a client shows first. */
export const TOKEN_BYTES = 16

/** Where the page's socket is, and what opens it. */
export interface GpuAddress {
  readonly path: string
  readonly token: Buffer
}

/** As PLATEAU_GPU holds it: the token in hexadecimal, then the path. */
export function formatGpuAddress({ path, token }: GpuAddress): string {
  return `${token.toString('hex')}${path}`
}

/** The page of the app that started this process; null where no app did. */
export function gpuAddress(text: string = process.env['PLATEAU_GPU'] ?? ''): GpuAddress | null {
  if (text === '') return null
  return { token: Buffer.from(text.slice(0, 2 * TOKEN_BYTES), 'hex'), path: text.slice(2 * TOKEN_BYTES) }
}

/** A WebGPU device, here or in the page, or why there is none. */
export type GpuAccess =
  | {
      readonly adapter: WebGpuAdapter
      /** Its one engine. @throws PlateauError usage for loss or dropout */
      open(config: GruConfig, options: { readonly loss: Loss }): Engine
      /** Instead of opening an engine. */
      close(): void
    }
  | { readonly adapter: null; readonly reason: EngineReason }

/** Connect to the page. Never rejects. */
export async function connectGpuPage({ path, token }: GpuAddress): Promise<GpuAccess> {
  const socket = connectLocally(path)
  socket.write(token)
  const connection = socketConnection(socket)
  const greeting = await firstMessage(connection)
  if (greeting.type === 'device') {
    return {
      adapter: { description: greeting.description, software: greeting.software },
      open(config, options) {
        try {
          return createRemoteEngine('webgpu', connection, config, options)
        } catch (error) {
          connection.close()
          throw error
        }
      },
      close: () => connection.close(),
    }
  }
  connection.close()
  return { adapter: null, reason: greeting.reason }
}

function firstMessage(connection: Connection) {
  const none = (code: EngineReason['code'], values: EngineReason['values'] = {}) =>
    ({ type: 'no_device', reason: { code, values } }) as const
  return new Promise<ReturnType<typeof deviceGreeting.parse>>((resolve) => {
    const timer = setTimeout(
      () => resolve(none('page_silent', { seconds: String(GREETING_WITHIN_MS / 1000) })),
      GREETING_WITHIN_MS,
    )
    connection.onClose(() => {
      clearTimeout(timer)
      resolve(none('page_unreachable'))
    })
    connection.listen((message) => {
      clearTimeout(timer)
      resolve(deviceGreeting.parse(message))
    })
  })
}
