import { PlateauError } from '../../src-shared/errors.ts'
import { type BarWriter, createBarWriter } from '../store/barWriter.ts'
import { tradingDays } from '../store/calendar.ts'
import { type ImportCounts, closeBatch, openBatch, quarantineRow } from '../store/imports.ts'
import { describeProject } from '../store/project.ts'
import type { WritableStore } from '../store/store.ts'
import { type BarReader, createBarReader } from './bars/reader.ts'
import { type Refusal, refusalOf } from './bars/read.ts'
import { type DaySet, daySet } from './days.ts'
import { type PlannedFile, discover, presetsNamed } from './discover.ts'
import { TABLE_NAMES, type TableName } from './layout.ts'
import { readMapping } from './mapping.ts'
import { readDelimited } from './formats/delimited.ts'
import { type Reason, RefusedRow } from './row.ts'
import { SINKS } from './sinks/index.ts'
import type { Sink } from './sinks/sink.ts'
import { readContent } from './source.ts'

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

  const barBytes = files.reduce(
    (sum, { source, layout }) => sum + (layout.table === 'bars' ? source.bytes : 0),
    0,
  )
  const reader = createBarReader(barBytes)
  try {
    return await store.transactionAsync(async () => {
      for (const manifest of manifests) describeProject(store, manifest)
      const writer = createBarWriter(store)
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
        const to: FileListener = {
          onRefusal({ line, reason, field, raw }) {
            reasons[reason] = (reasons[reason] ?? 0) + 1
            quarantineRow(store, batch, { row: line, field, reason, raw })
          },
          onRead(bytes) {
            signal?.throwIfAborted()
            onProgress({ path: source.path, bytesRead: bytesBefore + bytes, bytesTotal })
          },
        }
        const { rowsIn, rowsRefused } =
          layout.table === 'bars'
            ? await importBars(file, reader, writer, calendar, batch, to)
            : await importRows(
                file,
                SINKS[layout.table]({
                  store,
                  scope: { batch, firstBatch },
                  layout,
                  path: source.path,
                  calendar,
                }),
                to,
              )
        const counts = { rowsIn, rowsStored: rowsIn - rowsRefused, rowsQuarantined: rowsRefused }
        closeBatch(store, batch, counts)
        if (layout.table === 'calendar') calendar = daySet(tradingDays(store))
        bytesBefore += source.bytes
        imported.push({ path: source.path, preset: file.preset, table: layout.table, ...counts })
      }
      writer.finish()
      const report = {
        files: imported,
        totals: imported.reduce(add, { rowsIn: 0, rowsStored: 0, rowsQuarantined: 0 }),
        reasons,
        skipped,
        seconds: (performance.now() - start) / 1000,
      }
      return { commit: !dryRun, value: report }
    })
  } finally {
    reader.close()
  }
}

interface FileListener {
  onRefusal(refusal: Refusal): void
  onRead(bytes: number): void
}

/** Every row is written or refused: rows written are counted, not inferred. */
async function importBars(
  { source, layout }: PlannedFile,
  reader: BarReader,
  writer: BarWriter,
  calendar: DaySet,
  batch: number,
  to: FileListener,
): Promise<{ rowsIn: number; rowsRefused: number }> {
  let written = 0
  const counts = await reader.read(source, layout, calendar, {
    ...to,
    onBlock(block) {
      const { inserted, replaced, unchanged } = writer.write(block, batch)
      written += inserted + replaced + unchanged
    },
  })
  if (counts.rowsIn !== written + counts.rowsRefused)
    throw new PlateauError(
      'internal',
      `${counts.rowsIn} rows in, ${written} written, ${counts.rowsRefused} quarantined.`,
      { place: { file: source.path } },
    )
  return counts
}

async function importRows(
  { source, layout }: PlannedFile,
  sink: Sink,
  to: FileListener,
): Promise<{ rowsIn: number; rowsRefused: number }> {
  let rowsIn = -1
  let rowsRefused = 0
  const width = source.header.length
  await readDelimited(readContent(source, to.onRead), source, source.path, layout.columns, (row) => {
    if (++rowsIn === 0) return
    try {
      if (row.width !== width) throw new RefusedRow('wrong_field_count', '')
      sink.put(row)
    } catch (error) {
      if (!(error instanceof RefusedRow)) throw error
      rowsRefused++
      to.onRefusal(refusalOf(row, error))
    }
  })
  sink.finish?.()
  return { rowsIn: Math.max(0, rowsIn), rowsRefused }
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
