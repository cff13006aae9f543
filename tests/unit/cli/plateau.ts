import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { ErrorData } from '../../../src-shared/errors.ts'

export const MAIN = join(import.meta.dirname, '../../../src-main/cli/main.ts')

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  /** Of the process, and of the process group it led. */
  readonly pid: number
}

export interface RunOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** Hears standard error so far, and how to send a signal: to the process, or to its group as a terminal does. */
  readonly onStderr?: (text: string, kill: (signal: NodeJS.Signals, group?: 'group') => void) => void
}

/** The real command line in a process group of its own. */
export function plateau(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const { cwd, env, onStderr } = options
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [MAIN, ...args], {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    const pid = child.pid!
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString()
      onStderr?.(stderr, (signal, group) => process.kill(group === 'group' ? -pid : pid, signal))
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr, pid }))
  })
}

/** What a command with --json printed: one object on one line, and nothing else. */
export function answerOf<T = Record<string, unknown>>({ stdout }: Ended): T {
  expect(stdout.trimEnd().split('\n')).toHaveLength(1)
  return JSON.parse(stdout) as T
}

export function errorOf(ended: Ended): ErrorData {
  return answerOf<{ error: ErrorData }>(ended).error
}
