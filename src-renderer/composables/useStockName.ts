import { computed, onMounted, watch } from 'vue'
import { useData } from '../stores/data.ts'
import { useTask } from './useTask.ts'

/** Name of a stock of the open store by its symbol; empty where the store has none, and while the names are read. */
export function useStockName(): (symbol: string) => string {
  const data = useData()
  const reading = useTask()
  onMounted(() =>
    watch(
      () => data.version,
      () => {
        if (data.stocks === null) void reading.run(data.loadStocks)
      },
      { immediate: true },
    ),
  )
  const names = computed(
    () => new Map(data.stocks?.symbols.map((symbol, at) => [symbol, data.stocks!.names[at]!])),
  )
  return (symbol) => names.value.get(symbol) ?? ''
}
