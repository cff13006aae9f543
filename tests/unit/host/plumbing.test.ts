import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type Client, createClient } from '../../../src-main/host/client.ts'
import { connectServer } from '../../../src-main/host/remote/connect.ts'
import { serveSocket } from '../../../src-main/host/remote/server.ts'
import { childTransport, memoryPair } from '../../../src-main/host/transports.ts'
import { connectingProcess } from '../../../src-main/shell/server/process.ts'
import type { WorkProgress } from '../../../src-shared/contract/progress.ts'
import type { Transport } from '../../../src-shared/contract/protocol.ts'
import { type arithmetic, arithmeticRouter } from './arithmetic.ts'
import { spawnService } from '../../fixtures/processes.ts'

interface Connection {
  readonly client: Client<typeof arithmetic>
  readonly transport: Transport
  readonly log: string[]
}

let close = (): void => {}
afterEach(() => close())

function inMemory(): Connection {
  const log: string[] = []
  const [near, far] = memoryPair()
  arithmeticRouter((event) => log.push(event)).serve(far)
  close = () => near.close()
  return { client: createClient(near), transport: near, log }
}

function inChildProcess(): Connection {
  const child = spawnService(path.join(import.meta.dirname, 'arithmeticHost.ts'))
  close = () => child.kill('SIGKILL')
  const transport = childTransport(child)
  return { client: createClient(transport), transport, log: [] }
}

function overSocket(): Connection {
  const token = 'x'.repeat(32)
  const options = { port: 0, bind: '127.0.0.1', token, version: '1', log: () => {} }
  const serving = serveSocket(options, (transport) => arithmeticRouter(() => {}).serve(transport))
  close = () => void serving.then((server) => server.close())
  const { transport } = connectingProcess(async () =>
    connectServer({ host: '127.0.0.1', port: (await serving).port }, token, '1'),
  )
  return { client: createClient(transport), transport, log: [] }
}

describe.each([
  ['in memory', inMemory],
  ['over a child process', inChildProcess],
  ['over a socket', overSocket],
])('host plumbing %s', (_name, connect) => {
  it('answers with the handler’s value', async () => {
    expect(await connect().client.call('divide', { a: 1, b: 4 })).toBe(0.25)
  })

  it('carries typed arrays and NaN', async () => {
    expect(await connect().client.call('matrix', { n: 3 })).toEqual(new Float64Array([0, Number.NaN, 2]))
  })

  it('carries an error with its code, place and remedy', async () => {
    await expect(connect().client.call('divide', { a: 1, b: 0 })).rejects.toMatchObject({
      name: 'PlateauError',
      code: 'study_invalid',
      message: 'Division by zero.',
      place: { file: 'study.json', row: 3, field: 'b' },
      remedy: 'Choose another divisor.',
    })
  })

  it('refuses a malformed input and names the field', async () => {
    await expect(connect().client.call('divide', { a: 1, b: '2' as never })).rejects.toMatchObject({
      code: 'contract_violation',
      place: { field: 'b' },
    })
  })

  it('refuses an answer that does not fit the contract', async () => {
    await expect(connect().client.call('wrongAnswer', {})).rejects.toMatchObject({
      code: 'contract_violation',
    })
  })

  it('turns an answer that cannot be sent into an error', async () => {
    await expect(connect().client.call('unclonable', {})).rejects.toMatchObject({ code: 'internal' })
  })

  it.each(['missing', '__proto__', 'constructor', 'toString', ''])('knows no procedure %o', async (name) => {
    await expect(connect().client.call(name as 'divide', { a: 1, b: 1 })).rejects.toMatchObject({
      code: 'contract_violation',
    })
  })

  it('delivers the items of a stream in order', async () => {
    const { client } = connect()
    const items: number[] = []
    const failed = new Promise((resolve) => {
      client.subscribe(
        'count',
        { to: 100 },
        (item) => {
          items.push(item)
          if (items.length === 100) resolve(null)
        },
        resolve,
      )
    })
    expect(await failed).toBeNull()
    expect(items).toEqual(Array.from({ length: 100 }, (_, i) => i + 1))
  })

  it('delivers nothing after the subscription was ended', async () => {
    const { client } = connect()
    let seen = 0
    await new Promise<void>((resolve, reject) => {
      const end = client.subscribe(
        'ticks',
        {},
        () => {
          if (++seen < 3) return
          end()
          resolve()
        },
        reject,
      )
    })
    // Two calls there and back: more than any item that was under way needs.
    await client.call('divide', { a: 1, b: 1 })
    await client.call('divide', { a: 1, b: 1 })
    expect(seen).toBe(3)
  })

  it('ends a stream whose item does not fit the contract', async () => {
    const { client } = connect()
    const error = await new Promise((resolve) => client.subscribe('badItems', {}, () => {}, resolve))
    expect(error).toMatchObject({ code: 'contract_violation' })
  })

  it('tells how far a call is, and answers one that is cancelled once it has ended', async () => {
    const { client } = connect()
    const told: number[] = []
    const onProgress = ({ done }: WorkProgress): void => void told.push(done)
    expect(await client.call('steps', { to: 3 }, { onProgress })).toBe(3)
    expect(told).toEqual([0, 1, 2])

    const controller = new AbortController()
    const { signal } = controller
    const ended = client.call('steps', { to: 1e9 }, { signal, onProgress: () => controller.abort() })
    await expect(ended).rejects.toMatchObject({ code: 'cancelled', message: 'Ended.' })
    await expect(client.call('steps', { to: 1 }, { signal })).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('answers a call that was done all the same as if it had not been cancelled', async () => {
    const { client } = connect()
    const controller = new AbortController()
    const call = client.call('wait', {}, { signal: controller.signal })
    await client.call('divide', { a: 1, b: 1 })
    controller.abort()
    expect(await call).toBe('too late')
  })

  it('rejects what is pending when the connection closes, and every later call', async () => {
    const { client, transport } = connect()
    // The first answer proves that the peer is up.
    await client.call('divide', { a: 1, b: 1 })
    const pending = client.call('wait', {})
    const stream = new Promise((resolve) => client.subscribe('ticks', {}, () => {}, resolve))
    transport.close()
    await expect(pending).rejects.toMatchObject({ code: 'interrupted' })
    expect(await stream).toMatchObject({ code: 'interrupted' })
    await expect(client.call('divide', { a: 1, b: 1 })).rejects.toMatchObject({ code: 'interrupted' })
  })
})

describe('host plumbing, seen from the handlers', () => {
  it('aborts the signal of a call whose connection closes, and sends no answer for it', async () => {
    const { client, log, transport } = inMemory()
    const received: unknown[] = []
    transport.onMessage((message) => received.push(message))
    client.call('wait', {}).catch(() => {})
    await client.call('divide', { a: 1, b: 1 })
    transport.close()
    expect(log).toEqual(['wait aborted'])
    await new Promise((resolve) => setImmediate(resolve))
    expect(received).toHaveLength(1)
  })

  it('runs a stream’s cleanup once when it is ended or its connection closes', async () => {
    for (const finish of [
      (end: () => void) => end(),
      (_end: () => void, transport: Transport) => transport.close(),
    ]) {
      const { client, log, transport } = inMemory()
      const end = client.subscribe(
        'ticks',
        {},
        () => {},
        () => {},
      )
      await client.call('divide', { a: 1, b: 1 })
      finish(end, transport)
      await new Promise((resolve) => setImmediate(resolve))
      await new Promise((resolve) => setImmediate(resolve))
      expect(log).toEqual(['ticks ended'])
    }
  })

  it('ends the handler of a stream that sent a malformed item', async () => {
    const { client, log } = inMemory()
    await new Promise((resolve) => client.subscribe('badItems', {}, () => {}, resolve))
    expect(log).toEqual(['badItems ended'])
  })
})

describe('host plumbing when the process is killed', () => {
  it('rejects the pending calls with interrupted', async () => {
    const child = spawnService(path.join(import.meta.dirname, 'arithmeticHost.ts'))
    const client: Client<typeof arithmetic> = createClient(childTransport(child))
    await client.call('divide', { a: 1, b: 1 })
    const pending = client.call('wait', {})
    child.kill('SIGKILL')
    await expect(pending).rejects.toMatchObject({ code: 'interrupted' })
  })

  it('ends the process when its parent’s channel closes', async () => {
    const child = spawnService(path.join(import.meta.dirname, 'arithmeticHost.ts'))
    const transport = childTransport(child)
    await createClient<typeof arithmetic>(transport).call('divide', { a: 1, b: 1 })
    const exit = new Promise((resolve) => child.once('exit', resolve))
    transport.close()
    expect(await exit).toBe(0)
  })
})
