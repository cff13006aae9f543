import type { WorkProgress } from '../../../src-shared/contract/progress.ts'
import type { QuarantinedRow, Removal, RemovedCounts, StockNames } from '../../../src-shared/contract/data.ts'
import type { Coverage } from '../../../src-shared/domain/coverage.ts'
import type { DateInt } from '../../../src-shared/domain/date.ts'
import type { DoctorFinding } from '../../../src-shared/domain/doctor.ts'
import type { StockPrices } from '../../../src-shared/domain/stockPrices.ts'
import { failure } from '../../../src-shared/failure.ts'
import { marketErrors } from '../../../src-shared/locales/errors/market.ts'
import { removalErrors } from '../../../src-shared/locales/errors/removal.ts'
import { runJob } from '../../jobs/process.ts'
import { type CoverageAndRefused, dayStates } from '../../market/coverage.ts'
import { stockPrices } from '../../market/prices.ts'
import { contentKey } from '../../store/contentKey.ts'
import { quarantineReasons, quarantineSamples } from '../../store/imports.ts'
import { listInstruments } from '../../store/instruments.ts'
import type { WritableStore } from '../../store/store.ts'
import type { DataTask } from '../dataTasks.ts'
import type { ProcedureContext } from '../router.ts'
import { initialsOf } from './initials.ts'
import { joined } from './joined.ts'
import { createOwnJobs } from './ownJobs.ts'
import type { StudyService } from './studies.ts'

/** What the open store holds, by stock and day. What reads or changes every bar does so in a process of its own. */
export interface DataService {
  stocks(): StockNames
  coverage(context?: ProcedureContext): Promise<Coverage>
  /** Codes of DAY_STATE, stock x day of the coverage's days. Errors: not_found for an unknown symbol. */
  days(symbols: readonly string[]): Promise<Uint8Array<ArrayBuffer>>
  doctor(): Promise<DoctorFinding[]>
  quarantineReasons(): { readonly reason: string; readonly rows: number }[]
  quarantine(page: { reason: string | null; offset: number; limit: number }): QuarantinedRow[]
  prices(symbol: string): Promise<StockPrices>
  previewRemoval(removal: Removal, signal: AbortSignal): Promise<RemovedCounts>
  /**
   * All of it or nothing. Errors: store_busy while a study runs; not_found when other rows than `expected` would go; those
   * of removeData.
   */
  remove(removal: Removal, expected: RemovedCounts): Promise<RemovedCounts>
  /** Resolves once its processes have ended. */
  close(): Promise<void>
}

export function createDataService(
  store: WritableStore,
  workerEntry: URL,
  studies: Pick<StudyService, 'list'>,
): DataService {
  const jobs = createOwnJobs()
  const run = <Result>(
    task: DataTask,
    { signal, report = () => {} }: Partial<ProcedureContext> = {},
  ): Promise<Result> =>
    jobs.run(
      (ending) =>
        runJob<DataTask, WorkProgress, Result>(workerEntry, task, { signal: ending, onProgress: report }),
      signal,
    )

  const stocks = ofContent(store, (): StockNames => {
    const instruments = listInstruments(store)
    return {
      symbols: instruments.map(({ symbol }) => symbol),
      names: instruments.map(({ name }) => name),
      initials: instruments.map(({ name }) => initialsOf(name)),
    }
  })
  const covered = ofContent(store, () =>
    joined(async (context) => {
      const { coverage, refused } = await run<CoverageAndRefused>(
        { kind: 'coverage', store: store.path },
        context,
      )
      const refusedDays = new Map<string, Set<DateInt>>()
      refused.stock.forEach((stock, k) => {
        const symbol = coverage.symbols[stock]
        const days = refusedDays.get(symbol) ?? new Set()
        refusedDays.set(symbol, days.add(refused.date[k]))
      })
      return { coverage, refusedDays }
    }),
  )
  const findings = ofContent(store, () => run<DoctorFinding[]>({ kind: 'doctor', store: store.path }))

  const idOf = (symbol: string): number => {
    const found = store.get<{ id: number }>('SELECT id FROM instrument WHERE symbol = ?', symbol)
    if (found !== undefined) return found.id
    throw failure(marketErrors.stockUnknown, { symbol }, { place: { file: store.path } })
  }
  const none: ReadonlySet<DateInt> = new Set()

  return {
    stocks,
    coverage: async (context) => (await covered()(context)).coverage,
    async days(symbols) {
      const { coverage, refusedDays } = await covered()()
      const states = new Uint8Array(symbols.length * coverage.days.length)
      symbols.forEach((symbol, i) =>
        states.set(
          dayStates(store, idOf(symbol), coverage.days, refusedDays.get(symbol) ?? none),
          i * coverage.days.length,
        ),
      )
      return states
    },
    doctor: () => findings(),
    quarantineReasons: () => quarantineReasons(store),
    quarantine: ({ reason, offset, limit }) => quarantineSamples(store, reason, limit, offset),
    async prices(symbol) {
      const { coverage, refusedDays } = await covered()()
      return stockPrices(store, symbol, coverage.days, refusedDays.get(symbol) ?? none)
    },
    previewRemoval: (removal, signal) =>
      run({ kind: 'remove', store: store.path, removal, expected: null }, { signal }),
    async remove(removal, expected) {
      const reading = studies.list().find(({ state }) => state === 'running')
      if (reading !== undefined)
        throw failure(removalErrors.studyReading, { study: reading.name }, { place: { file: store.path } })
      // Not ended by its caller: it is done, or it is not.
      return run({ kind: 'remove', store: store.path, removal, expected })
    },
    close: () => jobs.close(),
  }
}

/** What is made of the store's content, kept until that changes; a failure is not kept. */
function ofContent<T>(store: WritableStore, make: () => T): () => T {
  let kept: { readonly key: string; readonly value: T } | null = null
  return () => {
    const key = contentKey(store)
    if (kept?.key !== key) {
      const made = { key, value: make() }
      kept = made
      if (made.value instanceof Promise)
        made.value.catch(() => {
          if (kept === made) kept = null
        })
    }
    return kept.value
  }
}
