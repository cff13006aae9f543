import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { createByteReader } from '../../../src-main/compute/frames.ts'
import { connectServer } from '../../../src-main/host/remote/connect.ts'
import {
  answerChallenge,
  checkAnswer,
  checkVerdict,
  createChallenge,
  createVerdict,
  frameKeys,
} from '../../../src-main/host/remote/handshake.ts'
import { parseToken, readToken, writeNewToken } from '../../../src-main/host/remote/token.ts'
import { socketTransport } from '../../../src-main/host/remote/transport.ts'
import { decodeValue, encodeValue } from '../../../src-main/host/remote/values.ts'
import { contractVersion } from '../../../src-main/host/remote/version.ts'
import { serverContract } from '../../../src-shared/contract/index.ts'
import {
  formatServerAddress,
  isLoopback,
  parseServerAddress,
} from '../../../src-shared/domain/serverAddress.ts'
import { procedure } from '../../../src-shared/contract/protocol.ts'
import { z } from 'zod'

const folder = mkdtempSync(join(tmpdir(), 'plateau-remote-'))
afterAll(() => rmSync(folder, { recursive: true }))
const TOKEN = 'a token of at least thirty-two characters'.replaceAll(' ', '-')

describe('values as bytes', () => {
  const arrays = fc.oneof(
    fc.uint8Array(),
    fc.int8Array(),
    fc.int32Array(),
    fc.float32Array(),
    fc.float64Array({ minLength: 1 }),
  )
  const value = fc.anything({
    values: [
      fc.boolean(),
      fc.double(),
      fc.integer(),
      fc.constantFrom(
        null,
        '',
        '\0',
        '\0u',
        '\0n1',
        '\0aUint8Array:0:1',
        '__proto__',
        -0,
        NaN,
        Infinity,
        -Infinity,
      ),
      fc.string({ unit: 'binary' }),
      arrays,
    ],
  })

  it('are the same afterwards, typed arrays among them', () => {
    fc.assert(
      fc.property(value, (given) => {
        expect(decodeValue(encodeValue(given))).toEqual(given)
      }),
      { numRuns: 2_000, seed: 1 },
    )
  })

  it('keep what JSON would change', () => {
    const given = {
      nan: NaN,
      minus: -0,
      list: [1, NaN, -0, '\0n1'],
      bytes: Buffer.from('abc'),
      gone: undefined,
    }
    const told = decodeValue(encodeValue(given)) as typeof given
    expect(told).toEqual({ ...given, bytes: new Uint8Array([97, 98, 99]) })
    expect(Object.is(told.minus, -0)).toBe(true)
    // A part of a larger array, at an odd place.
    const part = new Float64Array([1, 2, 3]).subarray(1)
    expect(decodeValue(encodeValue(['x', new Uint8Array(1), part]))).toEqual(['x', new Uint8Array(1), part])
  })

  it.each([
    [() => 1],
    [Symbol('x')],
    [1n],
    [new Date()],
    [new Map()],
    [new Set()],
    [/x/],
    [new DataView(new ArrayBuffer(1))],
  ])('refuse %s', (given) => {
    expect(() => encodeValue({ given })).toThrow()
    expect(() => encodeValue([given])).toThrow()
  })

  it('are never made of anything else', () => {
    const json = (text: string, behind = Buffer.alloc(0)): Buffer => {
      const header = Buffer.alloc(4)
      header.writeUInt32LE(Buffer.byteLength(text))
      return Buffer.concat([header, Buffer.from(text), behind])
    }
    const array = (place: string): Buffer => json(JSON.stringify(`\0a${place}`), Buffer.alloc(16))
    expect(decodeValue(array('Float64Array:8:8'))).toEqual(new Float64Array(1))
    for (const place of [
      'Float64Array:8:9',
      'Float64Array:8:16',
      'Uint8Array:-1:4',
      'Uint8Array:0:1e9',
      'Object:0:1',
    ])
      expect(() => decodeValue(array(place)), place).toThrow()
    for (const text of ['', '{', '"\\u0000x"', '"\\u0000"'])
      expect(() => decodeValue(json(text)), text).toThrow()
    expect(() => decodeValue(Buffer.from([255, 255, 255, 255]))).toThrow()
    expect(() => decodeValue(Buffer.alloc(0))).toThrow()
    expect(Object.getPrototypeOf(decodeValue(json('{"__proto__":{"x":1}}')))).toBe(Object.prototype)
  })
})

describe('the handshake', () => {
  it('convinces both ends of each other, and gives them the same keys', () => {
    const challenge = createChallenge()
    const answer = answerChallenge(challenge, TOKEN, '1.2.3-abc')!
    expect(checkAnswer(challenge, answer, TOKEN)).toEqual({ version: '1.2.3-abc' })
    const verdict = createVerdict(challenge, answer, TOKEN, 'another version', '1.2.4-def')
    expect(checkVerdict(challenge, answer, verdict, TOKEN)).toEqual({
      verdict: 'another version',
      version: '1.2.4-def',
    })
    const { toServer, toClient } = frameKeys(challenge, answer, TOKEN)
    expect(toServer.equals(toClient)).toBe(false)
    expect(frameKeys(createChallenge(), answer, TOKEN).toServer.equals(toServer)).toBe(false)
  })

  it('takes no message of which a single bit was changed', () => {
    const challenge = createChallenge()
    const answer = answerChallenge(challenge, TOKEN, '1')!
    const verdict = createVerdict(challenge, answer, TOKEN, 'welcome', '1')
    const flipped = (bytes: Buffer, bit: number): Buffer => {
      const copy = Buffer.from(bytes)
      copy[bit >> 3] ^= 1 << (bit & 7)
      return copy
    }
    for (let bit = 0; bit < 8 * answer.length; bit++)
      expect(checkAnswer(challenge, flipped(answer, bit), TOKEN)).toBeNull()
    for (let bit = 0; bit < 8 * challenge.length; bit++)
      expect(checkAnswer(flipped(challenge, bit), answer, TOKEN)).toBeNull()
    for (let bit = 0; bit < 8 * verdict.length; bit++)
      expect(checkVerdict(challenge, answer, flipped(verdict, bit), TOKEN)).toBeNull()
    // Neither end's proof does for the other's.
    expect(checkVerdict(challenge, answer, answer.subarray(0, verdict.length), TOKEN)).toBeNull()
  })
})

describe('a client', () => {
  it('refuses a server that does not know the token, and what is no server of ours', async () => {
    const say = async (first: Buffer, second: Buffer) => {
      const impostor = net.createServer((socket) => {
        socket.on('error', () => {})
        socket.write(first)
        socket.once('data', () => socket.end(second))
      })
      await new Promise<void>((resolve) => impostor.listen(0, '127.0.0.1', resolve))
      const { port } = impostor.address() as net.AddressInfo
      const outcome = await connectServer({ host: '127.0.0.1', port }, TOKEN, '1').catch(
        (error: unknown) => error,
      )
      impostor.close()
      return outcome
    }
    expect(await say(createChallenge(), randomBytes(81))).toMatchObject({
      code: 'server_refused',
      message: expect.stringContaining('does not know the token'),
    })
    expect(
      await say(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'.padEnd(40)), Buffer.alloc(0)),
    ).toMatchObject({
      code: 'server_refused',
      message: expect.stringContaining('no Plateau server'),
    })
    expect(
      await connectServer({ host: '127.0.0.1', port: 1 }, TOKEN, '1').catch((e: unknown) => e),
    ).toMatchObject({
      code: 'server_unreachable',
    })
  })
})

describe('a connection', () => {
  it('ends when the other end is silent, and lives while it beats', async () => {
    const keys = { send: Buffer.alloc(32, 1), receive: Buffer.alloc(32, 1) }
    const pulse = { beat: 20, silence: 100 }
    /** One that beats, and one that only takes what is sent. */
    const ends: Promise<unknown>[] = []
    const server = net.createServer((socket) => {
      if (ends.length === 0)
        socketTransport(socket, createByteReader(socket), keys, pulse).onMessage(() => {})
      else socket.resume()
      ends.push(new Promise((resolve) => socket.once('close', resolve)))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as net.AddressInfo
    const open = async () => {
      const socket = net.connect(port, '127.0.0.1')
      await new Promise((resolve) => socket.once('connect', resolve))
      const transport = socketTransport(socket, createByteReader(socket), keys, pulse)
      transport.onMessage(() => {})
      return { transport, closed: new Promise<void>((resolve) => transport.onClose(resolve)) }
    }
    const beating = await open()
    let over = false
    void beating.closed.then(() => (over = true))
    const silent = await open()
    await silent.closed
    expect(over).toBe(false)
    beating.transport.close()
    await Promise.all([...ends, beating.closed])
    server.close()
  })
})

describe('a token', () => {
  it('is random, in a new file of its owner alone', () => {
    const files = [join(folder, 'a'), join(folder, 'b')]
    files.forEach(writeNewToken)
    const [a, b] = files.map(readToken)
    expect(a).toMatch(/^[\w-]{43}$/)
    expect(a).not.toBe(b)
    if (process.platform !== 'win32') expect(statSync(files[0]).mode & 0o777).toBe(0o600)
    expect(() => writeNewToken(files[0])).toThrow(expect.objectContaining({ code: 'file_exists' }))
    expect(readToken(files[0])).toBe(a)
    // Nor through a link that leads elsewhere.
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'link'))
    expect(() => writeNewToken(join(folder, 'link'))).toThrow(
      expect.objectContaining({ code: 'file_exists' }),
    )
    expect(existsSync(join(folder, 'elsewhere'))).toBe(false)
  })

  it.skipIf(process.platform === 'win32')('in a file that others can read is refused', () => {
    const file = join(folder, 'open')
    writeFileSync(file, TOKEN)
    for (const mode of [0o640, 0o604, 0o620, 0o610, 0o644, 0o666]) {
      chmodSync(file, mode)
      const thrown = (() => {
        try {
          return readToken(file)
        } catch (error) {
          return error
        }
      })()
      expect(thrown, mode.toString(8)).toMatchObject({ code: 'usage', place: { file } })
      expect(JSON.stringify(thrown)).not.toContain(TOKEN)
    }
    chmodSync(file, 0o400)
    expect(readToken(file)).toBe(readFileSync(file, 'utf8'))
  })

  it.each(['', 'x'.repeat(31), `${'x'.repeat(20)} ${'x'.repeat(20)}`, 'é'.repeat(40), 'x'.repeat(513)])(
    'is not %j',
    (text) => {
      const place = { file: 'token' }
      expect(() => parseToken(text, place)).toThrow(expect.objectContaining({ code: 'usage', place }))
    },
  )
})

describe('the version of a contract', () => {
  it('changes with any of its schemas', () => {
    const one = { a: procedure(z.object({ x: z.int() }), z.string()) }
    const other = { a: procedure(z.object({ x: z.int().min(1) }), z.string()) }
    expect(contractVersion(one)).toBe(contractVersion({ ...one }))
    expect(contractVersion(one)).not.toBe(contractVersion(other))
    expect(contractVersion(serverContract)).toMatch(/^\d+\.\d+\.\d+\S*-[\da-f]{12}$/)
    expect(contractVersion(serverContract).length).toBeLessThanOrEqual(48)
  })
})

describe('a server’s address', () => {
  it.each([
    ['127.0.0.1:7420', '127.0.0.1', 7420, true],
    [' gpu-1.example.com:65535 ', 'gpu-1.example.com', 65535, false],
    ['[::1]:80', '::1', 80, true],
    ['localhost:1', 'localhost', 1, true],
    ['127.evil.com:1', '127.evil.com', 1, false],
  ])('%s', (text, host, port, loopback) => {
    const address = parseServerAddress(text)!
    expect(address).toEqual({ host, port })
    expect(formatServerAddress(address)).toBe(text.trim())
    expect(isLoopback(host)).toBe(loopback)
  })

  it.each([
    '',
    'host',
    'host:',
    ':80',
    'host:0',
    'host:65536',
    'http://host:80',
    '::1:80',
    'a b:80',
    '[::1]80',
  ])('is not %j', (text) => expect(parseServerAddress(text)).toBeNull())
})
