import { existsSync } from 'node:fs'
import {
  DELIMITERS,
  ENCODINGS,
  type ImportReport,
  isWarning,
  type MappingFile,
} from '../../../src-shared/domain/importing.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { evidenceLine, skippedText, TABLE_TEXTS } from '../../../src-shared/locales/importing.ts'
import { writeFileAtomic } from '../../files/writeFile.ts'
import { type ImportProgress, importPaths } from '../../ingest/importPaths.ts'
import { openStore } from '../../store/store.ts'
import { removeUnused } from '../../store/unused.ts'
import { parseCommand } from '../arguments.ts'
import type { Command } from '../command.ts'
import { commandLine } from '../commandLine.ts'
import { requireMappingPlace } from '../mappingPlace.ts'
import { storePath } from '../storePath.ts'
import { table, type Terminal } from '../terminal.ts'

const USAGE =
  'import PATH... [--preset NAME | --map FILE] [--save-map FILE] [--encoding utf-8|gb18030|auto] [--delimiter comma|tab|semicolon|pipe|auto] [--dry-run]'

/** Import files and folders: all of one call, or nothing. */
export const importCommand: Command = {
  usage: USAGE,
  summary: 'Import files and folders: all of one call, or nothing.',
  async run(args, terminal, interruption) {
    const { values, positionals } = parseCommand(
      args,
      USAGE,
      {
        preset: { type: 'string' },
        map: { type: 'string' },
        'save-map': { type: 'string' },
        encoding: { type: 'string' },
        delimiter: { type: 'string' },
        'dry-run': { type: 'boolean' },
      },
      { min: 1, max: Infinity },
    )
    if (values.preset !== undefined && values.map !== undefined) {
      throw new PlateauError('usage', 'A file is read by a preset or by a mapping file.', {
        remedy: 'Give --preset or --map, not both.',
      })
    }
    const dryRun = values['dry-run'] === true
    const path = storePath(values.store)
    const saveMap = values['save-map']
    if (saveMap !== undefined) await requireMappingPlace(saveMap, path, positionals)
    const result = await importInto(path, dryRun, {
      paths: positionals,
      preset: values.preset ?? 'auto',
      mapping: values.map,
      encoding: named(ENCODINGS, 'encoding', values.encoding),
      delimiter: named(DELIMITERS, 'delimiter', values.delimiter),
      onRecognised: saveMap === undefined ? undefined : saveMapping(saveMap, terminal),
      onProgress: progressNotes(terminal),
      signal: interruption(),
    })
    const { totals, files, skipped, reasons, seconds } = result
    const seeThem = commandLine(['data'], { store: values.store })
    terminal.answer({ ...result, dryRun }, [
      ...table(
        ['file', 'preset', 'table', 'rows in', 'inserted', 'replaced', 'unchanged', 'quarantined'],
        files.map((file) => [
          file.path,
          file.preset,
          TABLE_TEXTS[file.table].en,
          String(file.rowsIn),
          String(file.rowsInserted),
          String(file.rowsReplaced),
          String(file.rowsUnchanged),
          String(file.rowsQuarantined),
        ]),
      ),
      ...(dryRun
        ? files.map(({ path, evidence }) => `${path}: ${evidenceLine(evidence, 'en')}`)
        : warnings(files)),
      ...skipped.map((each) => `skipped ${each.path}: ${skippedText(each, 'en')}`),
      ...Object.entries(reasons).map(([reason, rows]) => `quarantined ${reason}: ${rows}`),
      ...(totals.rowsQuarantined === 0 || dryRun ? [] : [`${seeThem} shows the quarantined rows`]),
      '',
      `${totals.rowsIn} rows in = ${totals.rowsInserted} inserted + ${totals.rowsReplaced} replaced + ${totals.rowsUnchanged} unchanged + ${totals.rowsQuarantined} quarantined, ${seconds.toFixed(1)} s${dryRun ? '; dry run, nothing stored' : ''}`,
    ])
  },
}

/** What every import must say of its files, once for files of which it is the same. */
function warnings(files: ImportReport['files']): string[] {
  const paths = new Map<string, string[]>()
  for (const { path, evidence } of files)
    for (const each of evidence.filter(isWarning)) {
      const line = evidenceLine([each], 'en')
      const known = paths.get(line)
      if (known === undefined) paths.set(line, [path])
      else known.push(path)
    }
  return [...paths].map(([line, [first, ...more]]) =>
    more.length === 0 ? `${first}: ${line}` : `${first} and ${more.length} more: ${line}`,
  )
}

/** One of `choices`, `auto` where none is named. Errors: usage. */
function named<Choice extends string>(
  choices: readonly ('auto' | Choice)[],
  kind: string,
  name = 'auto',
): 'auto' | Choice {
  const choice = choices.find((each) => each === name)
  if (choice !== undefined) return choice
  throw new PlateauError('usage', `There is no ${kind} ${name}.`, {
    remedy: `${kind[0].toUpperCase()}${kind.slice(1)}s: ${choices.join(', ')}.`,
  })
}

/** Saved first: a file whose units are refused is read with other ones of the mapping. */
function saveMapping(path: string, terminal: Terminal): (mapping: MappingFile) => Promise<void> {
  return async (mapping) => {
    await writeFileAtomic(path, `${JSON.stringify(mapping, null, 2)}\n`)
    terminal.note(`how the first file is read is in ${path}`)
  }
}

/** A store that this import made is there afterwards only when something was stored, or another process has it open. */
async function importInto(
  path: string,
  dryRun: boolean,
  options: Omit<Parameters<typeof importPaths>[0], 'store' | 'dryRun'>,
): Promise<ImportReport> {
  const made = !existsSync(path)
  let unused = made && !dryRun
  try {
    const store = openStore(made && dryRun ? ':memory:' : path, { mode: 'write' })
    try {
      const report = await importPaths({ ...options, store, dryRun })
      unused &&= report.files.length === 0
      return report
    } finally {
      store.close()
    }
  } finally {
    if (unused) removeUnused(path)
  }
}

/** One line per file and per tenth of all bytes. */
function progressNotes(terminal: Terminal): (progress: ImportProgress) => void {
  let last = ''
  return ({ stage, path, bytesRead, bytesTotal }) => {
    if (stage !== 'reading' || bytesTotal === null) return
    const line = `${path}: ${10 * Math.floor((10 * bytesRead) / bytesTotal)}% of all`
    if (line !== last) terminal.note(line)
    last = line
  }
}
