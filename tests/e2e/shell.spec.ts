import { execFileSync, spawn } from 'node:child_process'
import path from 'node:path'
import fc from 'fast-check'
import { endPlateau, expect, processTree, runtime, startPlateau, test, testEnvironment } from './fixtures.ts'

const APP = 'app://plateau'

test('opens one window on its own page, at device scale 1', async ({ plateau: { app, page, problems } }) => {
  await expect(page).toHaveTitle('Plateau')
  expect(page.url()).toBe(`${APP}/index.html?test`)
  expect(app.windows()).toHaveLength(1)
  expect(await page.evaluate(() => devicePixelRatio)).toBe(1)
  await expect(page.locator('#app > *').first()).toBeVisible()
  expect(problems).toEqual([])
})

test('serves the content security policy and has no violation', async ({ plateau: { page, problems } }) => {
  const response = await page.evaluate(async () => {
    const answer = await fetch(location.href)
    return {
      policy: answer.headers.get('content-security-policy'),
      sniff: answer.headers.get('x-content-type-options'),
    }
  })
  expect(response.policy).toContain("default-src 'none'; script-src 'self'")
  expect(response.policy).not.toContain('unsafe-eval')
  expect(response.sniff).toBe('nosniff')
  expect(problems).toEqual([])
  // The policy is in force: a script in the page and a remote address are both refused, and both are reported.
  const refused = await page.evaluate(async () => {
    const directives: string[] = []
    const reported = new Promise<void>((resolve) =>
      document.addEventListener('securitypolicyviolation', (event) => {
        if (directives.push(event.effectiveDirective) === 2) resolve()
      }),
    )
    const script = document.createElement('script')
    script.textContent = 'globalThis.injected = true'
    document.body.append(script)
    const fetched = await fetch('https://example.com/').catch((error: Error) => error.name)
    await reported
    return { fetched, directives: directives.sort(), injected: 'injected' in globalThis }
  })
  expect(refused).toEqual({
    fetched: 'TypeError',
    directives: ['connect-src', 'script-src-elem'],
    injected: false,
  })
})

test('gives the page three functions and nothing of node', async ({ plateau: { page } }) => {
  const globals = await page.evaluate(() => ({
    bridge: Object.entries((globalThis as never as { plateau: object }).plateau).map(([key, value]) => [
      key,
      typeof value,
    ]),
    node: ['require', 'process', 'module', 'Buffer', 'global', '__dirname', 'ipcRenderer', 'electron'].filter(
      (name) => name in globalThis,
    ),
  }))
  expect(globals.bridge).toEqual([
    ['call', 'function'],
    ['subscribe', 'function'],
    ['select', 'function'],
  ])
  expect(globals.node).toEqual([])
})

const targets = [
  'https://example.com/',
  'http://127.0.0.1:9/',
  'file:///etc/passwd',
  'data:text/html,x',
  'javascript:1',
]
for (const target of targets) {
  test(`does not leave its page for ${target}`, async ({ plateau: { app, page } }) => {
    const url = page.url()
    await page.evaluate((href) => {
      for (const where of ['', '_blank']) {
        const link = document.createElement('a')
        link.href = href
        link.target = where
        document.body.append(link)
        link.click()
      }
      location.assign(href)
    }, target)
    expect(await page.evaluate((href) => window.open(href) === null, target)).toBe(true)
    // The answer of the shell comes after everything the page asked for before it.
    await page.evaluate(() => (globalThis as never as Bridge).plateau.call('shell.info', {}))
    expect(page.url()).toBe(url)
    expect(app.windows()).toHaveLength(1)
  })
}

const traversals = [
  '/..%2f..%2fpackage.json',
  '/..%2f..%2f..%2fetc%2fpasswd',
  '/%2e%2e/%2e%2e/package.json',
  '/..%5c..%5cpackage.json',
  '/assets/..%2f..%2f..%2fpackage.json',
  '/index.html%00.js',
  '//etc/passwd',
  '/.%2e/main/shell.js',
  '/',
]
test('serves nothing outside its folder, to GET only', async ({ plateau: { page } }) => {
  const statuses = await page.evaluate(
    (paths) =>
      Promise.all(
        paths.map((path) =>
          fetch(`app://plateau${path}`).then(
            (r) => r.status,
            () => 'refused',
          ),
        ),
      ),
    traversals,
  )
  expect(statuses).toEqual(traversals.map(() => 404))
  const others = await page.evaluate(() =>
    Promise.all([
      fetch('app://plateau/index.html', { method: 'POST', body: 'x' }).then((r) => r.status),
      fetch('app://elsewhere/index.html').then(
        (r) => r.status,
        () => 'refused',
      ),
    ]),
  )
  expect(others).toEqual([404, 'refused'])
})

test('grants no permission', async ({ plateau: { page } }) => {
  const states = await page.evaluate(async () => {
    const names = ['geolocation', 'notifications', 'camera', 'microphone', 'midi', 'clipboard-read']
    return Promise.all(
      names.map((name) => navigator.permissions.query({ name: name as PermissionName }).then((p) => p.state)),
    )
  })
  expect(states).toEqual(states.map(() => 'denied'))
})

test('names its runtime', async ({ plateau: { page } }) => {
  expect(
    await page.evaluate(() => (globalThis as never as Bridge).plateau.call('shell.info', {})),
  ).toMatchObject({
    ok: true,
    value: { electron: runtime.version, runtime: runtime.kind },
  })
})

test('reaches the host and refuses what a window may not call', async ({ plateau: { page } }) => {
  const call = (name: string, input: unknown) =>
    page.evaluate(([n, i]) => (globalThis as never as Bridge).plateau.call(n as string, i), [
      name,
      input,
    ] as const)
  expect(await call('app.hostInfo', {})).toMatchObject({
    ok: true,
    value: { node: expect.stringContaining('24.') },
  })
  for (const name of [
    'project.open',
    'project.create',
    'imports.preview',
    'imports.start',
    '__proto__',
    'constructor',
    'nothing',
    'shell.nothing',
    'studies.events',
  ])
    expect(await call(name, { path: '/etc/passwd' })).toMatchObject({
      ok: false,
      error: { code: 'contract_violation' },
    })
  expect(await call('studies.cancel', { id: 7 })).toMatchObject({
    ok: false,
    error: { code: 'contract_violation', place: { field: 'id' } },
  })
})

test('starts a killed host again, tells the window and keeps its subscriptions', async ({
  plateau: { app, page },
}) => {
  await page.evaluate(() => {
    const state = globalThis as never as Bridge & { restarts: unknown[] }
    state.restarts = []
    state.plateau.subscribe('shell.hostRestarts', {}, (item) => state.restarts.push(item))
  })
  for (let round = 1; round <= 3; round++) {
    await page.evaluate(() => (globalThis as never as Bridge).plateau.call('app.hostInfo', {}))
    process.kill(hostPid(app.process().pid!), 'SIGKILL')
    await expect
      .poll(() => page.evaluate(() => (globalThis as never as { restarts: unknown[] }).restarts.length))
      .toBe(round)
    expect(
      await page.evaluate(() => (globalThis as never as Bridge).plateau.call('app.hostInfo', {})),
    ).toMatchObject({
      ok: true,
    })
  }
  await expect(page.locator('#app > *').first()).toBeVisible()
})

test('answers 10,000 random calls of a page with typed errors', async ({ plateau: { page } }) => {
  const names = fc.oneof(
    fc.string(),
    fc.constantFrom(
      'studies.cancel',
      'studies.result',
      'reports.document',
      'shell.exportReport',
      'project.open',
    ),
    fc.constantFrom('__proto__', 'constructor', 'studies.events'),
  )
  const calls = fc.sample(fc.tuple(names, fc.jsonValue()), { numRuns: 10_000, seed: 11 })
  const codes = await page.evaluate(async (json) => {
    const all = JSON.parse(json) as [string, unknown][]
    const answers = await Promise.all(
      all.map(([name, input]) => (globalThis as never as Bridge).plateau.call(name, input)),
    )
    return answers.map((answer) => (answer as { error?: { code: string } }).error?.code)
  }, JSON.stringify(calls))
  expect(codes).toHaveLength(10_000)
  expect([...new Set(codes)]).toEqual(['contract_violation'])
})

test('runs once per user-data folder; a second start shows the first window', async ({ userData }) => {
  const { PLATEAU_TEST: _, ...env } = testEnvironment()
  const { app } = await startPlateau(userData, [], env)
  await app.evaluate(({ app: first }) => {
    const counter = globalThis as never as { secondStarts: number }
    counter.secondStarts = 0
    first.on('second-instance', () => counter.secondStarts++)
  })
  const root = path.resolve(import.meta.dirname, '../..')
  for (let start = 1; start <= 5; start++) {
    const second = spawn(runtime.path, [...runtime.args, root, '--user-data', userData], {
      env,
      stdio: 'ignore',
    })
    const code = await new Promise((resolve) => second.once('exit', resolve))
    expect(code).toBe(0)
    await expect
      .poll(() => app.evaluate(() => (globalThis as never as { secondStarts: number }).secondStarts))
      .toBe(start)
  }
  expect(app.windows()).toHaveLength(1)
  await endPlateau(app)
})

interface Bridge {
  plateau: {
    call(name: string, input: unknown): Promise<unknown>
    subscribe(name: string, input: unknown, onItem: (item: unknown) => void): () => void
  }
}

/** The service process among the app's: a Node running host.js, or Electron's utility process for it. */
function hostPid(app: number): number {
  const found = processTree(app).find((pid) => {
    const command = execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' })
    return command.includes('host.js') || command.includes('node.mojom.NodeService')
  })
  if (found === undefined) throw new Error('The app has no service process.')
  return found
}
