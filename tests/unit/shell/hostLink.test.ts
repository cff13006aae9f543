import type { ChildProcess } from 'node:child_process'
import path from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { childTransport } from '../../../src-main/host/transports.ts'
import {
  createHostLink,
  type HostLink,
  type HostProcess,
  processRestarts,
} from '../../../src-main/shell/hostLink.ts'
import type { arithmetic } from '../host/arithmetic.ts'
import { spawnService } from '../../fixtures/processes.ts'

const entry = path.join(import.meta.dirname, '../host/arithmeticHost.ts')
const started: ChildProcess[] = []

function launch(file: string): HostProcess {
  const child = spawnService(file)
  started.push(child)
  return {
    transport: childTransport(child),
    onExit: (listener) => void child.once('exit', listener),
    kill: () => void child.kill('SIGKILL'),
  }
}

const links: HostLink<typeof arithmetic>[] = []
function connect(): HostLink<typeof arithmetic> {
  const link = createHostLink<typeof arithmetic>(() => launch(entry))
  links.push(link)
  return link
}

const restartOf = (link: HostLink<typeof arithmetic>): Promise<number> =>
  new Promise((resolve) => link.onRestart(resolve))

afterEach(async () => {
  await Promise.all(links.splice(0).map((link) => link.close()))
  started.length = 0
  vi.restoreAllMocks()
})

describe('createHostLink', () => {
  it('rejects what was pending when the process dies, then answers again', async () => {
    const link = connect()
    expect(await link.call('divide', { a: 6, b: 3 })).toBe(2)
    const pending = link.call('wait', {})
    const restarted = restartOf(link)
    started[0].kill('SIGKILL')
    await expect(pending).rejects.toMatchObject({ code: 'interrupted' })
    expect(await restarted).toBe(1)
    expect(await link.call('divide', { a: 6, b: 2 })).toBe(3)
    expect(started).toHaveLength(2)
  })

  it('takes its subscriptions up again after a restart, but not those that were ended', async () => {
    const link = connect()
    let kept = 0
    let ended = 0
    link.subscribe('ticks', {}, () => kept++)
    const end = link.subscribe('ticks', {}, () => ended++)
    await vi.waitUntil(() => kept > 0 && ended > 0, { timeout: 30_000 })
    end()
    const restarted = restartOf(link)
    started[0].kill('SIGKILL')
    await restarted
    const [keptBefore, endedBefore] = [kept, ended]
    await vi.waitUntil(() => kept > keptBefore + 5, { timeout: 30_000 })
    expect(ended).toBe(endedBefore)
  })

  it('gives up on a process that always dies, and says so', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    let givenUp = 0
    const link = createHostLink<typeof arithmetic>(
      () => launch(path.join(import.meta.dirname, 'dyingHost.ts')),
      processRestarts(() => givenUp++),
    )
    links.push(link)
    await vi.waitUntil(() => log.mock.calls.length > 0, { timeout: 30_000 })
    expect(started).toHaveLength(6)
    expect(givenUp).toBe(1)
    await expect(link.call('divide', { a: 1, b: 1 })).rejects.toMatchObject({ code: 'internal' })
    // Nothing is left to wait for: the app can still end.
    await link.close()
  })

  it('ends the process on close and does not start another', async () => {
    const link = connect()
    await link.call('divide', { a: 1, b: 1 })
    await link.close()
    expect(started).toHaveLength(1)
    expect(started[0].exitCode).toBe(0)
  })
})
