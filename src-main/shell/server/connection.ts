import { type HostContract, serverContract } from '../../../src-shared/contract/index.ts'
import type { Transport } from '../../../src-shared/contract/protocol.ts'
import type { ServerState } from '../../../src-shared/contract/server.ts'
import { formatServerAddress, type ServerAddress } from '../../../src-shared/domain/serverAddress.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { failure } from '../../../src-shared/failure.ts'
import { serverErrors } from '../../../src-shared/locales/errors/server.ts'
import { connectServer } from '../../host/remote/connect.ts'
import { contractVersion } from '../../host/remote/version.ts'
import { createHostLink, type HostLink, type HostProcess } from '../hostLink.ts'
import type { HostSwitch } from '../hostSwitch.ts'
import { connectingProcess } from './process.ts'

/** Which server the app is connected to, if to any: the host's switch is led there and back. */
export interface ServerConnection {
  /** Resolves when the switch leads there. Errors: server_unreachable, server_refused. */
  connect(address: ServerAddress, token: string): Promise<void>
  /** Back to the host of this machine. */
  disconnect(): Promise<void>
  state(): ServerState
  onChange(listener: (state: ServerState) => void): () => void
  /** Throws local_only while the project is on a server. */
  requireLocal(): void
}

/** Between attempts to connect again, in ms; the last one from then on. */
const WAITS_MS = [250, 500, 1_000, 2_000, 5_000, 10_000]

/** @param host leads to the host of this machine when it is handed over */
export function createServerConnection(host: HostSwitch<HostContract>): ServerConnection {
  const local = host.current
  /** Known when it is first needed: it takes a moment. */
  let version: string | null = null
  const listeners = new Set<(state: ServerState) => void>()
  let state: ServerState = null

  const change = (next: ServerState): void => {
    state = next
    for (const listener of listeners) listener(state)
  }
  const leave = async (): Promise<void> => {
    if (host.current === local) return
    const left = host.current
    host.use(local)
    change(null)
    await left.close()
  }

  return {
    async connect(address, token) {
      version ??= contractVersion(serverContract)
      const spoken = version
      let first: Transport | null = await connectServer(address, token, spoken)
      await leave()
      let attempts = 0
      let refusal: PlateauError | null = null
      const update = (connected: boolean): void => {
        // Unless another connection, or none, has taken its place.
        if (host.current === link)
          change({
            address: formatServerAddress(address),
            connected,
            attempts,
            error: refusal?.toData() ?? null,
          })
      }
      const launch = (): HostProcess => {
        const connecting = first === null ? connectServer(address, token, spoken) : Promise.resolve(first)
        first = null
        connecting.then(
          () => {
            attempts = 0
            refusal = null
            update(true)
          },
          (error: unknown) => (refusal = PlateauError.from(error)),
        )
        return connectingProcess(() => connecting)
      }
      const next = (): number => {
        const wait = WAITS_MS[Math.min(attempts++, WAITS_MS.length - 1)]
        update(false)
        return wait
      }
      const link = withoutPaths(createHostLink<HostContract>(launch, { next, lost: connectionLost }))
      host.use(link)
    },
    disconnect: leave,
    state: () => state,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    requireLocal() {
      if (state !== null) throw localOnly()
    },
  }
}

/** A path of this machine says nothing on another one. */
function withoutPaths(link: HostLink<HostContract>): HostLink<HostContract> {
  return {
    ...link,
    call: (name, ...rest) =>
      Object.hasOwn(serverContract, name) ? link.call(name, ...rest) : Promise.reject(localOnly()),
  }
}

const localOnly = (): PlateauError => failure(serverErrors.localOnly, {})

const connectionLost = (): PlateauError => failure(serverErrors.connectionLost, {})
