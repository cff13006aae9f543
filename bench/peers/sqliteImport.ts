import { execFileSync } from 'node:child_process'
import { closeSync, createReadStream, createWriteStream, openSync, rmSync, statSync } from 'node:fs'
import { pipeline } from 'node:stream/promises'

/** Wall and processor seconds of a shell command, and what it printed. */
export function timedCommand(command: string): { wall: number; processor: number; output: string } {
  const start = performance.now()
  // POSIX: `times` prints the shell's own times, then those of its children, user before system.
  const output = execFileSync('/bin/sh', ['-c', `${command}\ntimes`], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  })
  const wall = (performance.now() - start) / 1000
  const lines = output.trimEnd().split('\n')
  const processor = [...lines.at(-1)!.matchAll(/(\d+)m([\d.]+)s/g)]
    .map(([, minutes, seconds]) => 60 * Number(minutes) + Number(seconds))
    .reduce((sum, seconds) => sum + seconds, 0)
  return { wall, processor, output: lines.slice(0, -2).join('\n') }
}

/** Version of the `sqlite3` shell; null where there is none. */
export function sqliteShell(): string | null {
  try {
    return execFileSync('sqlite3', ['--version'], { encoding: 'utf8' }).split(' ')[0]
  } catch {
    return null
  }
}

/** The files one after another, with the header of the first alone. */
export async function concatenate(
  files: readonly string[],
  headerBytes: number,
  into: string,
): Promise<void> {
  closeSync(openSync(into, 'w'))
  for (const [at, file] of files.entries())
    await pipeline(
      createReadStream(file, { start: at === 0 ? 0 : headerBytes }),
      createWriteStream(into, { flags: 'a' }),
    )
}

/** What the shell's `.import` of a CSV of bars takes, with the pragmas and the kind of table that the store has. */
export function sqliteImport(csv: string, database: string) {
  for (const end of ['', '-wal', '-shm']) rmSync(database + end, { force: true })
  const numbers = 'open high low close preclose volume amount adj_factor float_cap'.split(' ')
  const script = `
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
CREATE TABLE bar (
  date TEXT NOT NULL, symbol TEXT NOT NULL, ${numbers.map((name) => `${name} REAL`).join(', ')},
  suspended INTEGER NOT NULL, is_st INTEGER, PRIMARY KEY (symbol, date)
) STRICT, WITHOUT ROWID;
BEGIN;
.import --csv --skip 1 ${csv} bar
COMMIT;
SELECT count(*) FROM bar;
`
  const { output, ...times } = timedCommand(`sqlite3 ${database} <<'END'\n${script}END`)
  return { ...times, rows: Number(output.split('\n').at(-1)), bytes: statSync(database).size }
}
