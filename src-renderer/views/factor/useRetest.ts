import { onScopeDispose, ref, type Ref, shallowRef, type ShallowRef } from 'vue'
import type { RetestEvent } from '../../../src-shared/contract/factor.ts'
import type { TestedFactor } from '../../../src-shared/domain/factorDay.ts'
import type { RetestAnswer, RetestSettings } from '../../../src-shared/domain/factorRetest.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { subscribe } from '../../client.ts'

/** A factor tested by other settings. */
export interface Retested extends RetestAnswer {
  readonly settings: RetestSettings
}
type Progress = Extract<RetestEvent, { type: 'progress' }>['dates']

export interface Retest {
  readonly running: Ref<boolean>
  /** Test dates done of all; null while the market is read. */
  readonly progress: ShallowRef<Progress>
  readonly answer: ShallowRef<Retested | null>
  readonly error: ShallowRef<PlateauError | null>
  start(studyId: string, factor: TestedFactor, settings: RetestSettings): void
  /** Ends the work that is under way. */
  cancel(): void
  /** That, and forgets the last answer. */
  clear(): void
}

/** One test at a time, which ends with whoever asked for it. */
export function useRetest(): Retest {
  const running = ref(false)
  const progress = shallowRef<Progress>(null)
  const answer = shallowRef<Retested | null>(null)
  const error = shallowRef<PlateauError | null>(null)
  let end = (): void => {}

  function cancel(): void {
    end()
    end = () => {}
    running.value = false
    progress.value = null
  }
  function fail(thrown: PlateauError): void {
    cancel()
    error.value = thrown
  }
  function clear(): void {
    cancel()
    answer.value = null
    error.value = null
  }
  onScopeDispose(cancel)

  return {
    running,
    progress,
    answer,
    error,
    cancel,
    clear,
    start(studyId, { scope, name }, settings) {
      clear()
      running.value = true
      const take = (event: RetestEvent): void => {
        if (event.type === 'progress') progress.value = event.dates
        else if (event.type === 'failed') fail(PlateauError.fromData(event.error))
        else {
          const { report, withoutIndustry, withoutSize } = event
          cancel()
          answer.value = { settings, report, withoutIndustry, withoutSize }
        }
      }
      end = subscribe('factors.retest', { studyId, scope, name, settings }, take, fail)
    },
  }
}
