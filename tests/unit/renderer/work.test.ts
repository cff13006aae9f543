import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { BridgeAnswer } from '../../../src-shared/contract/bridge.ts'
import type { OnProgress } from '../../../src-shared/contract/progress.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { useWork } from '../../../src-renderer/stores/work.ts'

/** What was asked of the shell, in order, and how it is answered. */
interface Asked {
  readonly tell: OnProgress
  readonly answer: (answer: BridgeAnswer) => void
}
let asked: Asked[]
let log: string[]

beforeEach(() => {
  setActivePinia(createPinia())
  asked = []
  log = []
  vi.stubGlobal('window', {
    plateau: {
      follow(name: string, _input: unknown, tell: OnProgress) {
        const number = asked.length
        log.push(`${name} ${number}`)
        const answer = new Promise<BridgeAnswer>((resolve) => asked.push({ tell, answer: resolve }))
        return { answer, cancel: () => void log.push(`cancel ${number}`) }
      },
    },
  })
})
const done = { ok: true, value: { seconds: 1 } } as const
const ended = { ok: false, error: new PlateauError('cancelled', 'Ended.').toData() } as const

describe('work that the window waits for', () => {
  it('tells how far it is, with a rate of its stage once there is enough to go by', async () => {
    const work = useWork()
    const time = vi.spyOn(performance, 'now')
    const at = (milliseconds: number): void => void time.mockReturnValue(milliseconds)
    at(0)
    const run = work.run('check', 'safety.check', {})
    expect(work.running.get('check')).toMatchObject({ progress: null, rate: null, cancelling: false })
    for (let second = 0; second <= 3; second++) {
      at(1000 * second)
      asked[0].tell({ stage: 'pages', done: 100 * second, total: 1000 })
    }
    expect(work.running.get('check')).toMatchObject({
      progress: { done: 300 },
      rate: 100,
      etaSeconds: 7,
      elapsedSeconds: 3,
    })
    asked[0].tell({ stage: 'tables', done: 0, total: 20 })
    expect(work.running.get('check')).toMatchObject({ rate: null, etaSeconds: null })
    // What the contract does not know is not shown.
    asked[0].tell({ stage: 'naps', done: 1, total: 2 } as never)
    expect(work.running.get('check')?.progress?.stage).toBe('tables')
    asked[0].answer(done)
    expect(await run).toEqual({ seconds: 1 })
    expect(work.running.size).toBe(0)
    time.mockRestore()
  })

  it('is said to be cancelled when it was, until the next of its kind, and not for what it was not', async () => {
    const work = useWork()
    const first = work.run('check', 'safety.check', {})
    work.running.get('check')!.cancel()
    expect(work.running.get('check')!.cancelling).toBe(true)
    asked[0].answer(ended)
    await expect(first).rejects.toMatchObject({ code: 'cancelled' })
    expect([work.running.size, work.cancelled.has('check')]).toEqual([0, true])

    const second = work.run('check', 'safety.check', {})
    expect(work.cancelled.size).toBe(0)
    asked[1].answer({ ok: false, error: new PlateauError('store_corrupt', 'Damaged.').toData() })
    await expect(second).rejects.toMatchObject({ code: 'store_corrupt' })
    expect([work.running.size, work.cancelled.size]).toEqual([0, 0])
  })

  it('gives way to the next of its kind, which is asked for before it is cancelled', async () => {
    const work = useWork()
    const first = work.run('coverage', 'safety.check', {})
    const second = work.run('coverage', 'safety.check', {})
    expect(log).toEqual(['safety.check 0', 'safety.check 1', 'cancel 0'])
    asked[0].tell({ stage: 'stocks', done: 1, total: 2 })
    asked[0].answer(ended)
    await expect(first).rejects.toMatchObject({ code: 'cancelled' })
    expect(work.running.get('coverage')).toMatchObject({ progress: null, cancelling: false })
    expect(work.cancelled.size).toBe(0)
    asked[1].answer(done)
    expect(await second).toEqual({ seconds: 1 })
  })
})
