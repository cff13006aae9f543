import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import {
  _electron,
  type ConsoleMessage,
  type ElectronApplication,
  type Page,
  test as base,
} from '@playwright/test'
import type { WindowBridge } from '../../src-shared/contract/bridge.ts'
import { trust } from '../fixtures/trust.ts'

/** The runtime set-up installed. */
export interface Runtime {
  readonly path: string
  readonly args: readonly string[]
  readonly version: string
  readonly kind: 'electron' | 'fallback'
}

/** A started app, its first window, and what that window complained about. */
export interface Plateau {
  readonly app: ElectronApplication
  readonly page: Page
  readonly userData: string
  /** Uncaught errors and console errors of the page, content security violations included. */
  readonly problems: string[]
}

interface Options {
  /** Store the app is started on; null starts it without. */
  store: string | null
}

const root = path.resolve(import.meta.dirname, '../..')
/** The same pixels and the same painting on every machine. */
const SAME_PIXELS = '--force-device-scale-factor=1'
const NO_GPU = ['--disable-gpu']
const START_LIMIT_MS = 120_000
/** Of one click, which may have to wait for what it clicks. */
const ACTION_LIMIT_MS = 120_000
const CLOSE_LIMIT_MS = 60_000
/** How long a test's whole study may take. */
export const STUDY_LIMIT_MS = 600_000

/** How Chromium tells of what the content security policy refused. */
const POLICY_COMPLAINT = /violates the following Content Security Policy directive/
/** Over all tests of this worker. */
const policy = { windows: 0, broken: 0, provoked: 0 }
/** What the policy refused in the pages of each app. */
const violations = new WeakMap<ElectronApplication, Set<string>>()

export const runtime: Runtime = JSON.parse(
  fs.readFileSync(path.join(root, '.runtime/electron.json'), 'utf8'),
) as Runtime

export const test = base.extend<Options & { plateau: Plateau; userData: string }, { announced: void }>({
  store: [null, { option: true }],

  announced: [
    // Playwright reads a fixture's dependencies from its first parameter.
    async ({}, use) => {
      console.log(`runtime: Electron ${runtime.version} (${runtime.kind})`)
      await use()
      if (policy.windows > 0 && policy.broken === 0)
        trust('content policy', {
          windows: policy.windows,
          violations: 0,
          'provoked and counted': policy.provoked,
        })
    },
    { scope: 'worker', auto: true },
  ],

  userData: async ({}, use) => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plateau-e2e-'))
    await use(folder)
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  },

  plateau: async ({ store, userData }, use) => {
    const { app, page, problems } = await startPlateau(userData, store === null ? [] : ['--store', store])
    await use({ app, page, userData, problems })
    await endPlateau(app)
  },
})

export { expect } from '@playwright/test'

/** Of the runtime, for the app with a user-data folder of its own. */
export const commandLine = (
  userData: string,
  args: readonly string[],
  gpu: readonly string[] = NO_GPU,
): string[] => [...runtime.args, SAME_PIXELS, ...gpu, root, '--user-data', userData, ...args]

/** The choice of engine is the test's own, never the machine's. */
export const environmentOf = (userData: string, env: Record<string, string>): Record<string, string> => ({
  ...env,
  PLATEAU_COMPUTE_FILE: path.join(userData, 'compute.json'),
})

/** Start the app with a user-data folder of its own and wait for its window to have loaded. */
export async function startPlateau(
  userData: string,
  args: readonly string[],
  env: Record<string, string> = testEnvironment(),
  gpu: readonly string[] = NO_GPU,
) {
  const app = await _electron.launch({
    executablePath: runtime.path,
    args: commandLine(userData, args, gpu),
    env: environmentOf(userData, env),
    timeout: START_LIMIT_MS,
  })
  app.process().stderr?.on('data', (chunk: Buffer) => {
    if (process.env['PLATEAU_E2E_LOG'] !== undefined) process.stderr.write(chunk)
  })
  const refused = new Set<string>()
  violations.set(app, refused)
  const note = (message: ConsoleMessage): void => {
    if (POLICY_COMPLAINT.test(message.text())) refused.add(message.text())
  }
  app.context().on('console', note)
  app.context().setDefaultTimeout(ACTION_LIMIT_MS)
  const problems: string[] = []
  const page = app.windows()[0] ?? (await app.waitForEvent('window', { timeout: START_LIMIT_MS }))
  page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`)
  })
  await page.waitForLoadState('load')
  // What was said before anyone listened.
  for (const message of await page.consoleMessages({ filter: 'all' })) note(message)
  policy.windows++
  return { app, page, problems }
}

/** What the content security policy has refused in the app's pages: of a test that provokes it, which then answers for it. */
export function takeViolations(app: ElectronApplication): string[] {
  const refused = violations.get(app)!
  const taken = [...refused]
  refused.clear()
  policy.provoked += taken.length
  return taken
}

/**
 * Close the app as a person would. What is left of its process tree after the limit is killed and fails the test, as does whatever the
 * content security policy refused.
 */
export async function endPlateau(app: ElectronApplication): Promise<void> {
  const pids = processTree(app.process().pid!)
  void app.close()
  await allEnded(pids)
  const refused = [...(violations.get(app) ?? [])]
  policy.broken += refused.length
  if (refused.length > 0) throw new Error(`The content security policy was violated:\n${refused.join('\n')}`)
}

/** Wait for the processes of an app that was told to close. What is left of them after the limit is killed and fails the test. */
export async function allEnded(pids: readonly number[]): Promise<void> {
  const deadline = Date.now() + CLOSE_LIMIT_MS
  while (pids.some(isAlive) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20))
  const left = pids.filter(isAlive)
  for (const pid of left) process.kill(pid, 'SIGKILL')
  if (left.length > 0) throw new Error(`The app did not end by itself: ${left.length} processes were left.`)
}

/** What the host answers the window. Errors: those of the procedure, by their message. */
export function ask<Answer>(page: Page, procedure: string, input: unknown): Promise<Answer> {
  return page.evaluate(
    async ([name, asked]) => {
      const { plateau } = globalThis as unknown as { plateau: WindowBridge }
      const answer = await plateau.call(name as string, asked)
      if (!answer.ok) throw new Error(answer.error.message)
      return answer.value as never
    },
    [procedure, input] as const,
  )
}

/** The next save dialogs are answered with `file`. */
export async function answerSaveDialog(app: ElectronApplication, file: string): Promise<void> {
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath })
  }, file)
}

/** Process ids of `pid` and everything it started, read from /proc. */
export function processTree(pid: number): number[] {
  const everyone = fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
  const children = Map.groupBy(everyone, parentOf)
  const tree = (root: number): number[] => [root, ...(children.get(root) ?? []).flatMap(tree)]
  return tree(pid)
}

/** Empty of a process that has ended. */
export function commandOf(pid: number): string {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}

function parentOf(pid: number): number | null {
  try {
    // After the command in parentheses, which may hold anything, come state and parent.
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return null
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    // A killed child that nobody has waited for yet is still listed, as a zombie.
    return !/\) Z /.test(fs.readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

/** The machine's environment with what changes an Electron's behaviour removed and time and test mode fixed. */
export function testEnvironment(): Record<string, string> {
  const { ELECTRON_RUN_AS_NODE: _asNode, NODE_OPTIONS: _options, ...inherited } = process.env
  return {
    ...(inherited as Record<string, string>),
    TZ: 'Asia/Shanghai',
    LANG: 'zh_CN.UTF-8',
    PLATEAU_TEST: '1',
  }
}
