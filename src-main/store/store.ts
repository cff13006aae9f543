import { statSync } from 'node:fs'
import Database from 'better-sqlite3'
import { PlateauError } from '../../src-shared/errors.ts'
import { failure } from '../../src-shared/failure.ts'
import { storeErrors, storeFindings } from '../../src-shared/locales/errors/store.ts'
import { hasFile } from '../files/hasFile.ts'
import { crashPoint } from '../files/crashPoint.ts'
import { listBackups } from './backupFolder.ts'
import { damagedStore, notPlateau, storeError } from './errors.ts'
import { MIGRATIONS } from './migrations/index.ts'
import { checkBeforeWriting } from './soundness.ts'

/** 'PLAT' in the file's header: tells a store from any other SQLite file. */
const APPLICATION_ID = 0x504c4154
/** The first SQLite without the WAL-reset corruption (sqlite.org, release 3.51.3). */
const MIN_SQLITE = [3, 51, 3]
const BUSY_TIMEOUT_MS = 5_000
/** What is left of a log once all of it is in the store; only a transaction that changes more makes a longer one. */
export const LOG_BYTES = 2 ** 26
/** From here on a commit makes the log begin anew: SQLite's own checkpoints never do while one reader follows another. */
const RESTART_BYTES = 2 ** 25
/** How long that waits for those who read at the moment. */
const RESTART_WITHIN_MS = 100
/** From a restart that others kept from being made, by reading, to the next one. */
const RESTART_AGAIN_MS = 5_000

export type Value = string | number | bigint | Uint8Array | null

/** One connection that only reads. Statements are prepared once per text; every failure is a PlateauError. */
export interface ReadableStore {
  readonly path: string
  get<Row>(sql: string, ...values: Value[]): Row | undefined
  all<Row>(sql: string, ...values: Value[]): Row[]
  /** Rows as arrays, one at a time. The connection can run nothing else until the loop has ended. */
  scan<Row extends readonly unknown[]>(sql: string, ...values: Value[]): IterableIterator<Row>
  /** All that `work` reads is of one moment, whatever another connection writes meanwhile. */
  snapshot<T>(work: () => T): T
  close(): void
}

/** The one connection that writes. */
export interface WritableStore extends ReadableStore {
  /** Number of rows changed. */
  run(sql: string, ...values: Value[]): number
  /** All or nothing; joins the transaction it is called in. */
  transaction<T>(work: () => T): T
  /**
   * All or nothing over asynchronous work: what `work` resolves decides between commit and rollback. Whatever else
   * runs on this connection meanwhile becomes part of it, so it wants a connection of its own.
   */
  transactionAsync<T>(work: () => Promise<{ readonly commit: boolean; readonly value: T }>): Promise<T>
}

/**
 * Open the store at `path`; mode `write` creates it where there is none, brings an older one up to date, and looks first
 * whether it is sound where that is due (checkBeforeWriting).
 *
 * Errors: file_not_found, store_not_plateau, store_newer, store_corrupt, store_busy, disk_readonly, disk_full; those of hasFile.
 */
export function openStore(path: string, options: { readonly mode: 'read' }): ReadableStore
export function openStore(path: string, options: { readonly mode: 'write' }): WritableStore
export function openStore(path: string, { mode }: { readonly mode: 'read' | 'write' }): WritableStore {
  const found = hasFile(path)
  if (mode === 'read' && !found) {
    throw failure(storeErrors.absent, {}, { place: { file: path } })
  }
  let database: Database.Database | null = null
  try {
    if (mode === 'write') checkBeforeWriting(path)
    database = new Database(path, { readonly: mode === 'read', timeout: BUSY_TIMEOUT_MS })
    assertSqliteVersion(database)
    const version = storedVersion(database, path, mode, !found)
    database.pragma('trusted_schema = OFF')
    database.pragma('cell_size_check = ON')
    if (mode === 'write') {
      database.pragma('journal_mode = WAL')
      database.pragma('synchronous = FULL')
      database.pragma(`journal_size_limit = ${LOG_BYTES}`)
      migrate(database, version)
    } else if (version < MIGRATIONS.length) {
      database.close()
      openStore(path, { mode: 'write' }).close()
      return openStore(path, { mode: 'read' }) as WritableStore
    }
    database.pragma('foreign_keys = ON')
    return connection(database, path)
  } catch (error) {
    database?.close()
    // better-sqlite3 reports a missing folder as a TypeError before SQLite is asked.
    if (error instanceof TypeError && /directory does not exist/.test(error.message)) {
      throw failure(storeErrors.folderMissing, {}, { place: { file: path }, cause: error })
    }
    throw lostHead(storeError(error, path), path)
  }
}

/** A file that was backed up was a store, even if nothing in it says so any more. */
function lostHead(error: PlateauError, path: string): PlateauError {
  if (error.code !== 'store_not_plateau' || listBackups(path).length === 0) return error
  return damagedStore(storeFindings.firstPage, path, error)
}

/**
 * Whether every page and every index of the store at `path` can be read, whatever its version; nothing is written. Takes
 * seconds per gigabyte.
 */
export function isSound(path: string): boolean {
  let database: Database.Database | null = null
  try {
    database = new Database(path, { readonly: true })
    return (
      database.pragma('application_id', { simple: true }) === APPLICATION_ID &&
      database.pragma('integrity_check(1)', { simple: true }) === 'ok'
    )
  } catch (error) {
    const known = storeError(error, path)
    if (known.code !== 'store_corrupt' && known.code !== 'store_not_plateau') throw known
    return false
  } finally {
    database?.close()
  }
}

/** Version of SQLite in use, e.g. 3.54.1. */
export function sqliteVersion(store: ReadableStore): string {
  return store.get<{ version: string }>('SELECT sqlite_version() AS version')!.version
}

function connection(database: Database.Database, path: string): WritableStore {
  const statements = new Map<string, Database.Statement<Value[]>>()
  const prepare = (sql: string): Database.Statement<Value[]> => {
    let statement = statements.get(sql)
    if (statement === undefined) {
      statement = database.prepare<Value[]>(sql)
      statements.set(sql, statement)
    }
    return statement
  }
  const guard = <T>(work: () => T): T => {
    try {
      return work()
    } catch (error) {
      throw storeError(error, path)
    }
  }
  // SQLite itself has rolled back after a full disk or a corrupt page; asking it again would hide the first error.
  const rollback = (): void => {
    if (database.inTransaction) database.exec('ROLLBACK')
  }

  // A large transaction leaves a log as large. What is committed is safe in the log: no failure of this matters.
  const moveLogIntoFile = (): void => {
    try {
      database.pragma('wal_checkpoint(TRUNCATE)')
    } catch (error) {
      if (!(error instanceof Database.SqliteError)) throw error
    }
  }

  const isLogLarge = (): boolean =>
    (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) >= RESTART_BYTES
  let nextRestart = 0
  const restartLog = (): void => {
    if (performance.now() < nextRestart || !isLogLarge()) return
    const timeout = database.pragma('busy_timeout', { simple: true }) as number
    database.pragma(`busy_timeout = ${RESTART_WITHIN_MS}`)
    moveLogIntoFile()
    database.pragma(`busy_timeout = ${timeout}`)
    // A backup reads for long, and every commit would wait for it.
    if (isLogLarge()) nextRestart = performance.now() + RESTART_AGAIN_MS
  }

  const within = <T>(begin: 'BEGIN' | 'BEGIN IMMEDIATE', work: () => T): T =>
    guard(() => {
      if (database.inTransaction) return work()
      database.exec(begin)
      let value
      try {
        value = work()
        database.exec('COMMIT')
      } catch (error) {
        rollback()
        throw error
      }
      if (begin === 'BEGIN IMMEDIATE') restartLog()
      return value
    })

  return {
    path,
    get: <Row>(sql: string, ...values: Value[]) =>
      guard(() => prepare(sql).get(...values) as Row | undefined),
    all: <Row>(sql: string, ...values: Value[]) => guard(() => prepare(sql).all(...values) as Row[]),
    *scan<Row extends readonly unknown[]>(sql: string, ...values: Value[]) {
      try {
        // Its own statement: raw mode is a property of the statement, and two scans of one text may be open.
        yield* database
          .prepare<Value[]>(sql)
          .raw()
          .iterate(...values) as IterableIterator<Row>
      } catch (error) {
        throw storeError(error, path)
      }
    },
    run: (sql, ...values) => {
      try {
        return prepare(sql).run(...values).changes
      } catch (error) {
        throw storeError(error, path)
      }
    },
    snapshot: (work) => within('BEGIN', work),
    transaction: (work) => within('BEGIN IMMEDIATE', work),
    async transactionAsync(work) {
      try {
        if (database.inTransaction) {
          throw failure(storeErrors.importWriting, {}, { place: { file: path } })
        }
        database.exec('BEGIN IMMEDIATE')
        try {
          const { commit, value } = await work()
          database.exec(commit ? 'COMMIT' : 'ROLLBACK')
          crashPoint('import.committed')
          moveLogIntoFile()
          crashPoint('import.moved')
          return value
        } catch (error) {
          rollback()
          throw error
        }
      } catch (error) {
        throw storeError(error, path)
      }
    },
    close: () => guard(() => database.close()),
  }
}

function assertSqliteVersion(database: Database.Database): void {
  const version = database.prepare('SELECT sqlite_version()').pluck().get() as string
  const parts = version.split('.').map(Number)
  const differing = MIN_SQLITE.findIndex((least, i) => parts[i] !== least)
  if (differing !== -1 && (parts[differing] ?? 0) < MIN_SQLITE[differing]) {
    throw new PlateauError(
      'internal',
      `SQLite ${version} can damage a store; ${MIN_SQLITE.join('.')} is needed.`,
    )
  }
}

/** The store's version, 0 for a file without content that may become one: a `fresh` one, or one that was never backed up. */
function storedVersion(
  database: Database.Database,
  path: string,
  mode: 'read' | 'write',
  fresh: boolean,
): number {
  const application = database.pragma('application_id', { simple: true })
  const version = database.pragma('user_version', { simple: true }) as number
  if (application !== APPLICATION_ID) {
    const empty = database.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0
    // One with backups was a store before it became empty.
    const lost = !fresh && listBackups(path).length > 0
    if (mode === 'read' || application !== 0 || version !== 0 || !empty || lost) throw notPlateau(path)
  }
  if (version > MIGRATIONS.length) {
    throw failure(storeErrors.newer, { version, newest: MIGRATIONS.length }, { place: { file: path } })
  }
  return version
}

/**
 * Each step in one transaction with its version number, so that a killed process leaves one version or the next. Foreign keys
 * are looked at after each step, not during it: dropping a table that is made anew must not delete what refers to it.
 */
function migrate(database: Database.Database, from: number): void {
  database.pragma('foreign_keys = OFF')
  for (let version = from; version < MIGRATIONS.length; version++) {
    database.exec('BEGIN IMMEDIATE')
    crashPoint('migration.begun')
    try {
      // Another process may have taken this step while this one waited for the lock.
      if (database.pragma('user_version', { simple: true }) === version) {
        database.exec(MIGRATIONS[version])
        crashPoint('migration.changed')
        const [broken] = database.pragma('foreign_key_check') as { table: string; parent: string }[]
        if (broken !== undefined)
          throw failure(
            storeErrors.brokenReferences,
            { table: broken.table, parent: broken.parent, version },
            { place: { file: database.name } },
          )
        database.pragma(`application_id = ${APPLICATION_ID}`)
        database.pragma(`user_version = ${version + 1}`)
        crashPoint('migration.numbered')
      }
      database.exec('COMMIT')
      crashPoint('migration.committed')
    } catch (error) {
      if (database.inTransaction) database.exec('ROLLBACK')
      throw error
    }
  }
}
