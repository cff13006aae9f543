import { readdirSync, readFileSync, statSync } from 'node:fs'
import { arch, cpus, freemem, release, totalmem, type } from 'node:os'
import { basename, join, resolve } from 'node:path'
import type { LogPiece, LogQuestion } from '../../../src-shared/contract/diagnostics.ts'
import { readLog } from '../../files/readLog.ts'
import { redact } from '../../files/redact.ts'
import { writeFileAtomic } from '../../files/writeFile.ts'
import { zipArchive } from '../../files/zip.ts'
import { studyRuns } from '../../store/runs.ts'
import { type ReadableStore, sqliteVersion } from '../../store/store.ts'
import { listStudies } from '../../store/studies.ts'
import { tableCounts } from '../../store/tables.ts'
import { APP_VERSION } from '../version.ts'
import type { ComputeService } from './compute.ts'
import { isAskedFor, parseLogLine } from './logLine.ts'
import type { SessionService } from './session.ts'

/** What helps to find a fault, on another's machine too, and nothing of what is studied. */
export interface DiagnosticsService {
  /** The bundle as a zip at `path`. Errors: those of writing. */
  save(path: string): Promise<{ path: string; bytes: number; files: string[] }>
  /** A piece of a log. Errors: file_unreadable. */
  log(question: LogQuestion): Promise<LogPiece>
}

/** @param appFolder the app's own, with `logs` in it */
export function createDiagnosticsService(
  appFolder: string,
  sessions: SessionService,
  compute: ComputeService,
): DiagnosticsService {
  return {
    async save(path) {
      const redacted = (_key: string, value: unknown): unknown =>
        typeof value === 'string' ? redact(value, appFolder) : value
      const store = sessions.current()?.store ?? null
      const parts: Record<string, unknown> = {
        'machine.json': machine(store),
        'engines.json': await compute.report(),
        ...(store === null ? {} : { 'store.json': storeFacts(store), 'studies.json': studyFacts(store) }),
      }
      const files = [
        ...Object.entries(parts).map(([name, value]) => ({
          name,
          bytes: Buffer.from(JSON.stringify(value, redacted, 2)),
        })),
        ...logFiles(join(appFolder, 'logs')),
      ]
      const archive = zipArchive(files)
      const file = resolve(path)
      await writeFileAtomic(file, archive)
      return { path: file, bytes: archive.length, files: files.map(({ name }) => name) }
    },
    async log(question) {
      const { lines, ...places } = await readLog(join(appFolder, 'logs'), question.of, {
        ...question,
        wanted: (text) => isAskedFor(parseLogLine(text, appFolder), question),
      })
      return {
        lines: lines.map(({ place, text }) => ({ place, ...parseLogLine(text, appFolder) })),
        ...places,
      }
    },
  }
}

function machine(store: ReadableStore | null): object {
  const [cpu] = cpus()
  return {
    plateau: APP_VERSION,
    node: process.versions.node,
    sqlite: store === null ? null : sqliteVersion(store),
    system: `${type()} ${release()} ${arch()}`,
    processor: cpu?.model.trim() ?? null,
    threads: cpus().length,
    memoryBytes: totalmem(),
    freeBytes: freemem(),
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    locale: Intl.DateTimeFormat().resolvedOptions().locale,
    time: new Date().toISOString(),
  }
}

function storeFacts(store: ReadableStore): object {
  const size = (path: string): number | null => statSync(path, { throwIfNoEntry: false })?.size ?? null
  return {
    schema: store.get<{ user_version: number }>('PRAGMA user_version')!.user_version,
    bytes: size(store.path),
    logBytes: size(`${store.path}-wal`),
    panelBytes: size(`${store.path}.panel`),
    rows: tableCounts(store),
  }
}

/** Without names, settings and results. */
function studyFacts(store: ReadableStore): object[] {
  return listStudies(store).map(({ id, state, began, error }) => ({
    id,
    state,
    engine: began?.engine ?? null,
    appVersion: began?.appVersion ?? null,
    error: error?.code ?? null,
    runs: countBy(studyRuns(store, id).map(({ state, error }) => error?.code ?? state)),
  }))
}

function countBy(values: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    [...Map.groupBy(values, (value) => value)].map(([value, all]) => [value, all.length]),
  )
}

function logFiles(folder: string): { name: string; bytes: Buffer }[] {
  let names: string[]
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.log'))
  } catch {
    // Nothing has been logged yet.
    return []
  }
  return names
    .sort()
    .map((name) => ({ name: `logs/${basename(name)}`, bytes: readFileSync(join(folder, name)) }))
}
