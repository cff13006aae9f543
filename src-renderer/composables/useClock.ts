import { computed, type ComputedRef, toValue, type MaybeRefOrGetter } from 'vue'
import { useI18n } from 'vue-i18n'
import { formatDuration } from '../format.ts'
import type { Timed } from '../stores/timed.ts'
import { useNow } from './useNow.ts'

interface Clocked {
  readonly state: string
  readonly elapsedSeconds: number
  readonly etaSeconds: number | null
}

/** Elapsed and remaining time as text; while it runs, both go on from second to second. */
export function useClock(status: MaybeRefOrGetter<Timed<Clocked>>): {
  readonly elapsed: ComputedRef<string>
  readonly eta: ComputedRef<string>
} {
  const { t } = useI18n()
  const now = useNow()
  const since = computed(() => {
    const { state, receivedAt } = toValue(status)
    return state === 'running' ? Math.max(0, now.value - receivedAt) / 1000 : 0
  })
  return {
    elapsed: computed(() => formatDuration(toValue(status).elapsedSeconds + since.value)),
    eta: computed(() => {
      const { etaSeconds } = toValue(status)
      return etaSeconds === null
        ? t('study.calculating')
        : formatDuration(Math.max(0, etaSeconds - since.value))
    }),
  }
}
