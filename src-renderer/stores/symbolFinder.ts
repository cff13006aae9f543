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

  /** The stocks that answer what was typed, best first, as far as they are shown, and how many there are. */
  function search(typed: string): { readonly found: readonly FoundStock[]; readonly total: number } {
    if (data.stocks === null) return { found: [], total: 0 }
    const { symbols, names, initials } = data.stocks
    const positions = findStocks(data.stocks, typed)
    const found = positions.slice(0, MOST_SHOWN).map((position): FoundStock => ({
      symbol: symbols[position]!,
      name: names[position]!,
      initials: initials[position]!,
    }))
    return { found, total: positions.length }
  }
  const answer = computed(() => (isOpen.value ? search(query.value) : { found: [], total: 0 }))
  const found = computed(() => answer.value.found)
  const total = computed(() => answer.value.total)

  async function load(): Promise<void> {
    if (data.stocks === null) await data.loadStocks()
  }
  async function open(typed: string): Promise<void> {
    query.value = typed
    at.value = 0
    isOpen.value = true
    await load()
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
  return { isOpen, query, at, found, total, search, load, open, close, type, move, choose }
})
