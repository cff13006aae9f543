import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { ImportReport } from '../../src-shared/domain/importing.ts'

/** What an import by the command line told, and what it took. */
export interface Imported {
  readonly exitCode: number | null
  readonly report: ImportReport | null
  /** From the start of the process to its end. */
  readonly seconds: number
  /** From the start of the process to its notes of progress, by tenths of all bytes. */
  readonly tenths: Readonly<Record<number, number>>
  /** From SIGINT to the end of the process; null where the process had ended before. */
  readonly stopSeconds: number | null
  readonly peakMemory: number
}

/** When SIGINT is sent: so long after the process has noted so many tenths, or after its start. */
export interface Stop {
  readonly tenth: number | null
  readonly seconds: number
}

const fileHere = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

/** `plateau import CSV --store STORE` in a process of its own, whose temporary files go into `temporary`. */
export function importByCommand(
  csv: string,
  store: string,
  temporary: string,
  stop: Stop | null = null,
): Promise<Imported> {
  const start = performance.now()
  const since = (from: number): number => (performance.now() - from) / 1000
  const child = spawn(
    process.execPath,
    [
      '--import',
      fileHere('./peakMemory.ts'),
      fileHere('../../src-main/cli/main.ts'),
      ...['import', csv, '--store', store, '--json'],
    ],
    {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      env: { ...process.env, TMPDIR: temporary, SQLITE_TMPDIR: temporary },
    },
  )
  let stoppedAt: number | null = null
  const stopAfter = (seconds: number): void => {
    setTimeout(() => {
      if (child.exitCode === null && child.kill('SIGINT')) stoppedAt = performance.now()
    }, 1000 * seconds)
  }
  if (stop?.tenth === null) stopAfter(stop.seconds)

  const text = ['', '', '', '']
  const tenths: Record<number, number> = {}
  for (const descriptor of [1, 2, 3]) {
    child.stdio[descriptor]!.on('data', (chunk: Buffer) => {
      text[descriptor] += chunk.toString()
      if (descriptor !== 2) return
      for (const [, percent] of text[2].matchAll(/: (\d+) % of all\n/g)) {
        const tenth = Number(percent) / 10
        if (tenths[tenth] !== undefined) continue
        tenths[tenth] = since(start)
        if (stop?.tenth === tenth) stopAfter(stop.seconds)
      }
    })
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (exitCode) => {
      const answer = JSON.parse(text[1] || '{}') as Partial<ImportReport>
      resolve({
        exitCode,
        report: answer.totals === undefined ? null : (answer as ImportReport),
        seconds: since(start),
        tenths,
        stopSeconds: stoppedAt === null ? null : since(stoppedAt),
        peakMemory: Number(text[3]),
      })
    })
  })
}
