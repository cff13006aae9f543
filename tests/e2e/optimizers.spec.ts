import path from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { ask, expect, STUDY_LIMIT_MS, test } from './fixtures.ts'

/** The sample's study cut to what a test has time for, its optimizers left as the form has them. */
const shorten = (text: string): string => {
  const study = JSON.parse(text)
  study.training = { ...study.training, seeds: [1], maxEpochs: 2, patience: 2 }
  study.samples.stride = 20
  for (const model of study.models) model.hiddenSize = 8
  return JSON.stringify(study)
}

/** Where a test leaves pictures to be looked at. */
const picture = (page: Page, name: string): Promise<Buffer> =>
  page.screenshot({ path: path.join('test-results', 'screens', `${name}.png`) })

const field = (row: Locator, name: string): Locator => row.getByTestId(`field-${name}`)

/** Choose from the menu of a field. */
async function choose(row: Locator, name: string, choice: string): Promise<void> {
  await field(row, name).locator('.n-base-selection').click()
  await row.page().getByTestId(`choice-${choice}`).filter({ visible: true }).click()
}

test('methods and parts of one’s own are set in the form, refused where they make no sense, and trained', async ({
  plateau: { page, problems },
}) => {
  const row = (at: number) => page.getByTestId('optimizer').nth(at)
  const name = (at: number) => field(row(at), 'name').locator('input')
  const start = page.getByTestId('start-study')
  await page.getByTestId('open-sample').click()
  await expect(page.getByTestId('coverage')).toBeVisible()
  await page.getByTestId('nav-study').click()
  await expect(page.getByTestId('optimizer')).toHaveCount(2)

  // A method takes the name of the one before it where that was a default one, and keeps what the base rule was given.
  await choose(row(1), 'method', 'gsam')
  await expect(name(1)).toHaveValue('GSAM')
  await expect(field(row(1), 'base.learningRate').locator('input')).toHaveValue('0.005')
  await row(1).getByTestId('about').click()
  await expect(row(1).getByTestId('paper')).toContainText('2022')
  await page.getByRole('textbox', { name: '间隙系数 α' }).fill('0.3')

  // A radius that follows a constant learning rate is refused beside its field, and nothing starts.
  await row(1).getByTestId('more').click()
  await choose(row(1), 'rhoSchedule', 'proportional')
  await expect(row(1).getByTestId('issue')).toContainText('给学习率设定衰减')
  await start.click()
  await expect(page.getByTestId('error')).toContainText('GSAM · 半径调度')
  await expect(page.getByTestId('study')).toHaveCount(0)
  await picture(page, 'optimizers-refused-zh-dark')
  // It follows the language.
  await page.getByTestId('locale-switch').click()
  await expect(page.getByTestId('error')).toContainText('GSAM · Schedule of ρ')
  await page.getByTestId('locale-switch').click()
  await choose(row(1), 'learningRateSchedule.decay', 'cosine')
  await expect(row(1).getByTestId('issue')).toHaveCount(0)
  // What was said of it is said no more.
  await expect(page.getByTestId('error')).toHaveCount(0)
  await row(1).getByTestId('more').click()

  // A frequency is taken out and comes back as it was; the only one left cannot go.
  const lengths = page.getByRole('group', { name: '序列长度' })
  await expect(lengths).toHaveCount(2)
  await lengths.last().locator('input').fill('12')
  await page.getByTestId('study-weekly').click()
  await expect(lengths).toHaveCount(1)
  await expect(page.getByTestId('study-daily')).toHaveClass(/n-switch--disabled/)
  await picture(page, 'one-frequency-zh-dark')
  await page.getByTestId('study-weekly').click()
  await expect(lengths.last().locator('input')).toHaveValue('12')

  // So is any other number of the form, neither rounded nor moved into its range.
  const patience = page.getByRole('textbox', { name: '早停耐心（轮）' })
  const before = await patience.inputValue()
  const issue = page.getByTestId('issue')
  await patience.fill('2.5')
  await patience.blur()
  await expect(patience).toHaveValue('2.5')
  await expect(issue).toHaveText('早停耐心（轮）：须为 [1, 1000] 内的整数')
  const turnover = page.getByRole('textbox', { name: '双边换手上限' })
  await turnover.fill('250')
  await turnover.blur()
  await expect(issue.nth(1)).toContainText('须在 [0%, 200%] 内')
  await issue.nth(1).scrollIntoViewIfNeeded()
  await picture(page, 'study-refused-numbers-zh-dark')
  await patience.fill(before)
  await turnover.fill('30')
  await turnover.blur()
  await expect(issue).toHaveCount(0)

  // What most leave at its default has its field too; those of the sample are not all at their defaults.
  const { symbols } = await ask<{ symbols: string[] }>(page, 'data.stocks', {})
  const stockOf = async (box: Locator, symbol: string): Promise<void> => {
    await box.locator('.n-base-selection').first().click()
    await page.keyboard.type(symbol)
    await page.getByTestId(`choice-${symbol}`).filter({ visible: true }).click()
    await page.keyboard.press('Escape')
  }
  const numberIn = async (label: string, value: string): Promise<void> => {
    const input = page.getByRole('textbox', { name: label, exact: true })
    await input.fill(value)
    await input.blur()
  }
  await expect(page.getByTestId('study-more').getByRole('button')).toHaveAttribute('aria-expanded', 'true')
  await numberIn('分层数', '4')
  await numberIn('换手', '0.5')
  await stockOf(page.getByTestId('study-hold'), symbols[3])
  await page.getByTestId('add-stock').click()
  const own = page.getByTestId('study-stock')
  await expect(issue).toContainText('股票')
  await stockOf(own, symbols[7])
  await numberIn('权重下限', '6')
  await expect(issue).toContainText('权重上限')
  await numberIn('权重下限', '0')
  await expect(issue).toHaveCount(0)
  await own.scrollIntoViewIfNeeded()
  await picture(page, 'study-more-zh-dark')

  await page.getByTestId('add-optimizer').click()
  await choose(row(2), 'method', 'fsam')
  await expect(name(2)).toHaveValue('FSAM')

  // m-RWP as a start, then noise that adapts and a scaling that noise cannot have.
  await page.getByTestId('add-optimizer').click()
  await choose(row(3), 'method', 'mrwp')
  await row(3).getByTestId('more').click()
  await row(3).getByTestId('as-parts').click()
  await name(3).fill('自适应噪声')
  await field(row(3), 'parts.perturbation.direction.eta').locator('input').fill('1e-1')
  await choose(row(3), 'parts.perturbation.scaling', 'single')
  await expect(row(3).getByTestId('issue')).toContainText('噪声已按所在行的参数范数缩放')
  await row(3).scrollIntoViewIfNeeded()
  await picture(page, 'optimizers-parts-zh-dark')
  await choose(row(3), 'parts.perturbation.scaling', 'none')
  await expect(row(3).getByTestId('issue')).toHaveCount(0)

  await page.getByTestId('locale-switch').click()
  await page.getByTestId('theme-switch').click()
  await expect(row(3).getByTestId('cost')).toContainText('Gradient evaluations a step: 2')
  await field(row(3), 'parts.perturbation.mask').locator('.n-base-selection').click()
  await expect(page.getByTestId('choice-fisher')).toBeVisible()
  await picture(page, 'optimizers-parts-en-light')
  await page.keyboard.press('Escape')

  // The form and the JSON panel hold the same object.
  await page.getByTestId('study-json').click()
  const editor = page.locator('.n-drawer textarea')
  const study = JSON.parse(await editor.inputValue())
  expect(study.optimizers.map((optimizer: { method: string }) => optimizer.method)).toEqual([
    'plain',
    'gsam',
    'fsam',
    'composed',
  ])
  expect(study.optimizers[1]).toMatchObject({ alpha: 0.3, rhoSchedule: { kind: 'proportional' } })
  expect(study.optimizers[3].parts).toMatchObject({
    perturbation: { direction: { kind: 'noise', eta: 0.1 }, scaling: { kind: 'none' } },
    schedule: { samples: { kind: 'next' } },
  })
  expect(study.factorTest.layers).toBe(4)
  expect(study.portfolio.limits).toMatchObject({
    hold: [symbols[3]],
    soft: { turnover: 0.5 },
    stocks: [{ symbol: symbols[7], min: 0, max: 0.05 }],
  })
  await editor.fill(shorten(JSON.stringify(study)))
  await page.getByTestId('study-json-apply').click()
  await expect(editor).toHaveCount(0)
  await start.click()
  await expect(page.getByTestId('study-state').first()).toHaveAttribute('data-state', 'done', {
    timeout: STUDY_LIMIT_MS,
  })
  await page.getByTestId('nav-factor').click()
  for (const model of ['GSAM', 'FSAM', '自适应噪声'])
    await expect(page.getByTestId('factor-table')).toContainText(model)
  expect(problems).toEqual([])
})

test('the report’s six optimizers replace a list once that is confirmed, and stay readable', async ({
  plateau: { page, problems },
}) => {
  await page.getByTestId('open-sample').click()
  await expect(page.getByTestId('coverage')).toBeVisible()
  await page.getByTestId('nav-study').click()
  await page.getByTestId('report-optimizers').click()
  // The sample's own settings differ from the defaults.
  await expect(page.locator('.n-popconfirm')).toContainText('SAM')
  await expect(page.getByTestId('optimizer')).toHaveCount(2)
  await page.locator('.n-popconfirm').getByRole('button', { name: '替换' }).click()
  const names = page.getByTestId('field-name').locator('input')
  await expect(page.getByTestId('optimizer')).toHaveCount(6)
  expect(
    await names.evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).value)),
  ).toEqual(['AdamW', 'SAM', 'ASAM', 'GSAM', 'GAM', 'FSAM'])
  await page.getByTestId('optimizer').last().scrollIntoViewIfNeeded()
  await picture(page, 'optimizers-six-zh-dark')
  await page.getByTestId('locale-switch').click()
  await page.getByTestId('theme-switch').click()
  // By keyboard alone: from the name to the method, and the method after FSAM.
  await names.last().focus()
  for (const key of ['Tab', 'Enter', 'ArrowDown', 'Enter']) await page.keyboard.press(key)
  await expect(names.last()).toHaveValue('LookSAM')
  await choose(page.getByTestId('optimizer').last(), 'method', 'esam')
  await page.getByTestId('optimizer').last().getByTestId('about').click()
  await expect(page.getByTestId('adaptation')).toContainText('IC')
  await page.getByTestId('optimizer').last().scrollIntoViewIfNeeded()
  await picture(page, 'optimizers-six-en-light')
  await field(page.getByTestId('optimizer').last(), 'method').locator('.n-base-selection').click()
  await picture(page, 'optimizers-methods-en-light')
  expect(problems).toEqual([])
})
