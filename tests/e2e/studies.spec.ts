import fs from 'node:fs'
import path from 'node:path'
import type { Page } from '@playwright/test'
import type { StudyEstimate } from '../../src-shared/domain/estimate.ts'
import { ask, expect, STUDY_LIMIT_MS, test } from './fixtures.ts'
import { hold } from './work.ts'

/** The sample's study cut to what a test has time for: two optimizers, two seeds, two epochs of one small model. */
const shorten = (text: string): string => {
  const study = JSON.parse(text)
  study.name = 'alpha'
  study.training = { seeds: [1, 2], maxEpochs: 2, patience: 2, trajectories: 'none' }
  study.optimizers = study.optimizers.slice(0, 2)
  study.samples.stride = 20
  study.landscape = null
  study.models = [{ ...study.models[0], hiddenSize: 8 }]
  return JSON.stringify(study)
}

/** Where a test leaves pictures to be looked at. */
const picture = (page: Page, name: string): Promise<Buffer> =>
  page.screenshot({ path: path.join('test-results', 'screens', `studies-${name}.png`) })

test('studies are found, tagged, cloned, compared, set aside and deleted', async ({ plateau }) => {
  const { app, page, problems } = plateau
  const rows = page.getByTestId('study-table').locator('tbody tr')
  const row = (name: string) => rows.filter({ has: page.getByText(name, { exact: true }) })
  const search = page.getByTestId('study-search')
  const chosen = page.getByTestId('chosen-studies')
  const see = (name: string) => page.getByTestId(name).scrollIntoViewIfNeeded()
  /** With the keyboard alone. */
  const choose = async (name: string): Promise<void> => {
    await row(name).focus()
    await page.keyboard.press('Space')
    await expect(row(name)).toHaveAttribute('aria-selected', /true|false/)
  }

  await page.getByTestId('open-sample').click()
  const coverage = page.getByTestId('coverage')
  await expect(coverage).toContainText('463,576')
  const store = /\S+\.sqlite/.exec(await coverage.innerText())![0]
  await page.getByTestId('nav-study').click()
  await page.getByTestId('studies-all').click()
  await expect(page.getByTestId('no-studies')).toBeVisible()
  await picture(page, '0-none')

  await page.getByTestId('studies-new').click()
  const editor = page.locator('.n-drawer textarea')
  const apply = async (edit: (text: string) => string): Promise<string> => {
    await page.getByTestId('study-json').click()
    const text = edit(await editor.inputValue())
    await editor.fill(text)
    await page.getByTestId('study-json-apply').click()
    return text
  }
  // What it will take is told before it starts, until the form says something else.
  const text = await apply(shorten)
  const expected = await ask<StudyEstimate>(page, 'studies.estimate', {
    config: JSON.parse(text),
  })
  expect(expected.runs).toBe(4 * expected.windows)
  const estimate = page.getByTestId('study-estimate')
  await page.getByTestId('estimate-study').click()
  await expect(estimate).toContainText(`${expected.windows} 个窗口，至多 ${expected.epochs} 轮`)
  await expect(page.getByTestId('start-study')).toBeInViewport({ ratio: 0.9 })
  await picture(page, '0-estimate')
  // What its data refuse is not put into the queue.
  await apply((shown) => {
    const study = JSON.parse(shown)
    study.period = { fitStart: '2000-01-04', fitEnd: '2001-01-02', predictEnd: '2001-06-29' }
    return JSON.stringify(study)
  })
  await expect(estimate).toBeHidden()
  const form = page.locator('form', { has: page.getByTestId('start-study') })
  await page.getByTestId('start-study').click()
  await expect(form.getByTestId('error')).toContainText('period.')
  await expect(form.getByTestId('error')).toContainText('交易日')
  await expect(page.getByTestId('start-study')).toBeInViewport({ ratio: 0.9 })
  await expect(page.getByTestId('study')).toHaveCount(0)
  await picture(page, '0-refused')
  // What is not as by default is seen, also where it was out of sight.
  const more = form.getByTestId('study-more').getByRole('button')
  await more.click()
  await expect(more).toHaveAttribute('aria-expanded', 'false')
  await apply(() => text)
  await expect(more).toHaveAttribute('aria-expanded', 'true')
  // What was refused as JSON says nothing of the text that the drawer opens with the next time.
  const drawer = page.locator('.n-drawer')
  await page.getByTestId('study-json').click()
  await editor.fill('{')
  await page.getByTestId('study-json-apply').click()
  await expect(drawer.getByTestId('error')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(drawer).toBeHidden()
  await page.getByTestId('study-json').click()
  await expect(editor).toHaveValue(/"optimizers"/)
  await expect(drawer.getByTestId('error')).toHaveCount(0)
  // Whoever is in a field before the drawer has gone stays in it.
  const workers = page.getByTestId('study-workers').locator('input')
  await page.getByTestId('study-json-apply').evaluate(
    async (button: HTMLElement, field) => {
      button.click()
      await new Promise((resolve) => setTimeout(resolve))
      field!.focus()
    },
    await workers.elementHandle(),
  )
  await expect(drawer).toHaveCount(0)
  await expect(workers).toBeFocused()

  // Enter takes what is typed in a field, and starts nothing.
  const epochs = form.getByRole('group', { name: '轮次上限' }).locator('input')
  await epochs.press('Enter')
  await expect(epochs).toBeFocused()
  // Seeds are added together or not at all; the next one is typed where they were.
  const seeds = form.getByTestId('study-seeds')
  const seed = seeds.locator('input')
  await seed.fill('11，1.5')
  await seed.press('Enter')
  await expect(form.getByTestId('issue')).toHaveText('1.5：须为 [0, 4294967295] 内的整数')
  await expect(seed).toHaveValue('11，1.5')
  await expect(seeds.locator('.n-tag')).toHaveText(['1', '2'])
  // Nor is a study started that is not the one that is seen.
  await form.getByTestId('start-study').click()
  await expect(form.getByTestId('error')).toContainText('1.5：须为')
  await picture(page, '0-seeds-refused')
  await seed.fill('１１，12')
  await seed.press('Enter')
  await expect(form.getByTestId('issue')).toHaveCount(0)
  await expect(form.getByTestId('error')).toHaveCount(0)
  await expect(seeds.locator('.n-tag')).toHaveText(['1', '2', '11', '12'])
  await expect(seed).toBeFocused()
  await expect(seed).toHaveValue('')
  for (const left of [
    ['1', '2', '11'],
    ['1', '2'],
  ]) {
    await seeds.getByRole('button').last().click()
    await expect(seeds.locator('.n-tag')).toHaveText(left)
    await expect(seed).toBeFocused()
  }

  // What is removed from the form, and the form that is reset, come back as they were.
  const optimizers = form.getByTestId('optimizer')
  const undo = form.getByTestId('undo')
  await optimizers.nth(0).getByTestId('remove-optimizer').click()
  await expect(optimizers).toHaveCount(1)
  await undo.click()
  await expect(optimizers).toHaveCount(2)
  await expect(optimizers.nth(0).locator('input').first()).toHaveValue('AdamW')
  await page.getByTestId('reset-study').click()
  await expect(form.locator('input').first()).not.toHaveValue('alpha')
  await undo.click()
  await expect(form.locator('input').first()).toHaveValue('alpha')
  expect(await ask(page, 'studies.list', {})).toEqual([])
  await page.getByTestId('start-study').click()
  await expect(page.getByTestId('study').getByTestId('study-state')).toHaveAttribute('data-state', 'running')
  const goOn = hold(app)

  // While it runs it is tagged and cloned, and neither set aside nor deleted.
  await page.getByTestId('studies-all').click()
  await choose('alpha')
  await expect(page.getByTestId('remove-study')).toBeDisabled()
  await expect(page.getByTestId('archive-studies')).toBeDisabled()
  await page.getByTestId('tag-input').fill('base')
  await page.keyboard.press('Enter')
  await expect(row('alpha')).toContainText('base')
  await picture(page, '1-running')
  await page.getByTestId('clone-study').click()
  await expect(form.locator('input').first()).toHaveValue('alpha (2)')
  await epochs.fill('3')
  await epochs.press('Control+Enter')
  await page.getByTestId('studies-all').click()
  await expect(rows).toHaveCount(2)
  await choose('alpha (2)')
  await expect(page.getByTestId('compare-refusal')).toContainText(/“alpha.*没有结果/)
  await expect(page.getByTestId('compare-studies')).toBeDisabled()
  await choose('alpha (2)')
  goOn()
  for (const name of ['alpha', 'alpha (2)'])
    await expect(row(name).getByTestId('study-state')).toHaveAttribute('data-state', 'done', {
      timeout: STUDY_LIMIT_MS,
    })
  await expect(row('alpha')).toContainText('100%')
  await expect(row('alpha')).toContainText('AdamW, SAM')
  await expect(row('alpha')).toContainText(/−?0\.\d{4}/)

  // At home the newest comes first, and Enter leads to its portfolios.
  await page.getByTestId('nav-home').click()
  const recent = page.getByTestId('recent-study')
  await expect(recent).toHaveText([/alpha \(2\).*%/, /alpha.*%/])
  await picture(page, '1-recent')
  await recent.nth(1).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('nav-portfolio')).toHaveAttribute('aria-current', 'page')
  await page.getByTestId('nav-study').click()

  await search.fill('tag:base')
  await expect(rows).toHaveCount(1)
  await search.fill('状态：已完成 -标签:base')
  await expect(row('alpha (2)')).toHaveCount(1)
  await expect(rows).toHaveCount(1)
  await search.fill('gsam')
  await expect(page.getByTestId('no-match')).toBeVisible()
  await expect(page.getByTestId('no-studies')).toHaveCount(0)
  await picture(page, '2-no-match')
  await page.getByTestId('clear-filters').click()
  await expect(rows).toHaveCount(2)
  await page.getByTestId('with-archived').click()

  // Two optimizers of one study.
  await picture(page, '3-one')
  await page.getByTestId('compare-studies').click()
  await expect(page.getByTestId('compared-runs').locator('tbody tr')).toHaveCount(1)
  await expect(page.getByTestId('compared-settings')).toHaveCount(0)
  await expect(page.getByTestId('compared-runs')).toContainText('alpha · SAM')

  // Two studies that differ in one setting.
  await choose('alpha (2)')
  await expect(chosen).toContainText('已选 2 项')
  await expect(page.getByTestId('compared-runs')).toHaveCount(0)
  await page.getByTestId('compare-studies').click()
  const settings = page.getByTestId('compared-settings').locator('tbody tr')
  await expect(settings).toHaveCount(1)
  await expect(settings.locator('td')).toHaveText(['训练', '轮次上限', '2', '3'])
  await expect(page.getByTestId('compared-metrics').locator('tbody tr')).not.toHaveCount(0)
  const runs = page.getByTestId('compared-runs').locator('tbody tr')
  await expect(runs).toHaveCount(3)
  for (const text of await runs.allInnerTexts()) expect(text).toMatch(/至.*\s.*单一窗口/)
  await expect(page.getByTestId('other-data')).toHaveCount(0)
  await picture(page, '4-compared')
  await see('compared-metrics')
  await picture(page, '5-compared-metrics')
  await see('compared-portfolios')
  await picture(page, '6-compared-differences')
  await page.getByTestId('compare-baseline').click()
  await page.locator('.n-base-select-option').filter({ hasText: 'alpha (2)' }).click()
  await expect(settings.locator('td')).toHaveText(['训练', '轮次上限', '3', '2'])
  await page.getByTestId('theme-switch').click()
  await page.getByTestId('locale-switch').click()
  await see('study-search')
  await picture(page, '7-compared-en')
  await see('compared-portfolios')
  await picture(page, '8-compared-differences-en')
  await page.getByTestId('locale-switch').click()

  await page.getByTestId('unchoose').click()
  await choose('alpha (2)')
  await page.getByTestId('rename-input').fill('omega')
  await page.getByTestId('rename-study').click()
  await expect(row('omega')).toHaveCount(1)
  await page.getByTestId('archive-studies').click()
  await expect(rows).toHaveCount(1)
  await expect(chosen).toHaveCount(0)
  await page.getByTestId('with-archived').click()
  await expect(rows).toHaveCount(2)
  await expect(row('omega')).toContainText('已归档')
  await picture(page, '9-archived')
  await page.getByTestId('archive-studies').click()
  await expect(row('omega')).not.toContainText('已归档')

  await page.getByTestId('remove-study').click()
  const typed = page.getByTestId('remove-study-typed')
  await expect(typed).toBeVisible()
  await typed.fill('alpha')
  await expect(page.getByTestId('remove-study-now')).toBeDisabled()
  await page.keyboard.press('Enter')
  await typed.fill('omega')
  await picture(page, '10-delete')
  await page.keyboard.press('Enter')
  await expect(rows).toHaveCount(1)
  await expect(row('alpha')).toHaveCount(1)
  await expect(page.getByTestId('remove-study-dialog')).toHaveCount(0)
  expect(fs.existsSync(`${store}.work`)).toBe(false)
  expect(problems).toEqual([])
})
