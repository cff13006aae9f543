import type { ChildProcess } from 'node:child_process'
import type { Transport, WireMessage } from '../../src-shared/contract/protocol.ts'
import { PlateauError } from '../../src-shared/errors.ts'

/** Two connected ends in one process. Messages are cloned and delivered later, as between processes. */
export function memoryPair(): [Transport, Transport] {
  const left = createEnd()
  const right = createEnd()
  let open = true
  const close = (): void => {
    if (!open) return
    open = false
    for (const end of [left, right]) for (const listener of end.closeListeners) listener()
  }
  const transport = (own: End, peer: End): Transport => ({
    send(message) {
      if (!open) return
      const copy = structuredClone(message)
      setImmediate(() => {
        if (open) for (const listener of peer.messageListeners) listener(copy)
      })
    },
    onMessage: (listener) => own.messageListeners.push(listener),
    onClose: (listener) => own.closeListeners.push(listener),
    close,
  })
  return [transport(left, right), transport(right, left)]
}

interface End {
  readonly messageListeners: ((message: unknown) => void)[]
  readonly closeListeners: (() => void)[]
}

const createEnd = (): End => ({ messageListeners: [], closeListeners: [] })

/** The channel to a child process made by `fork` with serialization 'advanced'. `close` disconnects. */
export function childTransport(child: ChildProcess): Transport {
  return channelTransport(child as Channel)
}

/**
 * The service process's end of the channel to whatever started it: Electron's `process.parentPort` inside a
 * utilityProcess, the fork channel inside a Node process.
 * @throws PlateauError internal when the process was started by neither
 */
export function parentTransport(): Transport {
  const port = (process as { parentPort?: ParentPort }).parentPort
  if (port !== undefined) return portTransport(port)
  if (process.connected) return channelTransport(process as unknown as Channel)
  throw new PlateauError('internal', 'The service process was started without a channel to its parent.')
}

/** What Electron puts on `process` in a utilityProcess; declared here because only the shell knows electron. */
interface ParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): void
}

/** A utilityProcess dies with its parent, so its port never closes while this process lives. */
function portTransport(port: ParentPort): Transport {
  return {
    send: (message) => port.postMessage(message),
    onMessage: (listener) => port.on('message', ({ data }) => listener(data)),
    onClose: () => {},
    close: () => {},
  }
}

/** What a forked process and its parent's handle on it have in common. */
interface Channel {
  readonly connected: boolean
  disconnect(): void
  send(message: WireMessage, onSent: (error: Error | null) => void): boolean
  on(event: 'message', listener: (message: unknown) => void): unknown
  on(event: 'disconnect', listener: () => void): unknown
}

function channelTransport(channel: Channel): Transport {
  return {
    send(message) {
      // The peer may be gone before its 'disconnect' arrives: the callback takes that error, `onClose` reports it.
      if (channel.connected) channel.send(message, () => {})
    },
    onMessage: (listener) => void channel.on('message', listener),
    onClose: (listener) => void channel.on('disconnect', listener),
    close: () => {
      if (channel.connected) channel.disconnect()
    },
  }
}
