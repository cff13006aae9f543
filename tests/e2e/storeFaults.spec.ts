import fs from 'node:fs'
import path from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import Database from 'better-sqlite3'
import { keepBackup } from '../../src-main/store/autoBackup.ts'
import { listBackups } from '../../src-main/store/backupFolder.ts'
import { openStore } from '../../src-main/store/store.ts'
import { canMount, smallDisk, type SmallDisk } from '../fixtures/smallDisk.ts'
import { trust } from '../fixtures/trust.ts'
import { endPlateau, expect, startPlateau, test } from './fixtures.ts'
import { dress, LOOKS } from './states.ts'

/** Stores that cannot be opened: what the window says, in both languages, and its ways on. */

/** A store of 1 000 stocks whose last import and study are of now. */
function makeStore(file: string): void {
  const store = openStore(file, { mode: 'write' })
  store.transaction(() => {
    for (let stock = 0; stock < 1_000; stock++)
      store.run('INSERT INTO instrument (symbol) VALUES (?)', `${100_000 + stock}.SZ`)
  })
  store.close()
}
function changeLater(file: string): void {
  const store = openStore(file, { mode: 'write' })
  const now = new Date(Date.now() + 1_000).toISOString()
  store.run(
    "INSERT INTO import_batch (imported_at, path, sha256, preset) VALUES (?, '/data/bars_2024.csv', ?, 'generic')",
    now,
    'a'.repeat(64),
  )
  store.run(
    `INSERT INTO study (id, name, config, state, owner_pid, owner_started, owner_boot, started_at, ended_at)
     VALUES ('a', 'SAM 300', '{}', 'cancelled', 1, '', '', ?, ?)`,
    now,
    now,
  )
  store.close()
}
/** Bytes in the middle of the file, where its rows are. */
function damage(file: string): Buffer {
  const bytes = fs.readFileSync(file)
  bytes.fill(0xff, bytes.length >> 1, (bytes.length >> 1) + 5_000)
  fs.writeFileSync(file, bytes)
  return bytes
}

/** What the fault's screen says, in both languages and themes, looked at and without obstacles. */
async function inspect(page: Page, name: string, says: { readonly zh: string; readonly en: string }) {
  for (const { theme, locale } of LOOKS) {
    await dress(page, theme, locale)
    const panel = page.getByTestId('store-fault')
    await expect(panel).toContainText(locale === 'en' ? says.en : says.zh)
    await page.screenshot({
      path: path.join('test-results', 'screens', `fault-${name}-${theme}-${locale}.png`),
    })
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
    expect(violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))).toEqual([])
  }
  await dress(page, 'dark', 'zh-CN')
}

test('a damaged store: what is lost is told, and one button puts the backup in its place', async ({
  userData,
}) => {
  const store = path.join(userData, 'project.sqlite')
  makeStore(store)
  const older = await keepBackup(store)
  changeLater(store)
  const newest = await keepBackup(store)
  damage(newest.path)
  const bytes = damage(store)

  const { app, page, problems } = await startPlateau(userData, ['--store', store])
  await expect(page.getByTestId('fault-restore')).toBeVisible()
  const panel = page.getByTestId('store-fault')
  await expect(panel).toHaveAttribute('data-code', 'store_corrupt')
  await expect(panel).toContainText(path.basename(newest.path))
  await expect(page.getByTestId('lost')).toContainText('bars_2024.csv')
  await expect(page.getByTestId('lost')).toContainText('SAM 300')
  await inspect(page, 'damaged', { zh: '损坏的文件会保留在旁', en: 'never deleted' })
  expect(fs.readFileSync(store).equals(bytes)).toBe(true)

  await page.getByTestId('fault-restore').click()
  const told = page.getByTestId('recovered')
  await expect(told).toContainText('project.sqlite.corrupt-')
  await expect(told).toContainText(path.basename(newest.path))
  await expect(panel).toHaveCount(0)
  await expect(page.getByTestId('coverage')).toContainText('1,000')
  for (const { theme, locale } of LOOKS) {
    await dress(page, theme, locale)
    await page.screenshot({
      path: path.join('test-results', 'screens', `fault-recovered-${theme}-${locale}.png`),
    })
  }
  await page.getByTestId('recovered-dismiss').click()
  await expect(told).toHaveCount(0)
  const kept = fs.readdirSync(userData).find((name) => name.includes('.corrupt-'))!
  expect(fs.readFileSync(path.join(userData, kept)).equals(bytes)).toBe(true)
  expect(fs.existsSync(older.path)).toBe(true)

  // What it does by itself is seen, and turned off, in the settings.
  await page.getByTestId('nav-settings').click()
  const backups = page.getByTestId('backups')
  await expect(backups).toContainText(`${store}.backups`)
  await backups.scrollIntoViewIfNeeded()
  for (const { theme, locale } of LOOKS) {
    await dress(page, theme, locale)
    await page.screenshot({
      path: path.join('test-results', 'screens', `fault-backups-${theme}-${locale}.png`),
    })
  }
  await page.getByTestId('automatic-backups').click()
  await expect(page.getByTestId('automatic-backups')).toHaveAttribute('aria-checked', 'false')
  expect(problems).toEqual([])
  await endPlateau(app)
  expect(JSON.parse(fs.readFileSync(path.join(userData, 'backups.json'), 'utf8'))).toEqual({
    automatic: false,
  })

  // The store is remembered as the one that is open.
  const again = await startPlateau(userData, [])
  await again.page.getByTestId('nav-home').click()
  await expect(again.page.getByTestId('coverage')).toContainText('1,000')
  await endPlateau(again.app)
  trust('store faults', { kind: 'damaged', looks: LOOKS.length, backups: listBackups(store).length })
})

test('a damaged store without a backup: an empty one takes its place, the file is kept', async ({
  userData,
}) => {
  const store = path.join(userData, 'project.sqlite')
  makeStore(store)
  const bytes = damage(store)
  const { app, page, problems } = await startPlateau(userData, ['--store', store])
  await expect(page.getByTestId('fault-new')).toBeVisible()
  await expect(page.getByTestId('fault-restore')).toHaveCount(0)
  await inspect(page, 'no-backup', { zh: '没有可用的自动备份', en: 'no automatic backup' })
  await page.getByTestId('fault-new').click()
  await expect(page.getByTestId('recovered')).toContainText('project.sqlite.corrupt-')
  await expect(page.getByTestId('coverage')).toContainText('暂无行情')
  const kept = fs.readdirSync(userData).find((name) => name.includes('.corrupt-'))!
  expect(fs.readFileSync(path.join(userData, kept)).equals(bytes)).toBe(true)
  expect(problems).toEqual([])
  await endPlateau(app)
})

/** How a store comes to be at fault, what is said, and how it is put right behind the window's back. */
interface Fault {
  readonly kind: string
  readonly code: string
  readonly says: { readonly zh: string; readonly en: string }
  readonly mounts: boolean
  make(store: string, disk: SmallDisk | null): () => void
}

const FAULTS: readonly Fault[] = [
  {
    kind: 'newer',
    code: 'store_newer',
    says: { zh: '请升级平原', en: 'Update Plateau' },
    mounts: false,
    make(store) {
      const database = new Database(store)
      const version = database.pragma('user_version', { simple: true }) as number
      database.pragma(`user_version = ${version + 1}`)
      database.close()
      return () => {
        const again = new Database(store)
        again.pragma(`user_version = ${version}`)
        again.close()
      }
    },
  },
  {
    kind: 'busy',
    code: 'store_busy',
    says: { zh: '另一个窗口或命令正在使用', en: 'Another window or command' },
    mounts: false,
    make(store) {
      const other = new Database(store)
      other.pragma('locking_mode = EXCLUSIVE')
      other.exec('BEGIN EXCLUSIVE; UPDATE project SET name = name; COMMIT')
      return () => void other.close()
    },
  },
  {
    kind: 'read-only',
    code: 'disk_readonly',
    says: { zh: '写入权限', en: 'permissions' },
    mounts: true,
    make(_store, disk) {
      disk!.makeReadOnly()
      return () => disk!.makeWritable()
    },
  },
  {
    kind: 'full',
    code: 'disk_full',
    says: { zh: '释放该磁盘的空间', en: 'Free space on this disk' },
    mounts: true,
    make(store) {
      const filler = path.join(path.dirname(store), 'filler')
      const file = fs.openSync(filler, 'w')
      try {
        for (;;) fs.writeSync(file, Buffer.alloc(4096))
      } catch (error) {
        expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC')
      }
      fs.closeSync(file)
      return () => fs.rmSync(filler)
    },
  },
]

for (const { kind, code, says, mounts, make } of FAULTS) {
  test(`a store that cannot be opened, ${kind}: it is said why, and it opens when that is over`, async ({
    userData,
  }) => {
    test.skip(mounts && !canMount, 'needs a file system of its own')
    const disk = mounts ? smallDisk(4 * 2 ** 20) : null
    const store = path.join(disk?.folder ?? userData, 'project.sqlite')
    makeStore(store)
    const end = make(store, disk)
    const { app, page, problems } = await startPlateau(userData, ['--store', store])
    const panel = page.getByTestId('store-fault')
    await expect(panel).toHaveAttribute('data-code', code)
    await inspect(page, kind, says)
    await page.getByTestId('fault-retry').click()
    await expect(page.getByTestId('fault-retry')).toBeEnabled()
    await expect(panel).toHaveAttribute('data-code', code)
    end()
    await page.getByTestId('fault-retry').click()
    await expect(page.getByTestId('coverage')).toContainText('1,000')
    await expect(panel).toHaveCount(0)
    expect(problems).toEqual([])
    await endPlateau(app)
    disk?.remove()
    trust('store faults', { kind, looks: LOOKS.length })
  })
}
