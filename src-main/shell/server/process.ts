import type { Transport, WireMessage } from '../../../src-shared/contract/protocol.ts'
import type { HostProcess } from '../hostLink.ts'

/**
 * A connection that is being made, as if it were a started process: what is sent before it is there waits for it, and it
 * ends when it cannot be made or is lost.
 */
export function connectingProcess(connect: () => Promise<Transport>): HostProcess {
  const endListeners: (() => void)[] = []
  const messageListeners: ((message: unknown) => void)[] = []
  const waiting: WireMessage[] = []
  let opened: Transport | null = null
  let over = false

  const end = (): void => {
    if (over) return
    over = true
    for (const listener of endListeners) listener()
  }
  const ready = connect().then((transport) => {
    // Given up meanwhile.
    if (over) return transport.close()
    opened = transport
    for (const listener of messageListeners) transport.onMessage(listener)
    transport.onClose(end)
    for (const message of waiting.splice(0)) transport.send(message)
  })
  ready.catch(end)

  return {
    transport: {
      send(message) {
        if (opened !== null) opened.send(message)
        else if (!over) waiting.push(message)
      },
      onMessage: (listener) => messageListeners.push(listener),
      onClose: (listener) => endListeners.push(listener),
      close: () => (opened === null ? end() : opened.close()),
    },
    ready,
    onExit: (listener) => endListeners.push(listener),
    kill: end,
  }
}
