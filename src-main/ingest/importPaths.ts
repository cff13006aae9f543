import { PlateauError } from '../../src-shared/errors.ts'
import { applyFactorStage, openFactorStage } from '../store/bars.ts'
import { tradingDays } from '../store/calendar.ts'
import { type ImportCounts, closeBatch, openBatch, quarantineRow } from '../store/imports.ts'
import { describeProject } from '../store/project.ts'
import type { WritableStore } from '../store/store.ts'
import { type CsvRecord, csvRecords } from './csv.ts'
import { type PlannedFile, discover, presetsNamed } from './discover.ts'
import { TABLE_NAMES, type TableName } from './layout.ts'
import { readMapping } from './mapping.ts'
import { type Reason, RefusedRow, RowReader } from './row.ts'
import { SINKS } from './sinks/index.ts'
import { type Sink, daySet } from './sinks/sink.ts'
import { readText } from './source.ts'

export interface ImportOptions {
  /** Used by nothing else until the import has ended. */
  readonly store: WritableStore
  /** Files and folders. */
  readonly paths: readonly string[]
  /** `auto`, or the name of a preset. */
  readonly preset: string
  /** Path of a mapping file, which then takes the place of the presets. */
  readonly mapping?: string | undefined
  /** Do and count everything, store nothing. */
  readonly dryRun: boolean
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined
  /** Ends the import when it aborts: nothing stored, its reason thrown. */
  readonly signal?: AbortSignal | undefined
}

export interface ImportProgress {
  readonly path: string
  /** Bytes on disk read of all files, and in all. */
  readonly bytesRead: number
  readonly bytesTotal: number
}

export interface ImportedFile extends ImportCounts {
  readonly path: string
  readonly preset: string
  readonly table: TableName
}

export interface ImportReport {
  readonly files: readonly ImportedFile[]
  readonly totals: ImportCounts
  /** Quarantined rows by reason. */
  readonly reasons: Readonly<Partial<Record<Reason, number>>>
  readonly skipped: readonly { readonly path: string; readonly reason: string }[]
  readonly seconds: number
}

/** What is kept of a quarantined row. */
const MAX_RAW_CHARS = 4_000

/**
 * Import files into the store in one transaction: all of it or nothing. Of every file, rows in = rows stored + rows
 * quarantined; a row that cannot be right goes to quarantine with its reason, a file that cannot be read as a table
 * ends the import. What an earlier import stored under the same key is replaced; a key that comes twice within one
 * import keeps its first row.
 *
 * Errors: those of discover, readMapping and csvRecords with file, row and field; disk_full, store_busy and the other
 * errors of the store.
 */
export async function importPaths(options: ImportOptions): Promise<ImportReport> {
  const { store, paths, preset, mapping, dryRun, onProgress = () => {}, signal } = options
  const start = performance.now()
  const presets = mapping === undefined ? presetsNamed(preset) : [await readMapping(mapping)]
  const { files, manifests, skipped } = await discover(paths, presets, signal)
  const ordered = [...files].sort((a, b) => rank(a) - rank(b))
  const bytesTotal = files.reduce((sum, { source }) => sum + source.bytes, 0)

  return store.transactionAsync(async () => {
    for (const manifest of manifests) describeProject(store, manifest)
    openFactorStage(store)
    let calendar = daySet(tradingDays(store))
    const reasons: Partial<Record<Reason, number>> = {}
    const imported: ImportedFile[] = []
    let firstBatch: number | null = null
    let bytesBefore = 0

    for (const file of ordered) {
      const { source, layout } = file
      const batch = openBatch(store, {
        importedAt: new Date().toISOString(),
        path: source.path,
        sha256: source.sha256,
        preset: file.preset,
      })
      firstBatch ??= batch
      const scope = { batch, firstBatch }
      const sink = SINKS[layout.table]({ store, scope, layout, path: source.path, calendar })
      const counts = await importFile(file, sink, {
        quarantine(record, reason, field) {
          reasons[reason] = (reasons[reason] ?? 0) + 1
          quarantineRow(store, batch, {
            row: record.line,
            field,
            reason,
            raw: record.raw.slice(0, MAX_RAW_CHARS),
          })
        },
        onRead(bytes) {
          signal?.throwIfAborted()
          onProgress({ path: source.path, bytesRead: bytesBefore + bytes, bytesTotal })
        },
      })
      closeBatch(store, batch, counts)
      if (layout.table === 'calendar') calendar = daySet(tradingDays(store))
      bytesBefore += source.bytes
      imported.push({ path: source.path, preset: file.preset, table: layout.table, ...counts })
    }
    applyFactorStage(store)
    const report = {
      files: imported,
      totals: imported.reduce(add, { rowsIn: 0, rowsStored: 0, rowsQuarantined: 0 }),
      reasons,
      skipped,
      seconds: (performance.now() - start) / 1000,
    }
    return { commit: !dryRun, value: report }
  })
}

async function importFile(
  { source, layout }: PlannedFile,
  sink: Sink,
  to: {
    quarantine(record: CsvRecord, reason: Reason, field: string): void
    onRead(bytes: number): void
  },
): Promise<ImportCounts> {
  const row = new RowReader(layout.columns)
  let rowsIn = -1
  let rowsStored = 0
  let rowsQuarantined = 0
  for await (const records of csvRecords(readText(source, to.onRead), source.delimiter, source.path)) {
    for (const record of records) {
      if (++rowsIn === 0) continue
      try {
        if (record.cells.length !== source.header.length) throw new RefusedRow('wrong_field_count', '')
        row.read(record.cells)
        sink.put(row)
        rowsStored++
      } catch (error) {
        if (!(error instanceof RefusedRow)) throw error
        to.quarantine(record, error.reason, error.field)
        rowsQuarantined++
      }
    }
  }
  sink.finish?.()
  if (rowsIn !== rowsStored + rowsQuarantined) {
    throw new PlateauError(
      'internal',
      `${rowsIn} rows in, ${rowsStored} stored, ${rowsQuarantined} quarantined.`,
      {
        place: { file: source.path },
      },
    )
  }
  return { rowsIn, rowsStored, rowsQuarantined }
}

function rank({ layout }: PlannedFile): number {
  return TABLE_NAMES.indexOf(layout.table)
}

function add(total: ImportCounts, counts: ImportCounts): ImportCounts {
  return {
    rowsIn: total.rowsIn + counts.rowsIn,
    rowsStored: total.rowsStored + counts.rowsStored,
    rowsQuarantined: total.rowsQuarantined + counts.rowsQuarantined,
  }
}
