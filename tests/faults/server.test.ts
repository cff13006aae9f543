import { type ChildProcess, execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import net, { type Socket } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ByteReader, createByteReader } from '../../src-main/compute/frames.ts'
import { type Client, createClient } from '../../src-main/host/client.ts'
import { connectServer } from '../../src-main/host/remote/connect.ts'
import {
  ANSWER_BYTES,
  answerChallenge,
  CHALLENGE_BYTES,
  frameKeys,
  VERDICT_BYTES,
} from '../../src-main/host/remote/handshake.ts'
import { encodeFrame, LONGEST_FRAME, socketTransport } from '../../src-main/host/remote/transport.ts'
import { encodeValue } from '../../src-main/host/remote/values.ts'
import { childTransport } from '../../src-main/host/transports.ts'
import { createHostLink } from '../../src-main/shell/hostLink.ts'
import { createHostSwitch } from '../../src-main/shell/hostSwitch.ts'
import { createServerConnection } from '../../src-main/shell/server/connection.ts'
import { type HostContract, hostContract, serverContract } from '../../src-shared/contract/index.ts'
import type { WireMessage } from '../../src-shared/contract/protocol.ts'
import type { ServerState } from '../../src-shared/contract/server.ts'
import type { StudyEvent } from '../../src-shared/contract/study.ts'
import { reportOptions } from '../../src-shared/domain/reportOptions.ts'
import { createRandom } from '../../src-shared/random.ts'
import { descendants, processes, spawnService } from '../fixtures/processes.ts'
import { endServer, type Server, startServer } from '../fixtures/server.ts'
import { smallStore, smallStudy } from '../fixtures/smallStore.ts'
import { loops, trust } from '../fixtures/trust.ts'

/** A real `plateau serve` on a small store, and what is done to it. */
let store: string
let server: Server
beforeAll(async () => {
  ;({ path: store } = await smallStore())
  server = await startServer(store)
})
afterAll(async () => {
  await endServer(server)
  rmSync(dirname(store), { recursive: true })
})

const CONFIG = {
  ...smallStudy(),
  models: smallStudy().models.slice(0, 1),
  training: { ...smallStudy().training, seeds: [1], engine: 'reference' as const },
  landscape: { ...smallStudy().landscape, resolution: 5, draws: 2 },
}

/** A client over the socket; `close` ends it. */
async function connect(at = server): Promise<{ client: Client<HostContract>; close: () => void }> {
  const transport = await connectServer(at.address, at.token, at.version)
  return { client: createClient<HostContract>(transport), close: () => transport.close() }
}

/** Until the study has ended in `state`, by the events of the client. */
function ending(client: Client<HostContract>, id: () => string, events: StudyEvent[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const end = client.subscribe(
      'studies.events',
      {},
      (event) => {
        events.push(event)
        if (event.type !== 'status' || event.status.id !== id()) return
        if (['queued', 'running'].includes(event.status.state)) return
        end()
        resolve(event.status.state)
      },
      reject,
    )
  })
}

describe('the contract over a socket', () => {
  it('is the contract over the channel of a process', { timeout: 300_000 }, async () => {
    const { client: remote, close } = await connect()
    const events: StudyEvent[] = []
    let id = ''
    const ended = ending(remote, () => id, events)
    ;({ id } = await remote.call('studies.start', { config: CONFIG }))
    expect(await ended).toBe('done')
    const epochs = events.filter(({ type }) => type === 'epoch')
    expect(epochs.length).toBeGreaterThan(0)

    const main = fileURLToPath(new URL('../../src-main/host/main.ts', import.meta.url))
    const child = spawnService(main, ['--user-data', `${store}.host`, '--store', store])
    const channel = childTransport(child)
    const near = createClient<HostContract>(channel)
    const [key] = (await near.call('studies.runs', { id })).map((run) => run.key)
    const [symbol] = (await near.call('data.stocks', {})).symbols
    const options = reportOptions.parse({})
    const questions: [keyof typeof serverContract, unknown][] = [
      ['project.current', {}],
      ['safety.size', {}],
      ['data.stocks', {}],
      ['data.coverage', {}],
      ['data.days', { symbols: [symbol] }],
      ['data.doctor', {}],
      ['data.prices', { symbol }],
      ['data.quarantineReasons', {}],
      ['imports.mappings', {}],
      ['studies.list', {}],
      ['studies.template', {}],
      ['studies.config', { id }],
      ['studies.runs', { id }],
      ['studies.epochs', { id }],
      ['studies.steps', { id, key, column: 'cleanLoss' }],
      ['studies.result', { id }],
      ['studies.convergence', { id }],
      ['studies.compare', { ids: [id] }],
      ['landscapes.list', { studyId: id }],
      ['reports.document', { studyId: id, options }],
    ]
    /** Each with the same words. */
    const refused: [keyof typeof serverContract, unknown][] = [
      ['studies.result', { id: 'none' }],
      ['studies.result', { id: 7 }],
      ['data.prices', { symbol: 'NONE' }],
      ['studies.start', { config: { version: 1 } }],
      ['studies.cancel', {}],
      ['no.procedure' as 'project.current', {}],
    ]
    for (const [name, input] of [...questions, ...refused]) {
      const [here, there] = await Promise.all([outcome(near, name, input), outcome(remote, name, input)])
      expect(there, name).toEqual(here)
      expect('error' in here, `${name} is refused`).toBe(
        !questions.some(([known, asked]) => known === name && asked === input),
      )
    }

    // What takes paths is of the channel alone.
    const withPaths = Object.keys(hostContract).filter((name) => !Object.hasOwn(serverContract, name))
    expect(withPaths).toContain('project.open')
    for (const name of withPaths)
      expect(await outcome(remote, name as 'project.current', { path: store })).toMatchObject({
        error: { code: 'contract_violation' },
      })

    // A call that is given up ends what it started on the server.
    const cancel = new AbortController()
    const compared = remote.call('studies.compare', { ids: [id] }, { signal: cancel.signal })
    await until(() => descendants(server.child.pid!).length > 0)
    cancel.abort()
    await expect(compared).rejects.toMatchObject({ code: 'cancelled' })
    await until(() => descendants(server.child.pid!).length === 0)
    expect(await remote.call('studies.list', {})).toHaveLength(1)

    close()
    channel.close()
    await once(child, 'exit')
    trust('server contract', {
      'answers equal to those over the channel': questions.length,
      'refusals equal to those over the channel': refused.length,
      'epochs told by a stream': epochs.length,
      'procedures with paths refused': withPaths.length,
      'calls cancelled': 1,
    })
  })
})

/** Bytes told as such, whether a Buffer or not. */
async function outcome(client: Client<HostContract>, name: keyof typeof serverContract, input: unknown) {
  try {
    const value: unknown = await client.call(name as 'project.current', input as Record<string, never>)
    return { value: Buffer.isBuffer(value) ? new Uint8Array(value) : value }
  } catch (error) {
    return { error: (error as { toData(): unknown }).toData() }
  }
}

async function until(when: () => boolean): Promise<void> {
  while (!when()) await delay(20)
}

/** A socket to the server, and all that it has said. */
function dial(): { socket: Socket; bytes: ByteReader; closed: Promise<void> } {
  const socket = net.connect(server.address.port, server.address.host)
  socket.on('error', () => {})
  return {
    socket,
    bytes: createByteReader(socket),
    closed: new Promise<void>((resolve) => socket.once('close', () => resolve())),
  }
}

/** A socket that reads what it gets without looking at it, once the challenge has come. */
async function stranger() {
  const socket = net.connect(server.address.port, server.address.host)
  socket.on('error', () => {})
  const chunks: Buffer[] = []
  let wake = (): void => {}
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    wake()
  })
  const closed = new Promise<void>((resolve) =>
    socket.once('close', () => {
      resolve()
      wake()
    }),
  )
  while (Buffer.concat(chunks).length < CHALLENGE_BYTES && !socket.closed)
    await new Promise<void>((resolve) => (wake = resolve))
  return { socket, challenge: Buffer.concat(chunks), said: () => Buffer.concat(chunks), closed }
}

/** A socket whose handshake is done. */
async function acquaintance() {
  const { socket, bytes, closed } = dial()
  const challenge = (await bytes.read(CHALLENGE_BYTES))!
  const answer = answerChallenge(challenge, server.token, server.version)!
  socket.write(answer)
  const verdict = (await bytes.read(VERDICT_BYTES))!
  expect(verdict[0]).toBe(0)
  return { socket, bytes, closed, answer, keys: frameKeys(challenge, answer, server.token) }
}

const WITHOUT_TOKEN = [
  'nothing',
  'random bytes',
  'part of an answer',
  'an answer with a bit changed',
  'an answer with another token',
  'an answer of another connection',
  'an answer of another connection, then a flood',
] as const
const WITH_TOKEN = [
  'part of a frame',
  'a length above the limit',
  'a frame without its MAC',
  'a frame twice',
  'random bytes in a frame',
  'what is no message of the contract',
] as const

describe('a server among strangers', () => {
  const CONNECTIONS = loops({ reduced: 300, full: 10_000 })

  it(
    `answers none of ${CONNECTIONS} that are not what they should be, and goes on`,
    { timeout: 60_000 + CONNECTIONS * 100 },
    async () => {
      const random = createRandom(7)
      const recorded = (await acquaintanceClosed()).answer
      const counts = Object.fromEntries([...WITHOUT_TOKEN, ...WITH_TOKEN].map((kind) => [kind, 0]))
      let answeredBefore = 0

      const strange = async (kind: (typeof WITHOUT_TOKEN)[number]): Promise<void> => {
        const { socket, challenge, said, closed } = await stranger()
        const answer = answerChallenge(challenge, server.token, server.version)!
        switch (kind) {
          case 'nothing':
            socket.end()
            break
          case 'random bytes':
            // As many as an answer has are examined as one: until it is refused its place is taken, so that is waited for.
            sendBytes(socket, randomBytes(random.below(random.below(2) === 0 ? ANSWER_BYTES : 4096)))
            break
          case 'part of an answer':
            socket.end(answer.subarray(0, random.below(ANSWER_BYTES)))
            break
          case 'an answer with a bit changed':
            answer[random.below(ANSWER_BYTES)] ^= 1 << random.below(8)
            socket.write(answer)
            break
          case 'an answer with another token':
            socket.write(answerChallenge(challenge, 'y'.repeat(43), server.version)!)
            break
          case 'an answer of another connection':
            socket.write(recorded)
            break
          case 'an answer of another connection, then a flood':
            socket.write(Buffer.concat([recorded, randomBytes(1 << 16)]))
            break
        }
        await closed
        expect(challenge).toHaveLength(CHALLENGE_BYTES)
        if (said().length > CHALLENGE_BYTES) answeredBefore++
        counts[kind]++
      }

      const malformed = async (kind: (typeof WITH_TOKEN)[number]): Promise<void> => {
        const { socket, bytes, closed, keys } = await acquaintance()
        const call: WireMessage = { type: 'call', id: 1, name: 'studies.list', input: {} }
        switch (kind) {
          case 'part of a frame': {
            const frame = frameOf(encodeValue(call), keys.toServer)
            socket.end(frame.subarray(0, random.below(frame.length)))
            break
          }
          case 'a length above the limit': {
            const header = Buffer.alloc(4)
            header.writeUInt32LE(LONGEST_FRAME + 1 + random.below(1000))
            socket.write(Buffer.concat([header, randomBytes(random.below(200))]))
            break
          }
          case 'a frame without its MAC':
            socket.write(frameOf(encodeValue(call), randomBytes(32)))
            break
          case 'a frame twice': {
            const frame = frameOf(encodeValue({ type: 'cancel', id: 1 }), keys.toServer)
            socket.write(Buffer.concat([frame, frame]))
            break
          }
          case 'random bytes in a frame':
            socket.write(frameOf(randomBytes(1 + random.below(300)), keys.toServer))
            break
          case 'what is no message of the contract': {
            // Well made and no message of the contract: the one thing that is answered, by an error.
            socket.write(frameOf(encodeValue({ type: 'call', id: 1, input: {} }), keys.toServer))
            const transport = socketTransport(socket, bytes, { send: keys.toServer, receive: keys.toClient })
            const told = await new Promise((resolve) => transport.onMessage(resolve))
            expect(told).toMatchObject({ type: 'error', error: { code: 'contract_violation' } })
            transport.close()
            await closed
            counts[kind]++
            return
          }
        }
        // Nothing more is said.
        expect(await bytes.read(1).catch(() => null)).toBeNull()
        await closed
        counts[kind]++
      }

      const kinds = (at: number) =>
        [...WITHOUT_TOKEN, ...WITH_TOKEN][at % (WITHOUT_TOKEN.length + WITH_TOKEN.length)]
      const all = Array.from({ length: CONNECTIONS }, (_, at) => kinds(at))
      const isStrange = (kind: string): kind is (typeof WITHOUT_TOKEN)[number] =>
        (WITHOUT_TOKEN as readonly string[]).includes(kind)
      await Promise.all([
        inParallel(24, all.filter(isStrange), strange),
        inParallel(3, all.filter((kind) => !isStrange(kind)) as (typeof WITH_TOKEN)[number][], malformed),
      ])

      expect(answeredBefore).toBe(0)
      expect(server.child.exitCode).toBeNull()
      const { client, close } = await connect()
      expect(await client.call('app.hostInfo', {})).toMatchObject({ node: process.versions.node })
      close()
      trust('server strangers', {
        connections: Object.values(counts).reduce((sum, count) => sum + count, 0),
        ...counts,
        'answered before the token was shown': answeredBefore,
        crashes: 0,
      })
    },
  )

  it('refuses without the token, with another, and in another version, and says which', async () => {
    const { address, token, version } = server
    const refusal = (asked: string, spoken: string) =>
      connectServer(address, asked, spoken).then(
        () => null,
        (error: unknown) => error,
      )
    expect(await refusal('z'.repeat(43), version)).toMatchObject({
      code: 'server_refused',
      message: 'The server does not take this token.',
    })
    expect(await refusal(token, '0.0.1-000000000000')).toMatchObject({
      code: 'server_refused',
      message: `The server speaks version ${version}, this app version 0.0.1-000000000000.`,
    })
  })

  it('takes so many clients and strangers and no more, and no stranger for long', async () => {
    const fill = async () => {
      const clients: Awaited<ReturnType<typeof connect>>[] = []
      const full = { code: 'server_refused', message: expect.stringContaining('as many clients') }
      let refusal: unknown = null
      while (refusal === null)
        await connect().then(
          (one) => clients.push(one),
          (error) => (refusal = error),
        )
      expect(refusal).toMatchObject(full)
      return clients
    }
    let clients = await fill()
    // The server may not have seen yet that those of other tests have gone.
    while (clients.length < 8) {
      for (const { close } of clients) close()
      clients = await fill()
    }
    expect(clients).toHaveLength(8)
    const strangers = await Promise.all(Array.from({ length: 40 }, stranger))
    // Those beyond the limit were let go without a word.
    expect(strangers.filter(({ challenge }) => challenge.length === 0)).toHaveLength(8)
    // The others say nothing, and are let go when their time is up.
    await Promise.all(strangers.map(({ closed }) => closed))
    expect(await clients[0].client.call('studies.list', {})).toHaveLength(1)
    for (const { close } of clients) close()
    await untilConnected()
  })

  it.skipIf(process.platform !== 'linux')(
    'listens on this machine alone unless told otherwise (Linux)',
    () => {
      const hex = server.address.port.toString(16).toUpperCase().padStart(4, '0')
      const listening = (file: string): string[] =>
        readFileSync(file, 'utf8')
          .trim()
          .split('\n')
          .slice(1)
          .map((line) => line.trim().split(/\s+/))
          .filter(([, local, , state]) => state === '0A' && local.endsWith(`:${hex}`))
          .map(([, local]) => local)
      expect(listening('/proc/net/tcp')).toEqual([`0100007F:${hex}`])
      expect(existsSync('/proc/net/tcp6') ? listening('/proc/net/tcp6') : []).toEqual([])
      trust('server loopback', { 'sockets that listen': 1, 'of them on 127.0.0.1': 1 })
    },
  )

  it.skipIf(process.platform !== 'linux')(
    'tells its token to no list of processes and no log (Linux)',
    async () => {
      const texts: Record<string, string> = {}
      const { token, address } = server
      for (const name of ['file', 'environment']) {
        if (name === 'environment') {
          expect(await endServer(server)).toBe(0)
          server = await startServer(store, { env: { PLATEAU_TOKEN: token }, args: ['--bind', '0.0.0.0'] })
          expect(server.output()).toContain('not encrypted')
        }
        const one = server
        const { client, close } = await connect()
        const ids = (await client.call('studies.list', {})).map(({ id }) => id)
        const comparing = client.call('studies.compare', { ids })
        const of = (): number[] => descendants(one.child.pid!)
        await until(() => of().length > 0)
        texts[`ps, token from ${name}`] = execFileSync('ps', ['-eww', '-o', 'args']).toString()
        for (const pid of of())
          texts[`environment of ${pid}`] = readFileSync(`/proc/${pid}/environ`, 'latin1')
        await comparing
        close()
        texts[`output, token from ${name}`] = one.output()
      }
      expect(await endServer(server)).toBe(0)
      server = await startServer(store, { port: address.port })
      const logs = `${store}.server/logs`
      for (const name of readdirSync(logs)) texts[name] = readFileSync(join(logs, name), 'utf8')
      expect(texts['host.log']).toContain('"event":"client refused"')
      expect(Object.keys(texts).length).toBeGreaterThanOrEqual(7)
      for (const [name, text] of Object.entries(texts)) expect(text.includes(token), name).toBe(false)
      trust('server token', { 'texts searched': Object.keys(texts).length, 'with the token': 0 })
    },
  )
})

describe('a desktop whose server is killed', () => {
  it('says so, connects again, and the study goes on', { timeout: 300_000 }, async () => {
    const children: ChildProcess[] = []
    const main = fileURLToPath(new URL('../../src-main/host/main.ts', import.meta.url))
    const local = createHostLink<HostContract>(() => {
      const child = spawnService(main, ['--user-data', `${store}.local`])
      children.push(child)
      return {
        transport: childTransport(child),
        onExit: (listener) => void child.once('exit', listener),
        kill: () => void child.kill('SIGKILL'),
      }
    })
    const host = createHostSwitch(local)
    const desktop = createServerConnection(host)
    const states: ServerState[] = []
    desktop.onChange((state) => states.push(state))
    const until = (when: (state: ServerState) => boolean): Promise<void> =>
      new Promise((resolve) => {
        const look = (): boolean => when(desktop.state())
        if (look()) return resolve()
        const end = desktop.onChange(() => {
          if (!look()) return
          end()
          resolve()
        })
      })
    /** Heard through the switch, whichever service it leads to. */
    const told: StudyEvent[] = []
    let wake = (): void => {}
    host.subscribe('studies.events', {}, (event) => {
      told.push(event as StudyEvent)
      wake()
    })
    const heard = async (when: () => boolean): Promise<void> => {
      while (!when()) await new Promise<void>((resolve) => (wake = resolve))
    }

    expect(await host.call('project.current', {})).toBeNull()
    await desktop.connect(server.address, server.token)
    expect((await host.call('project.current', {}))?.path).toBe(store)
    await expect(host.call('project.open', { path: '/elsewhere' })).rejects.toMatchObject({
      code: 'local_only',
    })
    expect(() => desktop.requireLocal()).toThrow(expect.objectContaining({ code: 'local_only' }))

    const config = {
      ...CONFIG,
      optimizers: CONFIG.optimizers.slice(0, 1),
      training: { ...CONFIG.training, maxEpochs: 10, patience: 10 },
    }
    const { id } = await host.call('studies.start', { config })
    const epochs = (): string[] =>
      told.flatMap((event) =>
        event.type === 'epoch' && event.epoch.studyId === id ? [JSON.stringify(event.epoch)] : [],
      )
    await heard(() => epochs().length >= 2)
    const before = epochs()

    const family = descendants(server.child.pid!)
    server.child.kill('SIGKILL')
    await until((state) => state?.connected === false && state.error !== null)
    expect(desktop.state()).toMatchObject({ error: { code: 'server_unreachable' } })
    await expect(host.call('studies.list', {})).rejects.toMatchObject({ code: 'server_unreachable' })
    await server.ended
    await gone(family)

    server = await startServer(store, { port: server.address.port })
    await until((state) => state?.connected === true)
    const list = await host.call('studies.list', {})
    expect(list.find((study) => study.id === id)).toMatchObject({ state: 'interrupted' })
    const stored = (await host.call('studies.epochs', { id })).map((epoch) => JSON.stringify(epoch))
    expect(stored).toEqual(expect.arrayContaining(before))

    await host.call('studies.resume', { id })
    const attempts = Math.max(...states.map((state) => state?.attempts ?? 0))

    // It goes on without this end, too.
    await desktop.disconnect()
    expect(desktop.state()).toBeNull()
    expect(await host.call('project.current', {})).toBeNull()
    desktop.requireLocal()
    const { client, close } = await connect()
    const ended = ending(client, () => id, [])
    const now = (await client.call('studies.list', {})).find((study) => study.id === id)!.state
    expect(now === 'done' ? now : await ended).toBe('done')
    expect(await client.call('studies.result', { id })).toMatchObject({ config: { name: config.name } })
    close()
    await local.close()
    expect(children).toHaveLength(1)
    trust('server killed', {
      'attempts until it was back': attempts,
      'epochs told before the kill and stored after it': before.length,
      'studies resumed to their end, without the desktop': 1,
    })
  })
})

async function gone(family: readonly number[]): Promise<void> {
  while (family.some((pid) => processes().has(pid))) await delay(20)
}

const sendBytes = (socket: Socket, bytes: Buffer): void =>
  void (bytes.length < ANSWER_BYTES ? socket.end(bytes) : socket.write(bytes))

/** The client's first frame. */
const frameOf = (message: Buffer, key: Buffer): Buffer => Buffer.concat(encodeFrame(key, 0n, message))

async function acquaintanceClosed() {
  const { socket, closed, answer } = await acquaintance()
  socket.destroy()
  await closed
  return { answer }
}

async function inParallel<T>(
  width: number,
  all: readonly T[],
  work: (one: T) => Promise<void>,
): Promise<void> {
  const rest = [...all]
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (let one = rest.pop(); one !== undefined; one = rest.pop()) await work(one)
    }),
  )
}

/** The places of those that have gone are free again when the server has seen them go. */
async function untilConnected(): Promise<void> {
  for (;;) {
    const one = await connect().catch(() => null)
    if (one !== null) return one.close()
    await delay(20)
  }
}
