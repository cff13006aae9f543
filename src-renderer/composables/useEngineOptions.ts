import type { SelectOption } from 'naive-ui'
import { computed, type ComputedRef, type ShallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { ENGINE_KINDS } from '../../src-shared/domain/compute.ts'
import type { PlateauError } from '../../src-shared/errors.ts'
import { engineReasonText, engineText } from '../../src-shared/locales/index.ts'
import { useCompute } from '../stores/compute.ts'
import { useSettings } from '../stores/settings.ts'
import { useTask } from './useTask.ts'
import { useTerms } from './useTerms.ts'

/** The engines a study may ask for; one that cannot be used is listed with its reason. */
export function useEngineOptions(): {
  readonly options: ComputedRef<SelectOption[]>
  /** Why the engines of this machine are not known. */
  readonly error: ShallowRef<PlateauError | null>
} {
  const { t } = useI18n()
  const terms = useTerms()
  const settings = useSettings()
  const compute = useCompute()
  const task = useTask()
  void task.run(compute.load)

  const options = computed(() => [
    {
      label: t('compute.auto', { engine: engineText(compute.chosen?.label ?? '…', settings.locale) }),
      value: 'auto',
    },
    ...ENGINE_KINDS.map((name) => {
      const { available = true, reason } =
        compute.report?.engines.find((engine) => engine.name === name) ?? {}
      const label = terms.value.engines[name].name
      return available || reason === undefined
        ? { label, value: name }
        : { label: `${label} · ${engineReasonText(reason, settings.locale)}`, value: name, disabled: true }
    }),
  ])
  return { options, error: task.error }
}
