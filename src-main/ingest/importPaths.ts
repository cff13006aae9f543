import {
  AUTOMATIC,
  type DELIMITERS,
  type ENCODINGS,
  type Evidence,
  type ImportedFile,
  type ImportReport,
  type MappingFile,
  type Quarantined,
  type Readings,
  type Reason,
} from '../../src-shared/domain/importing.ts'
import { TABLE_NAMES } from '../../src-shared/domain/importTables.ts'
import { PlateauError } from '../../src-shared/errors.ts'
import { crashPoint } from '../files/crashPoint.ts'
import { type BarWriter, createBarWriter } from '../store/barWriter.ts'
import { tradingDays } from '../store/calendar.ts'
import { chainFactors, chainSuspensions, dropChains, type DroppedChains } from '../store/chainFactors.ts'
import {
  type ImportCounts,
  closeBatch,
  forgetQuarantine,
  openBatch,
  quarantineRow,
} from '../store/imports.ts'
import { describeProject } from '../store/project.ts'
import type { Outcome } from '../store/rowWriter.ts'
import type { WritableStore } from '../store/store.ts'
import { type BarReader, createBarReader } from './bars/reader.ts'
import { createSeenDays } from './bars/seen.ts'
import { type DaySet, daySet } from './days.ts'
import { type PlannedFile, discover, presetsFor, presetsNamed, readingsOf } from './discover.ts'
import { mappingOf, presetOf, readMapping } from './mapping.ts'
import { readRecords } from './formats/index.ts'
import { type Refusal, RefusedRow, type Row, refusalOf } from './row.ts'
import { SINKS } from './sinks/index.ts'
import type { Sink } from './sinks/sink.ts'
import { memberPart, type OnRead } from './source.ts'
import { isShortCode } from './symbols.ts'

export interface ImportOptions {
  /** Used by nothing else until the import has ended. */
  readonly store: WritableStore
  /** Files and folders. */
  readonly paths: readonly string[]
  /** `auto`, or the name of a preset. */
  readonly preset: string
  /** Path of a mapping file, which then takes the place of the presets. */
  readonly mapping?: string | undefined
  /** Of delimited text; `auto` where none is ordered. */
  readonly encoding?: (typeof ENCODINGS)[number] | undefined
  /** Of delimited text too. */
  readonly delimiter?: (typeof DELIMITERS)[number] | undefined
  /** Files that are read otherwise than the rest, or left out, by the paths they are shown under. */
  readonly readings?: Readings | undefined
  /** Do and count everything, store nothing. */
  readonly dryRun: boolean
  /** Hears how the first file named is read, as a mapping file says it, before anything is read or refused. */
  readonly onRecognised?: ((mapping: MappingFile) => Promise<void> | void) | undefined
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined
  /** Ends the import when it aborts: nothing stored, its reason thrown. */
  readonly signal?: AbortSignal | undefined
}

export interface ImportProgress {
  /** Files are read for what they are, then into the store; at the end what depends on all of them. */
  readonly stage: 'inspecting' | 'reading' | 'finishing'
  /** The file in hand. */
  readonly path: string
  readonly filesDone: number
  /** Null while inspecting, as is `bytesTotal`. */
  readonly filesTotal: number | null
  /** Bytes on disk read of all files at this stage, and in all. */
  readonly bytesRead: number
  readonly bytesTotal: number | null
}

/** Refused rows that the report holds, of each reason. */
const QUARANTINED_SHOWN = 20

/**
 * Import files into the store in one transaction: all of it or nothing. Of every file, rows in = rows inserted,
 * replaced or unchanged + rows quarantined; a row that cannot be right goes to quarantine with its reason, a file that
 * cannot be read as a table ends the import. What an earlier import stored under the same key is replaced, but for the
 * fields of a bar that the file has no column for; a key that comes twice within one import keeps its first row.
 *
 * Errors: those of discover, readMapping and readRecords with file, row and field; disk_full, store_busy and the other
 * errors of the store.
 */
export async function importPaths(options: ImportOptions): Promise<ImportReport> {
  const { store, paths, preset, mapping, encoding = 'auto', delimiter = 'auto', dryRun, signal } = options
  const { onRecognised, onProgress = () => {} } = options
  const start = performance.now()
  const rest = mapping === undefined ? presetsNamed(preset) : [presetOf(await readMapping(mapping))]
  const { readings = {} } = options
  const inspecting = { stage: 'inspecting', filesTotal: null, bytesTotal: null } as const
  let [path, found, inspected] = ['', 0, 0]
  const { files, manifests, skipped } = await discover(paths, {
    readingOf: readingsOf(readings, { ...AUTOMATIC, encoding, delimiter }),
    presetsOf: (file) => (Object.hasOwn(readings, file) ? presetsFor(readings[file]) : rest),
    part: 'whole',
    onBytes(bytes) {
      inspected += bytes
      onProgress({ ...inspecting, path, filesDone: found, bytesRead: inspected })
    },
    onFound(file) {
      path = file
      onProgress({ ...inspecting, path, filesDone: ++found, bytesRead: inspected })
    },
    signal,
  })
  if (files.length > 0) await onRecognised?.(mappingOf(files[0].source, files[0].layout))
  const ordered = [...files].sort((a, b) => rank(a) - rank(b))
  const bytesTotal = files.reduce((sum, { source }) => sum + source.bytes, 0)

  const barBytes = files.reduce(
    (sum, { source, layout }) => sum + (layout.table === 'bars' ? source.bytes : 0),
    0,
  )
  const reader = createBarReader(barBytes, signal)
  try {
    return await store.transactionAsync(async () => {
      crashPoint('import.begun')
      for (const manifest of manifests) describeProject(store, manifest)
      const writer = createBarWriter(store)
      /** Symbols of the bars, and whether those of a file came with an official preclose to chain factors of. */
      const written = new Map<string, boolean>()
      let calendar = daySet(tradingDays(store))
      const reasons: Partial<Record<Reason, number>> = {}
      const quarantined: Quarantined[] = []
      const imported: ImportedFile[] = []
      forgetQuarantine(
        store,
        ordered.map(({ source }) => ({ ...source, member: memberPart(source) })),
      )
      let bytesBefore = 0
      let filesDone = 0
      let firstBatch = Infinity

      for (const [table, tableFiles] of Map.groupBy(ordered, ({ layout }) => layout.table)) {
        const openSink = table === 'bars' ? null : SINKS[table]({ store, calendar, seen: createSeenDays() })
        const read: { file: PlannedFile; batch: number; told: Evidence[]; count: () => ImportCounts }[] = []
        for (const file of tableFiles) {
          const { source, layout } = file
          const batch = openBatch(store, {
            importedAt: new Date().toISOString(),
            path: source.path,
            sha256: source.sha256,
            preset: file.preset,
          })
          firstBatch = Math.min(firstBatch, batch)
          const to: FileListener = {
            onRefusal({ line, reason, field, raw }) {
              const before = reasons[reason] ?? 0
              reasons[reason] = before + 1
              if (before < QUARANTINED_SHOWN)
                quarantined.push({ path: source.path, row: line, field, reason, raw })
              quarantineRow(store, batch, { row: line, field, reason, raw })
            },
            onRead(bytes) {
              signal?.throwIfAborted()
              onProgress({
                ...{ stage: 'reading', path: source.path, filesDone, filesTotal: files.length },
                ...{ bytesRead: bytesBefore + bytes, bytesTotal },
              })
            },
          }
          const told: Evidence[] = []
          const tell = (each: Evidence): void => void told.push(each)
          const count =
            openSink === null
              ? await importBars(file, reader, writer, written, calendar, batch, tell, to)
              : await importRows(
                  file,
                  openSink({ batch, source, layout, guessed: file.preset === 'generic', tell }),
                  to,
                )
          read.push({ file, batch, told, count })
          bytesBefore += source.bytes
          filesDone++
        }
        for (const { file, batch, told, count } of read) {
          const counts = count()
          closeBatch(store, batch, counts)
          imported.push({
            path: file.source.path,
            preset: file.preset,
            table,
            evidence: [...file.evidence, ...told],
            ...counts,
          })
        }
        if (table === 'calendar') calendar = daySet(tradingDays(store))
      }
      onProgress({
        ...{ stage: 'finishing', path: ordered.at(-1)?.source.path ?? '', filesDone },
        ...{ filesTotal: files.length, bytesRead: bytesBefore, bytesTotal },
      })
      crashPoint('import.finishing')
      let dropped: DroppedChains = new Map()
      const suspensions = ordered.some(
        ({ layout }) => layout.table === 'dailyValues' && layout.columns.suspended !== undefined,
      )
      const lastSteps = [
        () => void (dropped = dropChains(store)),
        () => writer.finish(),
        () => chainFactors(store, written, firstBatch, dropped),
        ...(suspensions ? [() => chainSuspensions(store, firstBatch)] : []),
      ]
      for (const step of lastSteps) {
        step()
        // Seconds in a large store, in which an order to stop could not arrive; after the last it would be too late.
        await new Promise<void>((resolve) => setImmediate(resolve))
        signal?.throwIfAborted()
      }
      crashPoint('import.finished')
      const report = {
        files: imported,
        totals: imported.reduce(add, NOTHING),
        reasons,
        quarantined,
        skipped: [...skipped],
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
  readonly onRead: OnRead
}

/** Answers what counts the file's rows, once every file of its table is read. */
async function importBars(
  { source, layout, evidence }: PlannedFile,
  reader: BarReader,
  writer: BarWriter,
  symbols: Map<string, boolean>,
  calendar: DaySet,
  batch: number,
  tell: (evidence: Evidence) => void,
  to: FileListener,
): Promise<() => ImportCounts> {
  const outcomes = { inserted: 0, replaced: 0, unchanged: 0 }
  let saysShort = evidence.some(({ code }) => code === 'short_code')
  const { rowsIn, rowsRefused } = await reader.read(source, layout, calendar, {
    ...to,
    onBlock(block) {
      const { inserted, replaced, unchanged } = writer.write(block, batch)
      outcomes.inserted += inserted
      outcomes.replaced += replaced
      outcomes.unchanged += unchanged
      for (const symbol of block.symbols) {
        symbols.set(symbol, layout.factor === 'preclose' || symbols.get(symbol) === true)
        // The first records, by which a file is known, may all be of one stock.
        if (!saysShort && isShortCode(symbol)) {
          saysShort = true
          tell({ code: 'short_code', values: { written: symbol } })
        }
      }
      crashPoint('import.block')
    },
  })
  return () => balanced(rowsIn, outcomes, rowsRefused, source.path)
}

/** As importBars. What the sink put off is settled when the rows are counted. */
async function importRows(
  { source, layout }: PlannedFile,
  sink: Sink,
  to: FileListener,
): Promise<() => ImportCounts> {
  let rowsIn = 0
  let rowsRefused = 0
  const outcomes = { inserted: 0, replaced: 0, unchanged: 0 }
  const take = (met: Outcome | Refusal): void => {
    if (typeof met === 'string') outcomes[met]++
    else {
      rowsRefused++
      to.onRefusal(met)
    }
  }
  const width = source.header.length
  const put = (row: Row): void => {
    rowsIn++
    try {
      if (row.width !== width) throw new RefusedRow('wrong_field_count', '')
      const met = sink.put(row)
      if (met !== 'later') take(met)
    } catch (error) {
      if (!(error instanceof RefusedRow)) throw error
      take(refusalOf(row, error))
    }
  }
  await readRecords(source, layout, put, to.onRead)
  return () => {
    for (const met of sink.finish?.() ?? []) take(met)
    return balanced(rowsIn, outcomes, rowsRefused, source.path)
  }
}

/** The counts of a file. Every row is written or refused: both were counted, neither is inferred. */
function balanced(
  rowsIn: number,
  { inserted, replaced, unchanged }: Readonly<Record<Outcome, number>>,
  rowsQuarantined: number,
  path: string,
): ImportCounts {
  const rowsStored = inserted + replaced + unchanged
  if (rowsIn !== rowsStored + rowsQuarantined)
    throw new PlateauError(
      'internal',
      `${rowsIn} rows in, ${rowsStored} written, ${rowsQuarantined} quarantined.`,
      { place: { file: path } },
    )
  return {
    rowsIn,
    rowsStored,
    rowsInserted: inserted,
    rowsReplaced: replaced,
    rowsUnchanged: unchanged,
    rowsQuarantined,
  }
}

function rank({ layout }: PlannedFile): number {
  return TABLE_NAMES.indexOf(layout.table)
}

const NOTHING: ImportCounts = {
  rowsIn: 0,
  rowsStored: 0,
  rowsInserted: 0,
  rowsReplaced: 0,
  rowsUnchanged: 0,
  rowsQuarantined: 0,
}

function add(total: ImportCounts, counts: ImportCounts): ImportCounts {
  return {
    rowsIn: total.rowsIn + counts.rowsIn,
    rowsStored: total.rowsStored + counts.rowsStored,
    rowsInserted: total.rowsInserted + counts.rowsInserted,
    rowsReplaced: total.rowsReplaced + counts.rowsReplaced,
    rowsUnchanged: total.rowsUnchanged + counts.rowsUnchanged,
    rowsQuarantined: total.rowsQuarantined + counts.rowsQuarantined,
  }
}
