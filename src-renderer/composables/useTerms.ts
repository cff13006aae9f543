import { computed, type ComputedRef } from 'vue'
import { terms, type Terms } from '../../src-shared/locales/index.ts'
import { useSettings } from '../stores/settings.ts'

/** The terms of the field that window and report share, in the chosen language. */
export function useTerms(): ComputedRef<Terms> {
  const settings = useSettings()
  return computed(() => terms[settings.locale])
}
