import { defineStore } from 'pinia'
import { ref, shallowRef, watch } from 'vue'
import type { Removal, RemovedCounts, StockNames } from '../../src-shared/contract/data.ts'
import type { Coverage } from '../../src-shared/domain/coverage.ts'
import type { DateInt } from '../../src-shared/domain/date.ts'
import type { DoctorFinding } from '../../src-shared/domain/doctor.ts'
import { call } from '../client.ts'
import { useProject } from './project.ts'
import { useWork } from './work.ts'

export const DATA_TABS = ['coverage', 'doctor', 'prices'] as const
export type DataTab = (typeof DATA_TABS)[number]

/** What the open store holds by stock and day, and which part of it is looked at. */
export const useData = defineStore('data', () => {
  const project = useProject()
  const work = useWork()
  const tab = ref<DataTab>('coverage')
  /** Whose prices are shown. */
  const symbol = ref<string | null>(null)
  /** A day to be shown among them. */
  const day = ref<DateInt | null>(null)
  const stocks = shallowRef<StockNames | null>(null)
  const coverage = shallowRef<Coverage | null>(null)
  const findings = shallowRef<readonly DoctorFinding[] | null>(null)
  /** Raised when the stored data may have changed: what was read before is out of date. */
  const version = ref(0)

  // The project is read again when another one is opened and after whatever changes its data.
  watch(
    () => project.info,
    (info, before) => {
      stocks.value = null
      coverage.value = null
      findings.value = null
      if (info?.path !== before?.path) symbol.value = null
      version.value++
    },
    { flush: 'sync' },
  )
  /** An answer that came after the data had changed is not taken. */
  async function read<T>(asked: Promise<T>, take: (answer: T) => void): Promise<void> {
    const before = version.value
    const answer = await asked
    if (version.value === before) take(answer)
  }
  const loadStocks = (): Promise<void> =>
    read(call('data.stocks', {}), (answer) => {
      stocks.value = answer
    })
  async function loadCoverage(): Promise<void> {
    await Promise.all([
      loadStocks(),
      read(work.run('coverage', 'data.coverage', {}), (answer) => {
        coverage.value = answer
      }),
    ])
  }
  const loadFindings = (): Promise<void> =>
    read(call('data.doctor', {}), (answer) => {
      findings.value = answer
    })
  const remove = (removal: Removal, expected: RemovedCounts): Promise<RemovedCounts> =>
    call('data.remove', { removal, expected })

  function showPrices(of: string, on: DateInt | null = null): void {
    symbol.value = of
    day.value = on
    tab.value = 'prices'
  }
  return {
    tab,
    symbol,
    day,
    stocks,
    coverage,
    findings,
    version,
    loadStocks,
    loadCoverage,
    loadFindings,
    remove,
    showPrices,
  }
})
