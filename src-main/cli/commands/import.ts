import { type ImportProgress, importPaths } from '../../ingest/importPaths.ts'
import { openStore } from '../../store/store.ts'
import { parseCommand } from '../arguments.ts'
import { storePath } from '../storePath.ts'
import { table, type Terminal } from '../terminal.ts'

const USAGE = 'import PATH... [--preset NAME] [--map FILE] [--dry-run] [--store FILE] [--json]'

/** Import files and folders: all of one call, or nothing. */
export async function importCommand(args: readonly string[], terminal: Terminal): Promise<void> {
  const { values, positionals } = parseCommand(
    args,
    USAGE,
    { preset: { type: 'string' }, map: { type: 'string' }, 'dry-run': { type: 'boolean' } },
    { min: 1, max: Infinity },
  )
  const dryRun = values['dry-run'] === true
  const store = openStore(storePath(values.store), { mode: 'write' })
  try {
    const result = await importPaths({
      store,
      paths: positionals,
      preset: values.preset ?? 'auto',
      mapping: values.map,
      dryRun,
      onProgress: progressNotes(terminal),
    })
    const { totals, files, skipped, reasons, seconds } = result
    terminal.answer({ ...result, dryRun }, [
      ...table(
        ['file', 'preset', 'rows in', 'stored', 'quarantined'],
        files.map((file) => [
          file.path,
          file.preset,
          String(file.rowsIn),
          String(file.rowsStored),
          String(file.rowsQuarantined),
        ]),
      ),
      ...skipped.map(({ path, reason }) => `skipped ${path}: ${reason}`),
      ...Object.entries(reasons).map(([reason, rows]) => `quarantined ${reason}: ${rows}`),
      '',
      `${totals.rowsIn} rows in = ${totals.rowsStored} stored + ${totals.rowsQuarantined} quarantined, ${seconds.toFixed(1)} s${dryRun ? '; dry run, nothing stored' : ''}`,
    ])
  } finally {
    store.close()
  }
}

/** One line per file and per tenth of all bytes. */
function progressNotes(terminal: Terminal): (progress: ImportProgress) => void {
  let last = ''
  return ({ path, bytesRead, bytesTotal }) => {
    const line = `${path}: ${10 * Math.floor((10 * bytesRead) / bytesTotal)} % of all`
    if (line !== last) terminal.note(line)
    last = line
  }
}
