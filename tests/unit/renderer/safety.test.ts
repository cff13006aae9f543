import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { BridgeAnswer } from '../../../src-shared/contract/bridge.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { useProject } from '../../../src-renderer/stores/project.ts'
import { useSafety } from '../../../src-renderer/stores/safety.ts'

/** Lets what takes long be answered. */
let answer: (answer: BridgeAnswer) => void

const open = (path: string): void => {
  useProject().info = { path } as NonNullable<ReturnType<typeof useProject>['info']>
}
const damaged = {
  ok: false,
  error: new PlateauError('store_corrupt', 'A page is damaged.').toData(),
} as const

beforeEach(() => {
  setActivePinia(createPinia())
  vi.stubGlobal('window', {
    plateau: {
      call: async () => ({ ok: true, value: { bytes: 5, logBytes: 0 } }),
      follow: () => ({ answer: new Promise<BridgeAnswer>((resolve) => (answer = resolve)), cancel() {} }),
    },
  })
  open('/a.sqlite')
})

describe('a check that goes on while its screen is left', () => {
  it('is under way still when the screen is come back to, which asks for the size', async () => {
    const safety = useSafety()
    const checking = safety.check()
    await safety.measure()
    expect([safety.busy, safety.size?.bytes]).toEqual([true, 5])
    answer({ ok: true, value: { seconds: 2 } })
    await checking
    expect([safety.busy, safety.outcome]).toEqual([false, { kind: 'checked', seconds: 2 }])
  })

  it('has its error told then', async () => {
    const safety = useSafety()
    const checking = safety.check()
    answer(damaged)
    await checking
    await safety.measure()
    expect([safety.error?.code, safety.sizeError]).toEqual(['store_corrupt', null])
  })

  it('says nothing of a store that was opened meanwhile', async () => {
    const safety = useSafety()
    const checking = safety.check()
    open('/b.sqlite')
    answer({ ok: true, value: { seconds: 2 } })
    await checking
    expect([safety.busy, safety.outcome]).toEqual([false, null])
  })
})
