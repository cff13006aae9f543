import v8 from 'node:v8'
import { PlateauError } from '../../src-shared/errors.ts'
import type { Connection } from '../nn/engines/remote/connection.ts'
import type { LocalSocket } from './localSocket.ts'

/** Far above any cross-section; a length beyond it is no length. */
const LONGEST_FRAME = 2 ** 30
const HEADER_BYTES = 4

/**
 * V8's mark and the version of its format that messages are written in. A V8 reads older versions and no newer one, and the
 * Electron of the shell has a newer V8 than the Node of the other processes. Version 16 differs from 15 in array buffers only,
 * which Node's serializer writes in a way of its own.
 */
const FORMAT = Buffer.of(0xff, 15)

/** As v8.serialize, in a version that every process of the app reads. */
export function serialize(message: unknown): Buffer {
  const serializer = new v8.DefaultSerializer()
  serializer.writeRawBytes(FORMAT)
  serializer.writeValue(message)
  return serializer.releaseBuffer()
}

/** Reads a stream of bytes in pieces of known lengths. */
export interface ByteReader {
  /** The next `length` bytes; null when the stream has ended before the first of them. */
  read(length: number): Promise<Buffer | null>
}

export function createByteReader(stream: AsyncIterable<Buffer>): ByteReader {
  const chunks = stream[Symbol.asyncIterator]()
  let rest: Buffer = Buffer.alloc(0)
  return {
    async read(length) {
      const bytes = Buffer.allocUnsafe(length)
      let filled = 0
      for (;;) {
        const taken = rest.copy(bytes, filled)
        rest = rest.subarray(taken)
        filled += taken
        if (filled === length) return bytes
        const { done, value } = await chunks.next()
        if (done === true) {
          if (filled === 0) return null
          throw new PlateauError('contract_violation', 'The connection ended within a message.')
        }
        rest = value
      }
    },
  }
}

/** Messages over a socket: the length in 32 bits, little-endian, then the message as `serialize` writes it. */
export function socketConnection(
  socket: LocalSocket,
  bytes: ByteReader = createByteReader(socket),
): Connection {
  const closeListeners: (() => void)[] = []
  let listening: ((message: unknown) => void) | null = null
  let closed = false
  // Reading and writing end with it; without a listener it would end the process.
  socket.on('error', () => {})

  const receive = async (): Promise<void> => {
    try {
      for (;;) {
        const header = await bytes.read(HEADER_BYTES)
        if (header === null) return
        const length = header.readUInt32LE()
        if (length > LONGEST_FRAME) throw tooLong(length)
        const frame = await bytes.read(length)
        if (frame === null) return
        listening?.(v8.deserialize(frame))
      }
    } catch {
      // Cut off, malformed or refused by the listener: whatever it was, this connection is over.
    } finally {
      // Not on the socket's own event, which may come before the last messages have been handed on.
      socket.destroySoon()
      closed = true
      for (const listener of closeListeners) listener()
    }
  }

  return {
    send(message) {
      if (closed || !socket.writable) return
      const frame = serialize(message)
      if (frame.length > LONGEST_FRAME) throw tooLong(frame.length)
      const header = Buffer.alloc(HEADER_BYTES)
      header.writeUInt32LE(frame.length)
      socket.cork()
      socket.write(header)
      socket.write(frame)
      socket.uncork()
    },
    listen(listener) {
      const first = listening === null
      listening = listener
      if (first) void receive()
    },
    onClose(listener) {
      if (closed) listener()
      else closeListeners.push(listener)
    },
    close: () => socket.destroySoon(),
  }
}

function tooLong(bytes: number): PlateauError {
  return new PlateauError('contract_violation', `A message of ${bytes} bytes is too long.`)
}
