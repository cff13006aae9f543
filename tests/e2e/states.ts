import fs from 'node:fs'
import path from 'node:path'
import type { Page } from '@playwright/test'
import { akshareFile } from '../fixtures/vendorFiles.ts'
import { expect } from './fixtures.ts'

/** A screen of the window, a part of one, or a dialog over it. */
export interface State {
  /** Begins with the screen's own name. */
  readonly name: string
  /** The way there from any other state that was left. */
  readonly show: (page: Page) => Promise<void>
  /** The way back, where another screen cannot simply be asked for. */
  readonly leave?: (page: Page) => Promise<void>
}

/** A file of daily bars for the import in `folder`; one of its rows will be refused. */
export function writeBars(folder: string): string {
  const file = path.join(folder, '000001.csv')
  fs.writeFileSync(
    file,
    akshareFile('000001', 60, (cells, at) => (at === 7 ? cells.with(4, 1) : cells)),
  )
  return file
}

/** At its top: the user's own act ends the way back to where it was left. */
async function screen(page: Page, name: string): Promise<void> {
  await page.getByTestId(`nav-${name}`).click()
  await page.mouse.wheel(0, -1)
  await page.locator('main').evaluate((main) => (main.scrollTop = 0))
}
const press =
  (key: string) =>
  (page: Page): Promise<void> =>
    page.keyboard.press(key)

async function dataTab(page: Page, tab: string): Promise<void> {
  await screen(page, 'data')
  await page.getByTestId(`data-${tab}`).click()
}

async function studyTab(page: Page, tab: string): Promise<void> {
  await screen(page, 'study')
  await page.getByTestId(`studies-${tab}`).click()
}

/** Everything the window shows of a project with a finished study. `bars` is a file to import. */
export function states(bars: string): readonly State[] {
  return [
    {
      name: 'home',
      show: async (page) => {
        await screen(page, 'home')
        await expect(page.getByTestId('system')).toContainText('Node')
        // The engine is known only when the engines were measured.
        await expect(page.getByTestId('system')).not.toContainText('…')
      },
    },
    {
      name: 'home-tour',
      show: async (page) => {
        await screen(page, 'home')
        await page.getByTestId('tour-start').click()
        await expect(page.getByTestId('tour')).toBeVisible()
      },
      leave: press('Escape'),
    },
    { name: 'data-coverage', show: (page) => dataTab(page, 'coverage') },
    {
      name: 'data-coverage-table',
      show: async (page) => {
        await dataTab(page, 'coverage')
        await page.getByTestId('shape-table').click()
        await expect(page.getByTestId('coverage-table')).toBeVisible()
      },
      leave: (page) => page.getByTestId('shape-matrix').click(),
    },
    { name: 'data-doctor', show: (page) => dataTab(page, 'doctor') },
    {
      name: 'data-finder',
      show: async (page) => {
        await dataTab(page, 'prices')
        await page.getByTestId('find-symbol').click()
        await expect(page.getByTestId('finder').getByRole('option').first()).toBeVisible()
      },
      leave: (page) => page.getByTestId('finder-input').press('Enter'),
    },
    {
      name: 'data-prices',
      show: async (page) => {
        await dataTab(page, 'prices')
        await expect(page.getByTestId('chart-prices')).toBeVisible()
      },
    },
    {
      name: 'data-remove',
      show: async (page) => {
        await screen(page, 'data')
        await page.getByTestId('remove-data').click()
        await expect(page.getByTestId('remove-dialog')).toBeVisible()
      },
      leave: press('Escape'),
    },
    {
      name: 'import-choose',
      show: async (page) => {
        await screen(page, 'home')
        await page.getByTestId('import-data').click()
        await expect(page.getByTestId('import')).toBeVisible()
        const again = page.getByTestId('import-again')
        if (await again.isVisible()) await again.click()
        await expect(page.getByTestId('drop')).toBeVisible()
      },
    },
    {
      name: 'import-map',
      show: async (page) => {
        await screen(page, 'home')
        await page.getByTestId('import-data').click()
        await page.getByTestId('files-input').setInputFiles(bars)
        await expect(page.getByTestId('import-evidence')).toBeVisible()
      },
    },
    {
      name: 'import-mapping',
      show: async (page) => {
        await page.getByTestId('edit-mapping').click()
        await expect(page.getByTestId('mapping-form')).toBeVisible()
      },
    },
    {
      name: 'import-check',
      show: async (page) => {
        await page.getByTestId('import-check').click()
        await expect(page.getByTestId('import-totals')).toBeVisible()
      },
      leave: (page) => page.getByTestId('import-back').click(),
    },
    { name: 'study-new', show: (page) => studyTab(page, 'new') },
    {
      name: 'study-json',
      show: async (page) => {
        await studyTab(page, 'new')
        await page.getByTestId('study-json').click()
        await expect(page.getByTestId('study-json-apply')).toBeVisible()
      },
      leave: press('Escape'),
    },
    {
      name: 'study-more',
      show: async (page) => {
        await studyTab(page, 'new')
        const more = page.getByTestId('study-more').getByRole('button')
        if ((await more.getAttribute('aria-expanded')) === 'false') await more.click()
        await page.getByTestId('add-stock').click()
        await expect(page.getByTestId('study-stock')).toHaveCount(1)
        await page.getByTestId('study-horizon').scrollIntoViewIfNeeded()
      },
      leave: (page) => page.getByTestId('study-stock').getByRole('button').last().click(),
    },
    { name: 'study-all', show: (page) => studyTab(page, 'all') },
    {
      name: 'study-compared',
      show: async (page) => {
        await studyTab(page, 'all')
        await page.getByTestId('study-table').locator('tbody tr').first().click()
        await page.getByTestId('compare-studies').click()
        await expect(page.getByTestId('compared-runs').locator('tbody tr').first()).toBeVisible()
      },
    },
    {
      name: 'study-remove',
      show: async (page) => {
        await page.getByTestId('remove-study').click()
        await expect(page.getByTestId('remove-study-dialog')).toBeVisible()
      },
      leave: async (page) => {
        await page.keyboard.press('Escape')
        await page.getByTestId('unchoose').click()
      },
    },
    {
      name: 'training',
      show: async (page) => {
        await screen(page, 'training')
        // Both ask first.
        await expect(page.getByTestId('chart-steps')).toBeVisible()
        await expect(page.getByTestId('chart-convergence')).toBeVisible()
      },
    },
    { name: 'landscape', show: (page) => screen(page, 'landscape') },
    { name: 'factor', show: (page) => screen(page, 'factor') },
    { name: 'portfolio', show: (page) => screen(page, 'portfolio') },
    {
      name: 'portfolio-menu',
      show: async (page) => {
        await screen(page, 'portfolio')
        await page.getByTestId('statistics').getByTestId('export-menu').click()
        await expect(page.getByTestId('export-csv')).toBeVisible()
      },
      leave: press('Escape'),
    },
    {
      name: 'portfolio-holdings',
      show: async (page) => {
        await screen(page, 'portfolio')
        await page.getByTestId('holdings-last').click()
        await expect(page.getByTestId('holdings-table')).toBeVisible()
        await page.getByTestId('holdings').scrollIntoViewIfNeeded()
      },
    },
    {
      name: 'portfolio-lineage',
      show: async (page) => {
        await page.getByTestId('holdings-trace').click()
        await expect(page.getByTestId('lineage-answer')).toBeVisible()
      },
      leave: async (page) => {
        await page.keyboard.press('Escape')
        await expect(page.getByTestId('lineage')).toBeHidden()
      },
    },
    {
      name: 'report',
      show: async (page) => {
        await screen(page, 'report')
        await expect(page.getByTestId('report-preview')).toHaveAttribute('data-current', 'true')
        await expect(page.getByTestId('report-state')).toContainText('A4')
      },
    },
    { name: 'compute', show: (page) => screen(page, 'compute') },
    { name: 'settings', show: (page) => screen(page, 'settings') },
    {
      name: 'settings-restore',
      show: async (page) => {
        await screen(page, 'settings')
        await page.getByTestId('restore').click()
        await expect(page.getByTestId('restore-confirm')).toBeVisible()
      },
    },
    {
      name: 'settings-licences',
      show: async (page) => {
        await screen(page, 'settings')
        await page.getByTestId('licences').click()
        await expect(page.getByTestId('licence-text')).toBeVisible()
      },
      leave: press('Escape'),
    },
    {
      name: 'settings-palette',
      show: async (page) => {
        await page.keyboard.press('Control+K')
        await expect(page.getByTestId('palette').getByRole('option').first()).toBeVisible()
      },
      leave: press('Escape'),
    },
  ]
}

/** What the window shows without a project, and with one that holds nothing. */
export const emptyScreens = (page: Page): Promise<readonly State[]> =>
  page
    .locator('nav button:enabled')
    .evaluateAll((buttons) => buttons.map((button) => (button as HTMLElement).dataset['testid']!))
    .then((ids) =>
      ids.map((id) => ({ name: id.slice('nav-'.length), show: (on) => on.getByTestId(id).click() })),
    )

/** Until what is shown has come: nothing turns, nothing is worked at or waits for its turn, and every chart is drawn. */
export async function settled(page: Page): Promise<void> {
  const pending = page.locator(
    '.n-base-loading__container, main [data-stage], main [data-later], main [role=img]:has(canvas):not([data-chart-ready])',
  )
  await expect(pending).toHaveCount(0)
}

/** Gives the window a theme and a language by its own switches. */
export async function dress(page: Page, theme: 'dark' | 'light', locale: 'zh-CN' | 'en'): Promise<void> {
  const html = page.locator('html')
  const worn = await html.evaluate((root: HTMLElement) => ({
    theme: root.style.colorScheme,
    locale: root.lang,
  }))
  if (worn.theme !== theme) await page.getByTestId('theme-switch').click()
  if (worn.locale !== locale) await page.getByTestId('locale-switch').click()
  await expect(html).toHaveCSS('color-scheme', theme)
  await expect(html).toHaveAttribute('lang', locale)
}

export const LOOKS = [
  { theme: 'dark', locale: 'zh-CN' },
  { theme: 'light', locale: 'en' },
  { theme: 'dark', locale: 'en' },
  { theme: 'light', locale: 'zh-CN' },
] as const
