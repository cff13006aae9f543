import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Transport } from '../../../src-shared/contract/protocol.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import type { ByteReader } from '../../compute/frames.ts'
import type { Socket } from './tcp.ts'
import { decodeValue, encodeValue } from './values.ts'

/** Far above any result or report; what says that it is longer is no frame. */
export const LONGEST_FRAME = 2 ** 28
/** Of what the other end has not taken yet: one that takes nothing any more is let go. */
const LONGEST_BACKLOG = 2 * LONGEST_FRAME
const HEADER_BYTES = 4
const MAC_BYTES = 32

/** How often an end says that it is there, and how long the other one may be silent, in ms. */
export interface Pulse {
  readonly beat: number
  readonly silence: number
}
const PULSE: Pulse = { beat: 5_000, silence: 30_000 }

/**
 * Messages over a socket whose two ends have shown each other the token: the length of the message in 32 bits, little-endian, the
 * message (values.ts), and the HMAC-SHA256 of the frame's number and message under the key of the direction. A frame that was changed, left out,
 * repeated or put in by someone else ends the connection before it is read; so does one that is too long or malformed, and silence.
 * @param bytes what the socket reads, from the first frame on
 */
export function socketTransport(
  socket: Socket,
  bytes: ByteReader,
  keys: { readonly send: Buffer; readonly receive: Buffer },
  pulse: Pulse = PULSE,
): Transport {
  const messageListeners: ((message: unknown) => void)[] = []
  const closeListeners: (() => void)[] = []
  let sent = 0n
  let closed = false
  // Reading and writing end with it; without a listener it would end the process.
  socket.on('error', () => {})
  socket.setNoDelay(true)

  const close = (): void => {
    if (closed) return
    closed = true
    clearInterval(heart)
    // What was sent last still goes out.
    socket.destroySoon()
    for (const listener of closeListeners) listener()
  }
  const write = (message: Buffer): void => {
    if (closed || !socket.writable) return
    socket.cork()
    for (const part of encodeFrame(keys.send, sent++, message)) socket.write(part)
    socket.uncork()
    if (socket.writableLength > LONGEST_BACKLOG) socket.destroy()
  }

  let [heard, beatsUnheard] = [socket.bytesRead, 0]
  const heart = setInterval(() => {
    beatsUnheard = socket.bytesRead === heard ? beatsUnheard + 1 : 0
    heard = socket.bytesRead
    if (beatsUnheard * pulse.beat >= pulse.silence) socket.destroy()
    else write(Buffer.alloc(0))
  }, pulse.beat).unref()

  const receive = async (): Promise<void> => {
    try {
      for (let number = 0n; ; number++) {
        const header = await bytes.read(HEADER_BYTES)
        if (header === null) return
        const length = header.readUInt32LE()
        if (length > LONGEST_FRAME) return
        const frame = await bytes.read(length + MAC_BYTES)
        if (frame === null) return
        const message = frame.subarray(0, length)
        if (!timingSafeEqual(frame.subarray(length), mac(keys.receive, number, message))) return
        // An empty one is the other end's pulse.
        if (length > 0) {
          const value = decodeValue(message)
          for (const listener of messageListeners) listener(value)
        }
      }
    } catch {
      // Cut off or malformed: whatever it was, this connection is over.
    } finally {
      close()
    }
  }

  return {
    send(message) {
      const encoded = encodeValue(message)
      if (encoded.length > LONGEST_FRAME)
        throw new PlateauError('contract_violation', `A message of ${encoded.length} bytes is too long.`)
      write(encoded)
    },
    onMessage(listener) {
      messageListeners.push(listener)
      if (messageListeners.length === 1) void receive()
    },
    onClose(listener) {
      if (closed) listener()
      else closeListeners.push(listener)
    },
    close,
  }
}

/** The parts of the frame `number`, counted from 0, in the direction of `key`. */
export function encodeFrame(key: Buffer, number: bigint, message: Buffer): Buffer[] {
  const header = Buffer.alloc(HEADER_BYTES)
  header.writeUInt32LE(message.length)
  return [header, message, mac(key, number, message)]
}

function mac(key: Buffer, number: bigint, message: Buffer): Buffer {
  const place = Buffer.alloc(8)
  place.writeBigUInt64LE(number)
  return createHmac('sha256', key).update(place).update(message).digest()
}
