import type { ChildProcess } from 'node:child_process'
import type { Transport } from '../../src-shared/contract/protocol.ts'
import { PlateauError } from '../../src-shared/errors.ts'
import { socketConnection } from '../compute/frames.ts'
import { inheritedSocket, type LocalSocket } from '../compute/localSocket.ts'

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

/** Of a process that serves its parent: the descriptor of the channel, a pipe of both directions. */
export const CHANNEL = 3

/** The channel to a child process, which was started with a pipe as its descriptor CHANNEL. */
export function childTransport(child: ChildProcess): Transport {
  return socketTransport(child.stdio[CHANNEL] as LocalSocket)
}

/**
 * The service process's end of the channel to whatever started it.
 * @throws PlateauError internal when the process was started without one
 */
export function parentTransport(): Transport {
  try {
    return socketTransport(inheritedSocket(CHANNEL))
  } catch (error) {
    throw new PlateauError('internal', 'The service process was started without a channel to its parent.', {
      cause: error,
    })
  }
}

/** Not Node's own channel between processes: its format is that of the sender's V8, which another may not read. */
function socketTransport(socket: LocalSocket): Transport {
  const { send, listen, onClose, close } = socketConnection(socket)
  return { send, onMessage: listen, onClose, close }
}
