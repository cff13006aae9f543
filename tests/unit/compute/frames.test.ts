import net, { type Socket } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import v8 from 'node:v8'
import { afterEach, describe, expect, it } from 'vitest'
import { createByteReader, serialize, socketConnection } from '../../../src-main/compute/frames.ts'
import { createRandom } from '../../../src-shared/random.ts'

const opened: (() => void)[] = []
afterEach(() => {
  for (const close of opened.splice(0)) close()
})

/** Two ends of a real socket. */
async function socketPair(): Promise<[Socket, Socket]> {
  const place =
    process.platform === 'win32'
      ? `\\\\.\\pipe\\plateau-frames-${process.pid}-${opened.length}`
      : path.join(os.tmpdir(), `plateau-frames-${process.pid}-${opened.length}`)
  const server = net.createServer()
  await new Promise<void>((resolve) => server.listen(place, resolve))
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve))
  const left = net.connect(place)
  const right = await accepted
  server.close()
  opened.push(() => [left, right].forEach((socket) => socket.destroy()))
  return [left, right]
}

/** What arrives at `socket`, and whether that has ended. */
function received(socket: Socket) {
  const messages: unknown[] = []
  const connection = socketConnection(socket)
  const ended = new Promise<void>((resolve) => connection.onClose(resolve))
  connection.listen((message) => messages.push(message))
  return { messages, ended, connection }
}

function frame(message: unknown): Buffer {
  const body = v8.serialize(message)
  const header = Buffer.alloc(4)
  header.writeUInt32LE(body.length)
  return Buffer.concat([header, body])
}

const messages = [
  { type: 'first', values: Float64Array.from({ length: 40_000 }, (_, i) => i / 7) },
  { type: 'second', single: Float32Array.of(0.1, NaN, -0), none: null, left: undefined },
  { type: 'third', values: new Float64Array(0) },
]

describe('messages over a socket', () => {
  it('are written in the format that the oldest V8 of the app reads', () => {
    for (const message of messages) {
      expect([...serialize(message).subarray(0, 2)]).toEqual([0xff, 15])
      expect(v8.deserialize(serialize(message))).toEqual(message)
    }
  })

  it('arrive as they were sent, in order, and before the end', async () => {
    const [left, right] = await socketPair()
    const sender = socketConnection(left)
    const { messages: arrived, ended } = received(right)
    for (const message of messages) sender.send(message)
    sender.close()
    await ended
    expect(arrived).toEqual(messages)
    // Without effect.
    sender.send('late')
  })

  it('arrive however the stream is cut', async () => {
    const bytes = Buffer.concat(messages.map(frame))
    const random = createRandom(1)
    for (let round = 0; round < 5; round++) {
      const [left, right] = await socketPair()
      left.setNoDelay(true)
      const { messages: arrived, ended } = received(right)
      let at = 0
      while (at < bytes.length) {
        const end = at + 1 + random.below(round === 0 ? 7 : 100_000)
        // The first frame's head comes byte by byte, the rest in pieces.
        const piece = bytes.subarray(at, at < 10 ? at + 1 : Math.max(end, at + bytes.length / 20))
        await new Promise<void>((resolve) => left.write(piece, () => setImmediate(resolve)))
        at += piece.length
      }
      left.end()
      await ended
      expect(arrived).toEqual(messages)
    }
  })

  it('go to one listener after the other', async () => {
    const [left, right] = await socketPair()
    const connection = socketConnection(right)
    const first = new Promise((resolve) => connection.listen(resolve))
    left.write(frame('first'))
    expect(await first).toBe('first')
    const second = new Promise((resolve) => connection.listen(resolve))
    left.write(frame('second'))
    expect(await second).toBe('second')
  })

  const broken: Record<string, Buffer> = {
    'a length beyond all messages': Buffer.from([0xff, 0xff, 0xff, 0xff, 1, 2, 3]),
    'a frame that is no message': Buffer.concat([Buffer.from([5, 0, 0, 0]), Buffer.from('hello')]),
    'an empty frame': Buffer.from([0, 0, 0, 0]),
    'an end within a header': Buffer.from([5, 0]),
    'an end within a frame': frame('cut off').subarray(0, -3),
  }
  for (const [title, bytes] of Object.entries(broken)) {
    it(`end with ${title}`, async () => {
      const [left, right] = await socketPair()
      const closed = new Promise((resolve) => left.once('close', resolve))
      const { messages: arrived, ended } = received(right)
      left.write(Buffer.concat([frame('whole'), bytes]))
      if (title.startsWith('an end')) left.end()
      await ended
      expect(arrived).toEqual(['whole'])
      await closed
    })
  }

  it('end when a listener throws', async () => {
    const [left, right] = await socketPair()
    const connection = socketConnection(right)
    const ended = new Promise<void>((resolve) => connection.onClose(resolve))
    connection.listen(() => {
      throw new Error('refused')
    })
    left.write(frame('anything'))
    await ended
    // Also for who asks afterwards.
    await new Promise<void>((resolve) => connection.onClose(resolve))
  })

  it('end on both sides when the other is gone', async () => {
    const [left, right] = await socketPair()
    const { ended, connection } = received(right)
    left.destroy()
    await ended
    connection.send(new Float64Array(1e6))
    connection.close()
  })
})

it('a byte reader gives pieces of the lengths asked for', async () => {
  async function* chunks() {
    for (const text of ['a', 'bcd', 'efghij']) yield Buffer.from(text)
  }
  const bytes = createByteReader(chunks())
  const lengths = [2, 0, 5, 3]
  const pieces: string[] = []
  for (const length of lengths) pieces.push((await bytes.read(length))!.toString())
  expect(pieces).toEqual(['ab', '', 'cdefg', 'hij'])
  expect(await bytes.read(1)).toBeNull()
})
