import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import {
  allEnded,
  commandLine,
  commandOf,
  environmentOf,
  expect,
  processTree,
  runtime,
  testEnvironment,
} from './fixtures.ts'

/** The app with nothing attached to its page: Chromium does not tell of a page that hangs under a debugger, as Playwright is one. */
export interface Undebugged {
  /** What an expression gives in the shell's process, where `electron` is the module of that name; a promise is awaited. */
  evaluate<Value>(expression: string): Promise<Value>
  /** At once: its page may hang. */
  end(): Promise<void>
}

interface Reply {
  readonly id?: number
  readonly result?: {
    readonly result: { readonly value?: unknown; readonly description?: string }
    readonly exceptionDetails?: unknown
  }
}

const isPage = (pid: number): boolean => commandOf(pid).includes('--type=renderer')

/** Starts it with the inspector of the shell's Node, and waits until that takes expressions. */
export async function startUndebugged(userData: string): Promise<Undebugged> {
  const child = spawn(runtime.path, ['--inspect=0', ...commandLine(userData, [])], {
    env: environmentOf(userData, testEnvironment()),
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const address = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The app ended with ${code}.`)))
    createInterface(child.stderr).on('line', (line) => {
      const [, found] = /^Debugger listening on (ws:\S+)/.exec(line) ?? []
      if (found !== undefined) resolve(found)
    })
  })
  const socket = new WebSocket(address)
  await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }))
  const waiting = new Map<number, (reply: Reply) => void>()
  socket.addEventListener('message', ({ data }) => {
    const reply = JSON.parse(String(data)) as Reply
    waiting.get(reply.id ?? -1)?.(reply)
  })
  let last = 0
  const evaluate = async <Value>(expression: string): Promise<Value> => {
    const id = ++last
    const answered = new Promise<Reply>((resolve) => waiting.set(id, resolve))
    const params = { expression, returnByValue: true, awaitPromise: true }
    socket.send(JSON.stringify({ id, method: 'Runtime.evaluate', params }))
    const { result } = await answered
    waiting.delete(id)
    if (result === undefined || result.exceptionDetails !== undefined)
      throw new Error(result?.result.description ?? `The inspector refuses: ${expression}`)
    return result.result.value as Value
  }
  // An expression that comes while Node itself starts may leave it where it is: not before there is a page.
  await expect.poll(() => processTree(child.pid!).some(isPage)).toBe(true)
  await evaluate(
    `void (globalThis.electron = process.getBuiltinModule('module').createRequire(process.execPath)('electron'))`,
  )
  return {
    evaluate,
    async end() {
      socket.close()
      const pids = processTree(child.pid!)
      child.kill('SIGKILL')
      await ended
      await allEnded(pids)
    },
  }
}
