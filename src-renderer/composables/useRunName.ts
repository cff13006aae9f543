import { useI18n } from 'vue-i18n'
import type { RunKey } from '../../src-shared/domain/training.ts'
import { useTerms } from './useTerms.ts'

/** A training run in words. */
export function useRunName(): (key: RunKey) => string {
  const { t } = useI18n()
  const terms = useTerms()
  return ({ optimizer, frequency, window, seed }) =>
    t('landscape.run', {
      optimizer,
      frequency: terms.value.frequencies[frequency],
      window: window + 1,
      seed,
    })
}
