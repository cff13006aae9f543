import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import fs from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import type { ElectronApplication, Page } from '@playwright/test'
import fc from 'fast-check'
import { openStore } from '../../src-main/store/store.ts'
import { foreignSockets } from '../fixtures/sockets.ts'
import { smallStore, smallStudy } from '../fixtures/smallStore.ts'
import { loops, trust } from '../fixtures/trust.ts'
import {
  allEnded,
  answerSaveDialog,
  ask,
  commandOf,
  endPlateau,
  expect,
  processTree,
  runtime,
  startPlateau,
  STUDY_LIMIT_MS,
  takeViolations,
  test,
  testEnvironment,
} from './fixtures.ts'
import { startUndebugged } from './undebugged.ts'

interface Bridge {
  plateau: {
    call(name: string, input: unknown): Promise<{ ok: boolean; error?: { code: string } }>
    select(files: readonly unknown[]): Promise<{ ok: boolean; error?: { code: string } }>
  }
}
const call = (page: Page, name: string, input: unknown) =>
  page.evaluate(([n, i]) => (globalThis as never as Bridge).plateau.call(n as string, i), [
    name,
    input,
  ] as const)

test('serves the content security policy, and what it refuses is counted', async ({
  plateau: { app, page },
}) => {
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
  // Every test fails on what is counted here (fixtures.ts).
  const counted: string[] = []
  await expect.poll(() => counted.push(...takeViolations(app)) && counted.length).toBe(2)
  expect(counted.join()).toContain('script-src')
  expect(counted.join()).toContain('connect-src')
})

test('gives the page four functions and nothing of node', async ({ plateau: { app, page } }) => {
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
    ['follow', 'function'],
    ['subscribe', 'function'],
    ['select', 'function'],
  ])
  expect(globals.node).toEqual([])
  const preferences = await app.evaluate(({ webContents }) =>
    webContents
      .getAllWebContents()
      .map((contents) =>
        (
          contents as never as { getLastWebPreferences(): Readonly<Record<string, unknown>> }
        ).getLastWebPreferences(),
      ),
  )
  expect(preferences).toHaveLength(1)
  expect(preferences[0]).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    webviewTag: false,
  })
  // Whatever page and session come later are locked as those are.
  const locked = await app.evaluate(({ session, WebContentsView }) => {
    const other = session.fromPartition('other')
    const { webContents } = new WebContentsView({ webPreferences: { session: other } })
    const counts = [
      ...['will-navigate', 'will-redirect', 'will-attach-webview'].map((event) =>
        webContents.listenerCount(event),
      ),
      other.listenerCount('will-download'),
    ]
    const rtc = webContents.getWebRTCIPHandlingPolicy()
    webContents.close()
    return { counts, rtc }
  })
  expect(locked).toEqual({ counts: [1, 1, 1, 1], rtc: 'disable_non_proxied_udp' })
})

test('hears the main frame of its own page alone', async ({ plateau: { app } }) => {
  const answers = await app.evaluate(async ({ app: shell, BrowserWindow }) => {
    const open = async (url: string) => {
      const preload = `${shell.getAppPath()}/out/preload/preload.cjs`
      // Windows that the shell never makes: the bridge is in their frames too, and in a page of another origin.
      const webPreferences = {
        preload,
        sandbox: true,
        contextIsolation: true,
        nodeIntegrationInSubFrames: true,
      }
      const window = new BrowserWindow({ show: false, webPreferences })
      await window.loadURL(url)
      return window
    }
    const ask = `Promise.all([bridge.call('shell.info', {}), bridge.select([])])`
    const run = (window: Electron.BrowserWindow, script: string): Promise<Bridge[]> =>
      window.webContents.executeJavaScript(script) as never
    const own = await open('app://plateau/index.html?test')
    const other = await open('data:text/html,<p>other</p>')
    const mainFrame = await run(own, `(() => { const bridge = plateau; return ${ask} })()`)
    const subFrame = await run(
      own,
      `new Promise((resolve) => {
        const frame = document.createElement('iframe')
        frame.onload = () => { const bridge = frame.contentWindow.plateau; resolve(${ask}) }
        frame.srcdoc = '<p>frame</p>'
        document.body.append(frame)
      })`,
    )
    const otherPage = await run(other, `(() => { const bridge = plateau; return ${ask} })()`)
    own.destroy()
    other.destroy()
    return { mainFrame, subFrame, otherPage } as never as Record<
      string,
      { ok: boolean; error?: { code: string } }[]
    >
  })
  expect(answers['mainFrame']!.map(({ ok }) => ok)).toEqual([true, true])
  const refused = [...answers['subFrame']!, ...answers['otherPage']!].map(({ error }) => error?.code)
  expect(refused).toEqual(Array(4).fill('contract_violation'))
  trust('callers', { 'calls of a sub-frame and of another origin': refused.length, answered: 0 })
})

test('refuses what a window may not call', async ({ plateau: { page } }) => {
  const pathProcedures = [
    'project.open',
    'project.create',
    'project.openSample',
    'imports.preview',
    'imports.start',
    'safety.backup',
    'safety.recoverFrom',
    'safety.restore',
    'diagnostics.save',
  ]
  for (const name of [
    ...pathProcedures,
    '__proto__',
    'constructor',
    'nothing',
    'shell.nothing',
    'studies.events',
  ])
    expect(await call(page, name, { path: '/etc/passwd' })).toMatchObject({
      ok: false,
      error: { code: 'contract_violation' },
    })
  expect(await call(page, 'studies.cancel', { id: 7 })).toMatchObject({
    ok: false,
    error: { code: 'contract_violation', place: { field: 'id' } },
  })
  // A file that a script made has no path, and a path is no file.
  const made = await page.evaluate(async () => {
    const select = async (file: unknown): Promise<boolean> =>
      (await (globalThis as never as Bridge).plateau.select([file])).ok
    return Promise.all([
      select(new File(['x'], '/etc/passwd')),
      select('/etc/passwd').catch((error: Error) => error.message),
    ])
  })
  expect(made).toEqual([false, expect.stringContaining('File')])
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
    return answers.map((answer) => answer.error?.code)
  }, JSON.stringify(calls))
  expect(codes).toHaveLength(10_000)
  expect([...new Set(codes)]).toEqual(['contract_violation'])
  expect(await call(page, 'shell.info', {})).toMatchObject({ ok: true })
  trust('random calls', { calls: codes.length, 'typed errors': codes.length, 'left unanswered': 0 })
})

/** Ways of a page to be somewhere else. Each is run in the page, and answers with the window that it opened. */
const WAYS: Readonly<Record<string, (url: string) => unknown>> = {
  link: (url) => Object.assign(document.createElement('a'), { href: url }).click(),
  'link in a new window': (url) =>
    Object.assign(document.createElement('a'), { href: url, target: '_blank' }).click(),
  download: (url) => Object.assign(document.createElement('a'), { href: url, download: 'x' }).click(),
  assign: (url) => location.assign(url),
  replace: (url) => location.replace(url),
  open: (url) => window.open(url),
  'open in itself': (url) => void window.open(url, '_self'),
  form: (url) => {
    const form = Object.assign(document.createElement('form'), { action: url, method: 'post' })
    document.body.append(form)
    form.submit()
  },
  frame: (url) => {
    document.body.append(Object.assign(document.createElement('iframe'), { src: url }))
  },
  refresh: (url) => {
    const meta = Object.assign(document.createElement('meta'), { content: `0;url=${url}` })
    meta.httpEquiv = 'refresh'
    document.head.append(meta)
  },
}

test('does not leave its page, whatever the way and wherever to', async ({ plateau: { app, page } }) => {
  const requests: string[] = []
  const server = http.createServer(({ url }, answer) => {
    requests.push(url!)
    answer.writeHead(url === '/moved' ? 302 : 200, url === '/moved' ? { location: '/landed' } : {}).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const local = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const targets = [
    'https://example.com/',
    `${local}/page`,
    `${local}/moved`,
    'file:///etc/passwd',
    'data:text/html,x',
    'javascript:void(globalThis.ran = true)',
    'blob:app://plateau/0',
    'app://plateau/gpu.html',
    'app://elsewhere/index.html',
    'plateau-print://document/',
    'mailto:a@example.com',
  ]
  await app.evaluate(({ BrowserWindow, session }) => {
    const seen = Object.assign(globalThis, { asked: [] as string[], downloads: 0 })
    const [window] = BrowserWindow.getAllWindows()
    window!.webContents.on('will-navigate', ({ url }) => seen.asked.push(url))
    session.defaultSession.on('will-download', (event) => {
      if (!event.defaultPrevented) seen.downloads++
    })
  })
  const url = page.url()
  let attempts = 0
  for (const target of targets)
    for (const [name, way] of Object.entries(WAYS)) {
      // Nothing is left of the last way.
      await page.evaluate(() => {
        for (const left of document.querySelectorAll('body > form, body > iframe, meta[http-equiv=refresh]'))
          left.remove()
      })
      expect((await page.evaluate(way, target)) ?? null, `${name} to ${target}`).toBeNull()
      // The answer of the shell comes after everything the page asked for before it.
      await call(page, 'shell.info', {})
      expect(page.url(), `${name} to ${target}`).toBe(url)
      attempts++
    }
  const heard = () =>
    app.evaluate(() => {
      const { asked, downloads } = globalThis as never as { asked: string[]; downloads: number }
      return { asked, downloads }
    })
  // The slowest of the ways, a refresh, has been asked for too.
  await page.evaluate((to) => {
    const meta = Object.assign(document.createElement('meta'), { content: `0;url=${to}` })
    meta.httpEquiv = 'refresh'
    document.head.append(meta)
  }, `${local}/refreshed`)
  await expect.poll(async () => (await heard()).asked).toContain(`${local}/refreshed`)
  expect((await heard()).downloads).toBe(0)
  expect(page.url()).toBe(url)
  expect(app.windows()).toHaveLength(1)
  expect(await page.evaluate(() => 'ran' in globalThis)).toBe(false)
  // Playwright's locators would wait for what was begun and refused.
  expect(await page.evaluate(() => document.querySelector('#app > *')!.getClientRects().length)).toBe(1)
  expect(takeViolations(app).length).toBeGreaterThan(0)

  // What the shell itself loads is not sent on: by an address of its own, and by a server, which is not even reached.
  const moved = await app.evaluate(async ({ BrowserWindow, session }, elsewhere) => {
    const { protocol } = session.defaultSession
    protocol.unhandle('app')
    protocol.handle(
      'app',
      () => new Response(null, { status: 302, headers: { location: 'app://plateau/gpu.html' } }),
    )
    const [window] = BrowserWindow.getAllWindows()
    const { webContents } = window!
    const redirects: string[] = []
    webContents.on('will-redirect', (event) => redirects.push(event.url))
    const before = webContents.getURL()
    for (const from of ['app://plateau/moved', `${elsewhere}/moved`])
      await webContents.loadURL(from).catch(() => {})
    return { redirects, left: [before, webContents.getURL()].some((at) => /gpu\.html|landed/.test(at)) }
  }, local)
  expect(moved).toEqual({ redirects: ['app://plateau/gpu.html'], left: false })
  expect(requests).toEqual([])
  server.close()
  trust('navigation', {
    attempts,
    ways: Object.keys(WAYS).length,
    targets: targets.length,
    redirects: moved.redirects.length,
    left: 0,
    'windows opened': 0,
    'requests of the server': requests.length,
  })
})

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
test('serves nothing outside its folder, to GET only', async ({ plateau: { app, page } }) => {
  const statuses = await page.evaluate(
    (paths) =>
      Promise.all(
        paths.map((one) =>
          fetch(`app://plateau${one}`).then(
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
  expect(takeViolations(app)).toHaveLength(1)
})

test('grants no permission, to those who ask and to those who look', async ({ plateau: { app, page } }) => {
  const states = await page.evaluate(async () => {
    const names =
      'geolocation notifications push midi camera microphone background-fetch background-sync periodic-background-sync persistent-storage accelerometer gyroscope magnetometer ambient-light-sensor screen-wake-lock display-capture clipboard-read clipboard-write payment-handler idle-detection storage-access window-management local-fonts nfc keyboard-lock pointer-lock speaker-selection captured-surface-control'
    const found: [string, string][] = []
    for (const name of names.split(' ')) {
      // A name that this Chromium does not know, or does not let pages ask for, has no state.
      const state = await navigator.permissions
        .query({ name, userVisibleOnly: true } as never)
        .then((p) => p.state)
        .catch(() => null)
      if (state !== null) found.push([name, state])
    }
    return found
  })
  expect(states.length).toBeGreaterThan(10)
  expect(states.filter(([, state]) => state !== 'denied')).toEqual([])
  const asked = await page.evaluate(async () => {
    const { mediaDevices, geolocation, clipboard, storage, wakeLock } = navigator
    const device = navigator as never as Record<
      'usb' | 'hid' | 'serial' | 'bluetooth',
      Record<string, (options: object) => Promise<unknown>> | undefined
    >
    const { queryLocalFonts, getScreenDetails } = globalThis as never as Record<
      string,
      () => Promise<unknown>
    >
    const requests: Record<string, (() => Promise<unknown>) | undefined> = {
      camera: () => mediaDevices.getUserMedia({ video: true }),
      microphone: () => mediaDevices.getUserMedia({ audio: true }),
      screen: () => mediaDevices.getDisplayMedia(),
      geolocation: () => new Promise((yes, no) => geolocation.getCurrentPosition(yes, no)),
      notifications: async () => {
        if ((await Notification.requestPermission()) !== 'granted') throw new Error('denied')
      },
      midi: () => navigator.requestMIDIAccess({ sysex: true }),
      clipboard: () => clipboard.read(),
      persistence: async () => {
        if (!(await storage.persist())) throw new Error('denied')
      },
      wakeLock: () => wakeLock.request(),
      // Refused, it is never answered; the shell's answer comes after it would be.
      fullscreen: async () => {
        void document.documentElement.requestFullscreen()
        await (globalThis as never as Bridge).plateau.call('shell.info', {})
        if (document.fullscreenElement === null) throw new Error('denied')
      },
      usb: device.usb && (() => device.usb!['requestDevice']!({ filters: [] })),
      serial: device.serial && (() => device.serial!['requestPort']!({})),
      bluetooth: device.bluetooth && (() => device.bluetooth!['requestDevice']!({ acceptAllDevices: true })),
      fonts:
        queryLocalFonts &&
        (async () => {
          const fonts = (await queryLocalFonts()) as unknown[]
          if (fonts.length === 0) throw new Error('denied')
        }),
      screens: getScreenDetails && (() => getScreenDetails()),
    }
    const answers: [string, boolean][] = []
    for (const [name, request] of Object.entries(requests)) {
      if (request === undefined) continue
      const granted = await request().then(
        () => true,
        () => false,
      )
      answers.push([name, granted])
    }
    const hid =
      device.hid && ((await device.hid['requestDevice']!({ filters: [] }).catch(() => [])) as unknown[])
    return hid === undefined ? answers : [...answers, ['hid', hid.length > 0] as [string, boolean]]
  })
  expect(asked.length).toBeGreaterThan(10)
  expect(asked.filter(([, granted]) => granted)).toEqual([])
  takeViolations(app)
  trust('permissions', { looked: states.length, asked: asked.length, granted: 0 })
})

test('runs once per user-data folder; a second start shows the first window', async ({ userData }) => {
  const starts = loops({ reduced: 3, full: 20 })
  test.setTimeout(test.info().timeout + starts * 60_000)
  const { PLATEAU_TEST: _, ...env } = testEnvironment()
  const store = path.join(userData, 'empty.sqlite')
  openStore(store, { mode: 'write' }).close()
  const { app, page } = await startPlateau(userData, ['--store', store], env)
  await expect(page.getByTestId('project-name')).toHaveText('empty')
  await app.evaluate(({ app: first, BrowserWindow }) => {
    const counter = globalThis as never as { secondStarts: number; focused: number }
    Object.assign(counter, { secondStarts: 0, focused: 0 })
    first.on('second-instance', () => counter.secondStarts++)
    const [window] = BrowserWindow.getAllWindows()
    const focus = window!.focus.bind(window)
    window!.focus = () => {
      counter.focused++
      focus()
    }
  })
  const openers = (): number[] => everyone().filter((pid) => holds(pid, store))
  const [opener, ...others] = openers()
  expect(others).toEqual([])
  const root = path.resolve(import.meta.dirname, '../..')
  for (let start = 1; start <= starts; start++) {
    const second = spawn(runtime.path, [...runtime.args, root, '--user-data', userData, '--store', store], {
      env,
      stdio: 'ignore',
    })
    const code = await new Promise((resolve) => second.once('exit', resolve))
    expect(code).toBe(0)
    await expect
      .poll(() =>
        app.evaluate(() => {
          const { secondStarts, focused } = globalThis as never as { secondStarts: number; focused: number }
          return [secondStarts, focused]
        }),
      )
      .toEqual([start, start])
    expect(openers()).toEqual([opener])
  }
  expect(app.windows()).toHaveLength(1)
  await endPlateau(app)
  trust('single instance', { 'double starts': starts, 'openers of the store': 1, windows: 1 })
})

test('a start while the first one still ends its work is made up for once that has ended', async ({
  userData,
}) => {
  const { PLATEAU_TEST: _, ...env } = testEnvironment()
  const { app } = await startPlateau(userData, [], env)
  const first = processTree(app.process().pid!)
  await app.evaluate(({ app: ending, BrowserWindow }) => {
    const held = globalThis as never as { end?: () => void; secondStarts: number }
    const exit = ending.exit.bind(ending)
    held.secondStarts = 0
    ending.exit = (code) => (held.end = () => exit(code))
    ending.on('second-instance', () => held.secondStarts++)
    BrowserWindow.getAllWindows()[0]!.close()
  })
  const held = () =>
    app.evaluate(() => {
      const { end, secondStarts } = globalThis as never as { end?: () => void; secondStarts: number }
      return [end !== undefined, secondStarts] as const
    })
  await expect.poll(held).toEqual([true, 0])
  const root = path.resolve(import.meta.dirname, '../..')
  for (let start = 1; start <= 2; start++) {
    const second = spawn(runtime.path, [...runtime.args, root, '--user-data', userData], {
      env,
      stdio: 'ignore',
    })
    expect(await new Promise((resolve) => second.once('exit', resolve))).toBe(0)
    await expect.poll(held).toEqual([true, start])
  }
  // On a busy machine it has ended before it has answered.
  await app.evaluate(() => setImmediate((globalThis as never as { end: () => void }).end)).catch(() => null)
  await allEnded(first)
  const started = (): number[] =>
    everyone().filter((pid) => {
      const command = commandOf(pid)
      return command.includes(userData) && !command.includes('--type=')
    })
  await expect.poll(() => started().length).toBe(1)
  const again = processTree(started()[0]!)
  process.kill(again[0]!)
  await allEnded(again)
})

test.describe('with a store', () => {
  let template: { folder: string; path: string }
  test.beforeAll(async () => {
    template = await smallStore()
  })
  test.afterAll(() => fs.rmSync(template.folder, { recursive: true, force: true }))
  const ownStore = (userData: string): string => {
    const own = path.join(userData, 'small.sqlite')
    fs.copyFileSync(template.path, own)
    return own
  }

  test('a killed service: the window lives, says which study was interrupted, and goes on with it', async ({
    userData,
  }) => {
    const kills = loops({ reduced: 2, full: 50 })
    test.setTimeout(test.info().timeout + kills * 60_000)
    const store = ownStore(userData)
    let id: string | null = null
    let killed = 0
    let slowest = 0
    while (killed < kills) {
      const { app, page } = await startPlateau(userData, ['--store', store])
      await expect(page.getByTestId('coverage')).toBeVisible()
      const pagePid = () =>
        app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.webContents.getOSProcessId())
      const first = await pagePid()
      const banner = page.getByTestId('restarts')
      id = await startedOrResumed(page, id)
      // More within a minute would have it given up.
      for (let round = 0; round < 5 && killed < kills; round++) {
        await progress(page, id)
        process.kill(hostPid(app.process().pid!), 'SIGKILL')
        const at = performance.now()
        await expect(banner).toBeVisible()
        // The end of the study may have come before the kill did.
        if ((await stateOf(page, id)) === 'done') break
        slowest = Math.max(slowest, performance.now() - at)
        await expect(page.getByTestId('restarts-studies')).toContainText('长研究')
        expect(await pagePid()).toBe(first)
        if (killed === 0) await pictures(page, 'restarts')
        killed++
        await page.getByTestId('restarts-resume').click()
        await expect(banner).toBeHidden()
      }
      if (killed === kills || (await stateOf(page, id)) === 'done') await finished(page, id)
      await endPlateau(app)
    }
    trust('service killed', {
      kills: killed,
      'windows alive': killed,
      'interruption shown': killed,
      resumed: killed,
      'slowest banner (s)': (slowest / 1000).toFixed(2),
      'epochs lost or twice': 0,
    })
  })

  test('a service that keeps dying is given up, and the window says so', async ({ userData }) => {
    const { app, page } = await startPlateau(userData, ['--store', ownStore(userData)])
    await expect(page.getByTestId('coverage')).toBeVisible()
    const { id } = await ask<{ id: string }>(page, 'studies.start', { config: longStudy('long'), workers: 1 })
    await progress(page, id)
    await stopClock(app)
    let last = 0
    for (let death = 1; death <= 6; death++) {
      await expect.poll(() => [undefined, last].includes(hostPid(app.process().pid!, false))).toBe(false)
      last = hostPid(app.process().pid!)
      process.kill(last, 'SIGKILL')
      await expect.poll(() => holdsCommand(last)).toBe(false)
    }
    const banner = page.getByTestId('restarts')
    await expect(banner).toContainText('不再自动重启')
    await expect(page.getByTestId('restarts-studies')).toContainText('long')
    await expect(page.getByTestId('restarts-resume')).toHaveCount(0)
    await pictures(page, 'given-up')
    expect(await call(page, 'studies.list', {})).toMatchObject({ ok: false, error: { code: 'internal' } })
    await page.getByTestId('restarts-dismiss').click()
    await expect(banner).toBeHidden()
    await endPlateau(app)
  })

  test('a killed page is loaded again, and the work goes on', async ({ userData }) => {
    const kills = loops({ reduced: 1, full: 20 })
    test.setTimeout(test.info().timeout + kills * 60_000)
    const store = ownStore(userData)
    let id: string | null = null
    let killed = 0
    while (killed < kills) {
      const { app, page } = await startPlateau(userData, ['--store', store])
      await expect(page.getByTestId('coverage')).toBeVisible()
      const host = hostPid(app.process().pid!)
      id = await startedOrResumed(page, id)
      await progress(page, id)
      const reborn = await countLoads(app)
      for (let round = 1; round <= 5 && killed < kills; round++) {
        const before = await inPage<number>(app, EPOCHS_OF(id))
        if (before === ALL_EPOCHS) break
        await crash(app)
        await reborn(round)
        await inPage(app, until(`[data-testid=restarts][data-part=page]`))
        killed++
        // The same service, which did not stop meanwhile, and the same study in the new page.
        expect(hostPid(app.process().pid!)).toBe(host)
        await expect.poll(() => inPage<number>(app, EPOCHS_OF(id!))).toBeGreaterThan(before)
        await expect
          .poll(() => inPage<string>(app, `document.querySelector('header').innerText`))
          .toContain('长研究')
        if (killed === 1) await capture(app, 'page-zh-CN')
      }
      if (killed === kills || (await inPage(app, EPOCHS_OF(id))) === ALL_EPOCHS)
        await expect.poll(() => inPage(app, STATE_OF(id!)), { timeout: STUDY_LIMIT_MS }).toBe('done')
      await endPlateau(app)
    }
    trust('page killed', { kills: killed, 'loaded again': killed, 'study went on': killed })
  })

  test('makes no connection: not a request, not a socket, and none could be made', async ({ userData }) => {
    test.skip(process.platform !== 'linux', 'needs /proc')
    const log = path.join(userData, 'net.json')
    const gpu = ['--disable-gpu', `--log-net-log=${log}`, '--net-log-capture-mode=Everything']
    const started = await startPlateau(userData, ['--store', ownStore(userData)], testEnvironment(), gpu)
    const { app, page, problems } = started
    const foreign = new Set<string>()
    const seen = new Set<number>()
    let samples = 0
    const sample = (): void => {
      const pids = processTree(app.process().pid!)
      pids.forEach((pid) => seen.add(pid))
      foreignSockets(pids).forEach((socket) => foreign.add(socket))
      samples++
    }
    const timer = setInterval(sample, 500)
    try {
      // A study, every screen while it runs and once it is done, and its report.
      const study = smallStudy()
      const config = { ...study, training: { ...study.training, seeds: [1] }, landscape: null }
      const { id } = await ask<{ id: string }>(page, 'studies.start', { config, workers: 2 })
      const screens = [
        'data',
        'study',
        'training',
        'landscape',
        'factor',
        'portfolio',
        'report',
        'compute',
        'settings',
      ]
      for (const screen of [...screens, 'home']) {
        await page.getByTestId(`nav-${screen}`).click()
        sample()
      }
      await expect.poll(() => stateOf(page, id)).toBe('done')
      for (const screen of ['training', 'factor', 'portfolio']) {
        await page.getByTestId(`nav-${screen}`).click()
        await expect(page.locator('main [data-chart-ready]').first()).toBeVisible()
        sample()
      }
      const pdf = path.join(userData, 'report.pdf')
      await answerSaveDialog(app, pdf)
      await page.getByTestId('export-pdf').first().click()
      await expect(page.getByTestId('export-done').first()).toBeVisible()
      sample()
    } finally {
      clearInterval(timer)
    }
    expect([...foreign]).toEqual([])
    expect(problems).toEqual([])
    // The eyes are open: a socket of this process is seen.
    const own = http.createServer()
    await new Promise<void>((resolve) => own.listen(0, '0.0.0.0', resolve))
    expect(foreignSockets([process.pid])).toHaveLength(1)
    own.close()

    // Whoever asks within Chromium finds no host, not even this machine: the shell, prefetching, WebRTC.
    let reached = 0
    const server = http.createServer(() => reached++)
    server.on('connection', () => reached++)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const stun = createSocket('udp4', () => reached++)
    await new Promise<void>((resolve) => stun.bind(0, '127.0.0.1', resolve))
    const probe = `http://127.0.0.1:${(server.address() as AddressInfo).port}/probe`
    const refusal = await app.evaluate(
      ({ net }, url) => net.fetch(url).then(String, (error: Error) => error.message),
      probe,
    )
    expect(refusal).toContain('ERR_NAME_NOT_RESOLVED')
    const gathered = await page.evaluate(
      async ([url, port]) => {
        document.head.append(Object.assign(document.createElement('link'), { rel: 'preconnect', href: url }))
        const peer = new RTCPeerConnection({ iceServers: [{ urls: `stun:127.0.0.1:${port}` }] })
        peer.createDataChannel('x')
        const candidates: string[] = []
        const done = new Promise((resolve) => {
          peer.onicecandidate = ({ candidate }) => candidate && candidates.push(candidate.candidate)
          peer.onicegatheringstatechange = () => peer.iceGatheringState === 'complete' && resolve(null)
        })
        await peer.setLocalDescription()
        await done
        peer.close()
        return candidates.filter((text) => text.includes(' udp '))
      },
      [probe, stun.address().port] as const,
    )
    expect(gathered).toEqual([])
    await endPlateau(app)
    expect(reached).toBe(0)
    server.close()
    stun.close()

    const text = fs.readFileSync(log, 'utf8')
    const told = (field: string) => [
      ...new Set([...text.matchAll(new RegExp(`"${field}":"([^"]+)"`, 'g'))].map(([, value]) => value!)),
    ]
    expect(told('url')).toContain(probe)
    const { host } = new URL(probe)
    const outside = told('url').filter((url) => !/^(app|data|blob|plateau-print):/.test(url))
    expect(outside.filter((url) => !url.includes(host))).toEqual([])
    const probed = [`http://${host}`, `http://~notfound:${new URL(probe).port}`, '127.0.0.1']
    expect(told('host').filter((name) => !probed.includes(name))).toEqual([])
    trust('no connection', {
      processes: seen.size,
      'samples of their sockets': samples,
      'sockets beyond this machine': foreign.size,
      'requests in the net log beyond app, data and blob': 0,
      'probes that got through': reached,
    })
  })
})

test('a page that keeps dying is not loaded for ever: the user is asked', async ({ userData }) => {
  // The second question is answered by quitting.
  const questions = loops({ reduced: 1, full: 2 })
  const { app } = await startPlateau(userData, [])
  await stopClock(app)
  const reborn = await countLoads(app)
  const asked = await answerQuestions(app, [0, 1])
  for (let death = 1; death <= 5; death++) {
    await crash(app)
    await reborn(death)
  }
  expect(await asked()).toEqual([])
  await crash(app)
  // "Load again" begins to count anew.
  await reborn(6)
  expect(await asked()).toEqual([['界面进程反复终止', ['再次载入', '退出']]])
  for (let death = 7; death <= (questions === 2 ? 11 : 7); death++) {
    await crash(app)
    await reborn(death)
  }
  expect(await asked()).toHaveLength(1)
  if (questions === 2) {
    const gone = new Promise<void>((resolve) => app.process().once('exit', () => resolve()))
    await crash(app)
    await gone
  } else await endPlateau(app)
  trust('page loops', { 'deaths within a minute': 6 * questions, 'questions asked': questions })
})

test('a page that hangs: the user is asked when Chromium notices, and may have it loaded again', async ({
  userData,
}) => {
  const app = await startUndebugged(userData)
  try {
    await app.evaluate(`(async () => {
      const { BrowserWindow, dialog } = electron
      const waited = async (seen) => { while (!seen()) await new Promise((resolve) => setTimeout(resolve, 20)) }
      await waited(() => BrowserWindow.getAllWindows().length > 0)
      const [window] = BrowserWindow.getAllWindows()
      await waited(() => window.isVisible() && !window.webContents.isLoading())
      // First to wait, then to load again.
      Object.assign(globalThis, { page: window.webContents, questions: [], loads: 0 })
      dialog.showMessageBox = (_window, { message, buttons }) => {
        questions.push([message, buttons])
        return Promise.resolve({ response: questions.length - 1, checkboxChecked: false })
      }
      page.on('did-finish-load', () => loads++)
      void page.executeJavaScript('for (;;);')
    })()`)
    // Of a page that is not asked anything, nobody knows that it does not answer.
    const asked = (): Promise<[string, string[]][]> =>
      app.evaluate(`(page.sendInputEvent({ type: 'keyDown', keyCode: 'a' }), questions)`)
    await expect.poll(asked, { intervals: [1_000] }).toHaveLength(1)
    expect(await app.evaluate('loads')).toBe(0)
    await expect.poll(asked, { intervals: [1_000] }).toHaveLength(2)
    expect(await app.evaluate('questions')).toEqual(Array(2).fill(['界面没有响应', ['继续等待', '重新载入']]))
    await expect.poll(() => app.evaluate('loads')).toBe(1)
    const told = `page.executeJavaScript("document.querySelector('[data-testid=restarts][data-part=page]') !== null")`
    await expect.poll(() => app.evaluate(told)).toBe(true)
    trust('page hangs', { hangs: 1, 'questions asked': 2, 'loaded again': 1 })
  } finally {
    await app.end()
  }
})

/** From now on no time passes for the shell: what dies does so within a minute, however slow the machine. */
const stopClock = (app: ElectronApplication): Promise<void> =>
  app.evaluate(() => {
    const now = performance.now()
    performance.now = () => now
  })

/** A study that outlasts a few kills: one run at a time, some seconds each. */
function longStudy(name: string) {
  const study = smallStudy()
  return {
    ...study,
    name,
    models: [{ frequency: 'daily', sequenceLength: 20, hiddenSize: 32, layers: 2 }],
    optimizers: study.optimizers.slice(0, 1),
    training: { ...study.training, seeds: SEEDS, maxEpochs: EPOCHS, patience: EPOCHS, trajectories: 'none' },
    landscape: null,
  }
}
const EPOCHS = loops({ reduced: 20, full: 40 })
const SEEDS = Array.from({ length: loops({ reduced: 2, full: 10 }) }, (_, at) => at + 1)
const ALL_EPOCHS = SEEDS.length * EPOCHS

/** The long study, taken up again; another when there is none or it is done: how far it comes between kills depends on the machine. */
async function startedOrResumed(page: Page, id: string | null): Promise<string> {
  if (id !== null && (await stateOf(page, id)) !== 'done') {
    await ask(page, 'studies.resume', { id })
    return id
  }
  const config = longStudy('长研究')
  return (await ask<{ id: string }>(page, 'studies.start', { config, workers: 1 })).id
}

const epochsOf = (page: Page, id: string) =>
  ask<{ key: { seed: number }; record: { epoch: number } }[]>(page, 'studies.epochs', { id })
const stateOf = async (page: Page, id: string): Promise<string | undefined> =>
  (await ask<{ id: string; state: string }[]>(page, 'studies.list', {})).find((study) => study.id === id)
    ?.state

/** Ends when the study has got on from where it is, or has no epoch left. */
async function progress(page: Page, id: string): Promise<void> {
  const before = (await epochsOf(page, id)).length
  await expect
    .poll(async () => (await epochsOf(page, id)).length)
    .toBeGreaterThanOrEqual(Math.min(before + 1, ALL_EPOCHS))
}
/** Ends when the study is done; every epoch of every run is there, once. */
async function finished(page: Page, id: string): Promise<void> {
  await expect.poll(() => stateOf(page, id), { timeout: STUDY_LIMIT_MS }).toBe('done')
  const bySeed = Map.groupBy(await epochsOf(page, id), ({ key }) => key.seed)
  const all = Array.from({ length: EPOCHS }, (_, at) => at + 1)
  for (const seed of SEEDS) expect(bySeed.get(seed)!.map(({ record }) => record.epoch)).toEqual(all)
}

/** The service process among the app's: a Node running host.js, or Electron's utility process for it. */
function hostPid(app: number): number
function hostPid(app: number, required: false): number | undefined
function hostPid(app: number, required = true): number | undefined {
  const found = processTree(app).find((pid) => /host\.js|node\.mojom\.NodeService/.test(commandOf(pid)))
  if (found === undefined && required) throw new Error('The app has no service process.')
  return found
}
const holdsCommand = (pid: number): boolean => /host\.js|NodeService/.test(commandOf(pid))

const everyone = (): number[] =>
  fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
function holds(pid: number, file: string): boolean {
  try {
    const folder = `/proc/${pid}/fd`
    return fs.readdirSync(folder).some((fd) => fs.readlinkSync(`${folder}/${fd}`) === file)
  } catch {
    return false
  }
}

/** After a crash Playwright's page is gone; the app's own is reached through the shell. */
const inPage = <T>(app: ElectronApplication, script: string): Promise<T> =>
  app.evaluate(
    ({ BrowserWindow }, code) =>
      BrowserWindow.getAllWindows()[0]!.webContents.executeJavaScript(code) as Promise<never>,
    script,
  )
/** A script that ends when the page has an element. */
const until = (selector: string): string => `new Promise((resolve) => {
  const look = () => document.querySelector('${selector}') ? resolve(true) : requestAnimationFrame(look)
  look()
})`
const ASK = (name: string, input: object): string => `plateau.call('${name}', ${JSON.stringify(input)})`
const EPOCHS_OF = (id: string): string => `${ASK('studies.epochs', { id })}.then(({ value }) => value.length)`
const STATE_OF = (id: string): string =>
  `${ASK('studies.list', {})}.then(({ value }) => value.find(({ id }) => id === '${id}').state)`

const crash = (app: ElectronApplication): Promise<void> =>
  app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.webContents.forcefullyCrashRenderer())

/**
 * Returns what waits until the page has been loaded that often from now on, and no more often. The shell tells of each by its console:
 * among many questions to its process one may be lost, of which Playwright says that its promise was garbage collected.
 */
async function countLoads(app: ElectronApplication): Promise<(times: number) => Promise<void>> {
  const LOADED = 'the page was loaded'
  let loads = 0
  app.on('console', (message) => {
    if (message.text() === LOADED) loads++
  })
  await app.evaluate(async ({ BrowserWindow }, told) => {
    const { webContents } = BrowserWindow.getAllWindows()[0]!
    // The document may be there before the shell has heard of it.
    if (webContents.isLoading())
      await new Promise<void>((resolve) => webContents.once('did-stop-loading', resolve))
    webContents.on('did-finish-load', () => console.log(told))
  }, LOADED)
  return (times) => expect.poll(() => loads).toBe(times)
}

/** The shell's questions are answered with these, in turn. Returns what tells which were asked. */
async function answerQuestions(app: ElectronApplication, answers: readonly number[]) {
  await app.evaluate(({ dialog }, given) => {
    const asked: unknown[] = []
    Object.assign(globalThis, { questions: asked })
    dialog.showMessageBox = (...args: unknown[]) => {
      const { message, buttons } = args.at(-1) as { message: string; buttons: string[] }
      asked.push([message, buttons])
      return Promise.resolve({ response: given[asked.length - 1] ?? 1, checkboxChecked: false })
    }
  }, answers)
  return () => app.evaluate(() => (globalThis as never as { questions: [string, string[]][] }).questions)
}

/** Where a test leaves pictures to be looked at: both themes, both languages. */
async function pictures(page: Page, name: string): Promise<void> {
  for (const [theme, locale] of [
    ['dark', 'zh-CN'],
    ['light', 'en'],
  ]) {
    await page.screenshot({
      path: path.join('test-results', 'screens', `security-${name}-${locale}-${theme}.png`),
    })
    await page.getByTestId('theme-switch').click()
    await page.getByTestId('locale-switch').click()
  }
}
/** Of a page that Playwright has lost. */
async function capture(app: ElectronApplication, name: string): Promise<void> {
  const png = await app.evaluate(async ({ BrowserWindow }) =>
    (await BrowserWindow.getAllWindows()[0]!.webContents.capturePage()).toPNG().toString('base64'),
  )
  const folder = path.join('test-results', 'screens')
  fs.mkdirSync(folder, { recursive: true })
  fs.writeFileSync(path.join(folder, `security-${name}.png`), Buffer.from(png, 'base64'))
}
