/** One end of a two-way, ordered channel for messages of plain data and typed arrays. */
export interface Connection {
  /** Without effect once the connection is closed. */
  send(message: unknown): void
  /** Take messages from now on, one listener at a time; a listener that throws ends the connection. */
  listen(listener: (message: unknown) => void): void
  /** Called once, whichever end closed the connection; at once where that has happened already. */
  onClose(listener: () => void): void
  /** What was sent before still arrives. */
  close(): void
}

/** What the message ports of a page, of Node and of Electron's main process share once they are adapted to it. */
export interface Port {
  postMessage(message: unknown): void
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
  addEventListener(type: 'close', listener: () => void): void
  /** Messages wait until then. */
  start(): void
  close(): void
}

export function portConnection(port: Port): Connection {
  const closeListeners: (() => void)[] = []
  let listening: ((message: unknown) => void) | null = null
  let closed = false
  const end = (): void => {
    if (closed) return
    closed = true
    for (const listener of closeListeners) listener()
  }
  const close = (): void => {
    port.close()
    end()
  }
  port.addEventListener('close', end)
  port.addEventListener('message', ({ data }) => {
    try {
      listening?.(data)
    } catch {
      close()
    }
  })
  return {
    send(message) {
      if (!closed) port.postMessage(message)
    },
    listen(listener) {
      listening = listener
      port.start()
    },
    onClose(listener) {
      if (closed) listener()
      else closeListeners.push(listener)
    },
    close,
  }
}

/** Pass on everything between two connections; when one closes, so does the other. */
export function joinConnections(one: Connection, other: Connection): void {
  one.listen((message) => other.send(message))
  other.listen((message) => one.send(message))
  one.onClose(() => other.close())
  other.onClose(() => one.close())
}
