import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { FuseState, FuseV1Options, type FuseV1Config, getCurrentFuseWire } from '@electron/fuses'
import { type Browser, chromium, type Page } from '@playwright/test'
import { SERVICE_PACKAGES } from '../../scripts/licences/servicePackages.ts'
import { notices } from '../../src-shared/notices.ts'
import { pdfPages } from '../fixtures/pdfText.ts'
import { canMount, lockFolder } from '../fixtures/smallDisk.ts'
import { smallStore, smallStudy } from '../fixtures/smallStore.ts'
import { loops, trust } from '../fixtures/trust.ts'
import {
  allEnded,
  ask,
  commandOf,
  expect,
  processTree,
  runtime,
  STUDY_LIMIT_MS,
  test as base,
  testEnvironment,
} from './fixtures.ts'

/** The packed app as it is installed: its fuses are blown, so Playwright reaches it over Chromium's port and not over --inspect. */

const root = path.resolve(import.meta.dirname, '../..')
/** What packs more than once, or runs the whole sample. */
const FULL = loops({ reduced: 0, full: 1 }) === 1
const BUNDLER = path.join(root, 'node_modules/electron-vite/bin/electron-vite.js')

/** A packed app, moved to a folder with a name of spaces and Chinese, as anybody may choose one. */
interface Packed {
  readonly folder: string
  readonly executable: string
}

const test = base.extend<object, { packed: Packed }>({
  packed: [
    async ({}, use) => {
      const work = fs.mkdtempSync(path.join(os.tmpdir(), 'plateau-packed-'))
      pack(path.join(work, 'dist'))
      const folder = path.join(work, '安装 目录')
      fs.renameSync(path.join(work, 'dist/linux-unpacked'), folder)
      await use({ folder, executable: path.join(folder, 'plateau') })
      fs.rmSync(work, { recursive: true, force: true, maxRetries: 5 })
    },
    { scope: 'worker', timeout: 600_000 },
  ],
})
test.skip(process.platform !== 'linux', 'launches the packed app of Linux')

/** Make the app's folder in `out`, or with `all` the packages, too. */
function pack(out: string, { all = false } = {}): void {
  const args = ['scripts/package/main.mjs', ...(all ? [] : ['--dir']), '--out', out]
  execFileSync(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
}

const sha256 = (file: string): string => createHash('sha256').update(fs.readFileSync(file)).digest('hex')

const FUSES: Readonly<Record<string, readonly [FuseV1Options, FuseState]>> = {
  RunAsNode: [FuseV1Options.RunAsNode, FuseState.DISABLE],
  NODE_OPTIONS: [FuseV1Options.EnableNodeOptionsEnvironmentVariable, FuseState.DISABLE],
  '--inspect': [FuseV1Options.EnableNodeCliInspectArguments, FuseState.DISABLE],
  'cookie encryption': [FuseV1Options.EnableCookieEncryption, FuseState.ENABLE],
  'archive integrity': [FuseV1Options.EnableEmbeddedAsarIntegrityValidation, FuseState.ENABLE],
  'app from the archive only': [FuseV1Options.OnlyLoadAppFromAsar, FuseState.ENABLE],
  'file:// privileges': [FuseV1Options.GrantFileProtocolExtraPrivileges, FuseState.DISABLE],
}

test('the fuses of the packed app read back as they should be, and hold', async ({ packed, userData }) => {
  const wire = (await getCurrentFuseWire(packed.executable)) as FuseV1Config<FuseState>
  const set = Object.entries(FUSES).filter(([, [fuse, state]]) => wire[fuse] === state)
  expect(set.map(([name]) => name)).toEqual(Object.keys(FUSES))

  // Each way to have it run other code, tried at once: the app prints all the same, and nothing of it happened.
  const mark = path.join(userData, 'mark')
  const intruder = path.join(userData, 'intruder.cjs')
  fs.writeFileSync(intruder, `require('node:fs').writeFileSync(${JSON.stringify(mark)}, '')`)
  // Beside the archive: what an Electron without the fuse would load before it.
  const app = path.join(packed.folder, 'resources/app')
  fs.mkdirSync(app)
  fs.writeFileSync(path.join(app, 'package.json'), '{"main":"main.js"}')
  fs.copyFileSync(intruder, path.join(app, 'main.js'))
  const { pdf, said } = await print(packed.executable, userData, ['--inspect=127.0.0.1:0'], {
    ELECTRON_RUN_AS_NODE: '1',
    NODE_OPTIONS: `--require=${intruder}`,
  })
  fs.rmSync(app, { recursive: true })
  expect((await pdfPages(pdf)).join()).toContain('packed')
  expect(fs.existsSync(mark)).toBe(false)
  expect(said).not.toContain('Debugger listening')
  trust('fuses', { 'read back': `${set.length}/${Object.keys(FUSES).length}`, 'ways tried and refused': 4 })
})

test('the package holds what the app needs, its licences and nothing of development', ({ packed }) => {
  const files = fs
    .readdirSync(packed.folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(packed.folder, path.join(entry.parentPath, entry.name)))
  const packages = new Set(
    files.flatMap((file) => /^resources\/service\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []),
  )
  expect([...packages].sort()).toEqual(Object.keys(SERVICE_PACKAGES).sort())
  for (const file of [
    'resources/service/src-main/nn/engines/compiled/build/wasm/plateau_gru.simd128.wasm',
    `resources/service/src-main/nn/engines/compiled/build/linux-${process.arch}/plateau_gru.node`,
    'resources/service/resources/sample/quick-study.json',
    'LICENSE.txt',
    'LICENSES.chromium.html',
  ])
    expect(files).toContain(file)
  expect(files.filter((file) => /\.(ts|vue|map|c|h)$/.test(file))).toEqual([])

  const said = fs.readFileSync(path.join(packed.folder, 'LICENSES.txt'), 'utf8')
  const listed = notices.parse(
    JSON.parse(fs.readFileSync(path.join(root, 'out/renderer/licences.json'), 'utf8')),
  )
  for (const { text } of listed) expect(said).toContain(text)
  const sbom = JSON.parse(fs.readFileSync(path.join(packed.folder, 'sbom.cdx.json'), 'utf8')) as {
    bomFormat: string
    components: { name: string; version: string }[]
  }
  expect(sbom.bomFormat).toBe('CycloneDX')
  const names = sbom.components.map(({ name }) => name)
  expect(names).toEqual(
    expect.arrayContaining(['vue', 'echarts', 'better-sqlite3', 'SQLite', 'node', 'electron']),
  )
  const bytes = files.reduce((sum, file) => sum + fs.statSync(path.join(packed.folder, file)).size, 0)
  trust('packed app', {
    files: files.length,
    MB: Math.round(bytes / 1e6),
    'parts with licence text': listed.length,
  })
})

test('packing again from the sources makes the same archive, byte for byte', ({ packed }) => {
  test.skip(!FULL, 'PLATEAU_TRUST=full')
  const archive = (folder: string): string => sha256(path.join(folder, 'resources/app.asar'))
  const first = archive(packed.folder)
  const out = path.join(path.dirname(packed.folder), 'again')
  execFileSync(process.execPath, [BUNDLER, 'build', '--logLevel', 'warn'], { cwd: root })
  pack(out)
  expect(archive(path.join(out, 'linux-unpacked'))).toBe(first)
  fs.rmSync(out, { recursive: true })
  trust('packed again', { 'archives the same, bundle made anew': 2 })
})

test('the packages hold the app that was packed, and come out the same twice', async ({
  packed,
  userData,
}) => {
  test.skip(!FULL, 'PLATEAU_TRUST=full')
  const work = path.dirname(packed.folder)
  const made = ['first', 'second'].map((name) => {
    const out = path.join(work, name)
    pack(out, { all: true })
    return fs
      .readdirSync(out)
      .filter((file) => /\.(deb|tar\.gz)$/.test(file))
      .map((file) => ({ file, path: path.join(out, file), hash: sha256(path.join(out, file)) }))
  })
  const [first, second] = made.map((files) => files.map(({ file, hash }) => ({ file, hash })))
  expect(first).toHaveLength(2)
  expect(second).toEqual(first)

  const deb = made[0]!.find(({ file }) => file.endsWith('.deb'))!.path
  const tree = path.join(work, 'tree')
  execFileSync('dpkg-deb', ['-x', deb, tree])
  expect(fs.statSync(path.join(tree, 'opt/Plateau/chrome-sandbox')).mode & 0o7777).toBe(0o4755)
  const command = path.join(tree, 'usr/bin/plateau')
  expect(fs.realpathSync(command)).toBe(path.join(fs.realpathSync(tree), 'opt/Plateau/plateau'))
  const archive = path.join(work, 'archive')
  fs.mkdirSync(archive)
  execFileSync('tar', ['-xzf', made[0]!.find(({ file }) => file.endsWith('.gz'))!.path, '-C', archive])
  for (const executable of [command, path.join(archive, fs.readdirSync(archive)[0]!, 'plateau')]) {
    const { pdf } = await print(executable, userData)
    expect((await pdfPages(pdf)).join()).toContain('packed')
    expect(sha256(path.join(path.dirname(fs.realpathSync(executable)), 'resources/app.asar'))).toBe(
      sha256(path.join(packed.folder, 'resources/app.asar')),
    )
  }
  trust('packed again', { 'packages the same twice': first!.length, 'of them printed from': 2 })
})

const CANNOT_LOCK = 'needs a user that is not root, or leave to mount'

test('from a folder nobody can write to, the packed app runs a study and shows its NAV', async ({
  packed,
  userData,
}) => {
  test.skip(!canMount && process.getuid?.() === 0, CANNOT_LOCK)
  const unlock = canMount ? lockFolder(packed.folder) : takeRights(packed.folder)
  try {
    expect(() => fs.writeFileSync(path.join(packed.folder, 'new'), '')).toThrow()
    const { child, browser, page } = await startPacked(packed.executable, userData)
    await (FULL ? runSample(page) : runSmallStudy(page, userData))
    await expect(page.getByTestId('statistics')).toContainText('SAM')
    await page.screenshot({ path: path.join('test-results', 'screens', 'packed-nav.png') })
    // The service runs on the Node of the package, out of the package.
    const service = path.join(packed.folder, 'resources/service')
    const host = `${service}/node_modules/node/bin/node\0${service}/out/main/host.js\0`
    // A process that it starts has its command line at first.
    await expect
      .poll(() => processTree(child.pid!).filter((pid) => commandOf(pid).startsWith(host)))
      .toHaveLength(1)
    const pids = processTree(child.pid!)
    const ended = once(child, 'exit')
    await page.evaluate(() => close()).catch(() => undefined)
    expect((await ended)[0]).toBe(0)
    await allEnded(pids)
    await browser.close()
  } finally {
    unlock()
  }
  trust('packed app', { 'run to its NAV from a read-only folder': FULL ? 'the sample' : 'a small study' })
})

/** From the empty profile: the sample is made, and its quick study run. */
async function runSample(page: Page): Promise<void> {
  await page.getByTestId('open-sample').press('Enter')
  const quick = page.getByTestId('quick-study')
  await expect(quick).toBeFocused()
  await quick.press('Enter')
  await expect(page.locator('[data-testid=chart-nav][data-chart-ready]')).toBeVisible({
    timeout: STUDY_LIMIT_MS,
  })
}

async function runSmallStudy(page: Page, userData: string): Promise<void> {
  const { path: store } = await smallStore(userData)
  fs.renameSync(store, path.join(userData, 'sample.sqlite'))
  // Already there, it is opened and not made.
  await page.getByTestId('open-sample').press('Enter')
  await expect(page.getByTestId('coverage')).toBeVisible()
  const config = { ...smallStudy(), training: { ...smallStudy().training, seeds: [1] } }
  const { id } = await ask<{ id: string }>(page, 'studies.start', { config })
  const stateOf = async () =>
    (await ask<{ id: string; state: string }[]>(page, 'studies.list', {})).find((study) => study.id === id)
      ?.state
  await expect.poll(stateOf).toBe('done')
  await page.getByTestId('nav-portfolio').click()
  await expect(page.locator('[data-testid=chart-nav][data-chart-ready]')).toBeVisible()
}

/** Have the app print one page, which needs no display; what it said on standard error. */
async function print(
  executable: string,
  userData: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<{ pdf: string; said: string }> {
  const html = path.join(userData, 'page.html')
  const pdf = path.join(userData, 'page.pdf')
  fs.rmSync(pdf, { force: true })
  fs.writeFileSync(html, '<!doctype html><title>One page</title><p>packed</p>')
  const child = spawn(
    executable,
    [
      ...args,
      ...runtime.args,
      '--ozone-platform=headless',
      `--user-data-dir=${userData}`,
      `--print-html=${html}`,
      `--print-pdf=${pdf}`,
    ],
    { env: { ...testEnvironment(), ...env }, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const [code] = (await once(child, 'exit')) as [number]
  expect(code, said).toBe(0)
  return { pdf, said }
}

/** Start the app with a port for Chromium's protocol and wait for its window. */
async function startPacked(
  executable: string,
  userData: string,
): Promise<{ child: ChildProcess; browser: Browser; page: Page }> {
  const child = spawn(
    executable,
    [...runtime.args, '--disable-gpu', '--remote-debugging-port=0', '--user-data', userData],
    {
      env: { ...testEnvironment(), PLATEAU_COMPUTE_FILE: path.join(userData, 'compute.json') },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  const address = await new Promise<string>((resolve, reject) => {
    let said = ''
    child.stderr!.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      const found = /DevTools listening on (ws:\S+)/.exec(said)
      if (found !== null) resolve(found[1]!)
    })
    child.once('exit', (code) => reject(new Error(`The packed app ended with ${code}.\n${said}`)))
  })
  const browser = await chromium.connectOverCDP(address)
  const context = browser.contexts()[0]!
  const page = context.pages()[0] ?? (await context.waitForEvent('page'))
  await page.waitForLoadState('load')
  return { child, browser, page }
}

function takeRights(folder: string): () => void {
  execFileSync('chmod', ['-R', 'a-w', folder])
  return () => void execFileSync('chmod', ['-R', 'u+w', folder])
}
