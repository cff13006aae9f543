import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { findStocks } from '../../src-shared/symbolSearch.ts'
import { useData } from './data.ts'
import { useNavigation } from './navigation.ts'

/** More are not looked through by eye. */
const MOST_SHOWN = 50

export interface FoundStock {
  readonly symbol: string
  readonly name: string
  readonly initials: string
}

/** The finder of stocks by code, name or pinyin initials, which any screen can open; it leads to the prices of the one chosen. */
export const useSymbolFinder = defineStore('symbolFinder', () => {
  const data = useData()
  const navigation = useNavigation()
  const isOpen = ref(false)
  const query = ref('')
  const at = ref(0)

  const positions = computed(() =>
    data.stocks === null || !isOpen.value ? [] : findStocks(data.stocks, query.value),
  )
  const found = computed(() =>
    positions.value.slice(0, MOST_SHOWN).map((position): FoundStock => ({
      symbol: data.stocks!.symbols[position]!,
      name: data.stocks!.names[position]!,
      initials: data.stocks!.initials[position]!,
    })),
  )
  const total = computed(() => positions.value.length)

  async function open(typed: string): Promise<void> {
    query.value = typed
    at.value = 0
    isOpen.value = true
    if (data.stocks === null) await data.loadStocks()
  }
  function close(): void {
    isOpen.value = false
  }
  function type(typed: string): void {
    query.value = typed
    at.value = 0
  }
  function move(by: number): void {
    const count = found.value.length
    if (count > 0) at.value = (at.value + by + count) % count
  }
  function choose(stock: FoundStock | undefined): void {
    if (stock === undefined) return
    close()
    data.showPrices(stock.symbol)
    navigation.show('data')
  }
  return { isOpen, query, at, found, total, open, close, type, move, choose }
})
