import { afterEach, describe, expect, it } from 'vitest'
import { createClient } from '../../../src-main/host/client.ts'
import { memoryPair } from '../../../src-main/host/transports.ts'
import type { HostLink } from '../../../src-main/shell/hostLink.ts'
import { createHostSwitch } from '../../../src-main/shell/hostSwitch.ts'
import { type arithmetic, arithmeticRouter } from '../host/arithmetic.ts'

const closes: (() => void)[] = []
afterEach(() => closes.splice(0).forEach((close) => close()))

/** A link to a router of this process; `log` is what its handlers see. */
function link() {
  const log: string[] = []
  const restartListeners = new Set<(restarts: number) => void>()
  const [near, far] = memoryPair()
  arithmeticRouter((event) => log.push(event)).serve(far)
  closes.push(() => near.close())
  const client = createClient<typeof arithmetic>(near)
  const made: HostLink<typeof arithmetic> = {
    call: client.call,
    subscribe: (...of) => client.subscribe(...of, () => {}),
    onRestart(listener) {
      restartListeners.add(listener)
      return () => restartListeners.delete(listener)
    },
    close: () => Promise.resolve(near.close()),
  }
  return {
    link: made,
    log,
    restart: (count: number) => restartListeners.forEach((listener) => listener(count)),
  }
}

describe('a switch between hosts', () => {
  it('leads calls, subscriptions and restarts to the host in use', async () => {
    const [one, other] = [link(), link()]
    const host = createHostSwitch(one.link)
    const restarts: number[] = []
    host.onRestart((count) => restarts.push(count))
    let kept = 0
    let ended = 0
    let wake = (): void => {}
    host.subscribe('ticks', {}, () => {
      kept++
      wake()
    })
    const end = host.subscribe('ticks', {}, () => ended++)
    const heard = async (count: number): Promise<void> => {
      while (kept < count) await new Promise<void>((resolve) => (wake = resolve))
    }
    await heard(3)
    end()
    const endedAt = ended

    host.use(other.link)
    expect(host.current).toBe(other.link)
    const before = kept
    await heard(before + 3)
    expect(ended).toBe(endedAt)
    expect(await host.call('divide', { a: 1, b: 4 })).toBe(0.25)
    // Each of the two was ended once in the first host; nothing goes on there.
    expect(one.log).toEqual(['ticks ended', 'ticks ended'])
    one.restart(1)
    other.restart(2)
    expect(restarts).toEqual([2])

    host.use(one.link)
    one.restart(3)
    expect(restarts).toEqual([2, 3])
    expect(await other.link.call('divide', { a: 1, b: 2 })).toBe(0.5)
    expect(other.log).toEqual(['ticks ended'])
  })
})
