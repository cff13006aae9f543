import type { SelectOption } from 'naive-ui'
import { computed, type ComputedRef } from 'vue'
import { useProject } from '../stores/project.ts'
import { useIndexName } from './useIndexName.ts'

/** The indices of the store, by name and symbol. */
export function useIndexOptions(): ComputedRef<SelectOption[]> {
  const project = useProject()
  const indexName = useIndexName()
  return computed(() =>
    (project.info?.indices ?? []).map(({ symbol }) => ({
      label: `${indexName(symbol)} ${symbol}`,
      value: symbol,
    })),
  )
}
