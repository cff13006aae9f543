import { spawn } from 'node:child_process'
import { root } from './paths.mjs'

/** A step that failed for a reason a person can act on; scripts print the message without a stack. */
export class SetupError extends Error {}

/**
 * Run a command in the repository root. Its output goes to standard error, so that standard output stays free for
 * the answer of the command that set-up precedes; `capture` returns standard output instead.
 */
export function run(command, args, { env = {}, capture = false, timeoutMs, cwd = root } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', capture ? 'pipe' : 2, 2],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    })
    let output = ''
    child.stdout?.on('data', (chunk) => (output += chunk))
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (code === 0) resolve(output)
      else reject(new SetupError(`${command} ${args.join(' ')} ended with ${signal ?? `exit code ${code}`}`))
    })
  })
}

/** Run a command with this process's input and output, or with an open file for its output; resolves to its exit code. */
export function passThrough(command, args, { env = {}, cwd = root, output = 'inherit' } = {}) {
  return new Promise((resolve, reject) => {
    const stdio = ['inherit', output, output]
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio })
    // Ctrl+C reaches the child too; this process waits for its exit code rather than dying first.
    const wait = () => {}
    process.on('SIGINT', wait)
    // These may reach this process alone. Sent to its group they reach the child as well, which takes two of them within a
    // moment for one (src-main/cli/interruption.ts).
    const forward = (signal) => child.kill(signal)
    for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, forward)
    child.on('error', reject)
    child.on('close', (code, signal) => {
      process.off('SIGINT', wait)
      for (const forwarded of ['SIGTERM', 'SIGHUP']) process.off(forwarded, forward)
      resolve(code ?? (signal === 'SIGINT' ? 3 : 1))
    })
  })
}

/** Run a script's main function; a SetupError ends it with a sentence, anything else with its stack. */
export function main(action) {
  action().then(
    (code) => (process.exitCode = code ?? 0),
    (error) => {
      console.error(error instanceof SetupError ? error.message : error)
      process.exitCode = 1
    },
  )
}
