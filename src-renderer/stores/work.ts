import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import type { WorkProgress } from '../../src-shared/contract/progress.ts'
import { PlateauError } from '../../src-shared/errors.ts'
import { createPace } from '../../src-shared/pace.ts'
import { follow, type Input, type Output, type ProcedureName } from '../client.ts'
import { received, type Timed } from './timed.ts'

/** Calls that take long. */
export const WORK_KINDS = ['check', 'backup', 'restore', 'recovery', 'coverage', 'report'] as const
export type WorkKind = (typeof WORK_KINDS)[number]

interface Running {
  readonly state: 'running'
  /** Null until it has told of any: while a dialog asks where to, say. */
  readonly progress: WorkProgress | null
  /** Of what its stage counts, a second of late; null while there is too little to go by, like the rest. */
  readonly rate: number | null
  readonly elapsedSeconds: number
  readonly etaSeconds: number | null
  readonly cancelling: boolean
  readonly cancel: () => void
}
export type Work = Timed<Running>

/** What the window waits for, one of each kind; it goes on while other screens are shown. */
export const useWork = defineStore('work', () => {
  const running = shallowReactive(new Map<WorkKind, Work>())
  /** Those that were cancelled by hand, until the next of their kind. */
  const cancelled = shallowReactive(new Set<WorkKind>())

  /**
   * Calls a procedure in the place of the last one of its kind, which is cancelled.
   * @throws PlateauError as `call`, with `cancelled` when it was
   */
  async function run<Name extends ProcedureName>(
    kind: WorkKind,
    name: Name,
    input: Input<Name>,
  ): Promise<Output<Name>> {
    cancelled.delete(kind)
    const before = running.get(kind)
    const began = performance.now()
    let pace = createPace()
    let stage: string | null = null
    const isCurrent = (): boolean => running.get(kind)?.cancel === cancel
    const change = (part: Partial<Running>): void => {
      if (isCurrent()) running.set(kind, received({ ...running.get(kind)!, ...part }))
    }
    const followed = follow(name, input, (progress) => {
      const now = performance.now()
      if (progress.stage !== stage) pace = createPace()
      stage = progress.stage
      pace.note(now, progress.done)
      const rate = pace.rate()
      const { done, total } = progress
      const etaSeconds = rate === null || rate <= 0 || total === null ? null : (total - done) / rate
      change({ progress, rate, etaSeconds, elapsedSeconds: (now - began) / 1000 })
    })
    const cancel = (): void => {
      change({ cancelling: true })
      followed.cancel()
    }
    const begun = {
      state: 'running',
      progress: null,
      rate: null,
      elapsedSeconds: 0,
      etaSeconds: null,
    } as const
    running.set(kind, received({ ...begun, cancelling: false, cancel }))
    // Behind the new one, which may join what the host does for this one.
    before?.cancel()
    try {
      return await followed.answer
    } catch (thrown) {
      const error = PlateauError.from(thrown)
      if (error.code === 'cancelled' && isCurrent()) cancelled.add(kind)
      throw error
    } finally {
      if (isCurrent()) running.delete(kind)
    }
  }
  return { running, cancelled, run }
})
