import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import type { ElectronApplication, Locator, Page } from '@playwright/test'
import { landscapeSettings } from '../../src-shared/domain/landscapeSettings.ts'
import { smallStore, smallStudy } from '../fixtures/smallStore.ts'
import {
  answerSaveDialog,
  endPlateau,
  expect,
  type Plateau,
  startPlateau,
  test as base,
  testEnvironment,
} from './fixtures.ts'

/** WebGL by the processor alone: the same pixels with and without a graphics card. */
const SOFTWARE_WEBGL = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader']
const NO_WEBGL = ['--disable-gpu', '--disable-software-rasterizer']
const RESOLUTION = 9

interface Options {
  readonly gpu: readonly string[]
}

/** The app on the landscape screen of a small synthetic store whose study has landscapes of two optimizers. */
const test = base.extend<Options & { finished: Plateau }, { studied: { folder: string; path: string } }>({
  gpu: [SOFTWARE_WEBGL, { option: true }],
  studied: [
    async ({}, use) => {
      const small = await smallStore()
      const study = smallStudy()
      const config = {
        ...study,
        name: 'landscapes',
        training: { ...study.training, seeds: [1] },
        models: study.models.slice(0, 1),
        landscape: landscapeSettings.parse({ resolution: RESOLUTION, draws: 2 }),
      }
      const file = path.join(small.folder, 'study.json')
      fs.writeFileSync(file, JSON.stringify(config))
      const main = path.resolve(import.meta.dirname, '../../src-main/cli/main.ts')
      execFileSync(process.execPath, [main, 'study', file, '--store', small.path], { stdio: 'ignore' })
      await use(small)
      fs.rmSync(small.folder, { recursive: true, force: true })
    },
    { scope: 'worker', timeout: 600_000 },
  ],
  finished: async ({ studied, userData, gpu }, use) => {
    const started = await startPlateau(userData, ['--store', studied.path], testEnvironment(), gpu)
    await started.page.getByTestId('nav-landscape').click()
    await expect(started.page.getByTestId('contours').first()).toBeVisible()
    await use({ ...started, userData })
    await endPlateau(started.app)
  },
})

const picture = (page: Page, name: string): Promise<Buffer> =>
  page.screenshot({ path: path.join('test-results', 'screens', `landscape-${name}.png`) })

/** Shows surfaces; resolves when the first has been drawn. */
async function showSurfaces(page: Page): Promise<Locator> {
  await page.getByTestId('landscape-as-surface').click()
  const surface = page.getByTestId('chart-surface').first()
  await expect(surface).toHaveAttribute('data-chart-ready', /\d/)
  return surface
}

/** Colours of a chart's WebGL canvas, each with the number of its pixels, most frequent first. */
const coloursOf = (surface: Locator): Promise<number[]> =>
  surface.evaluate((container) => {
    const drawn = [...container.querySelectorAll('canvas')].find((one) => one.getContext('webgl') !== null)!
    const copy = new OffscreenCanvas(drawn.width, drawn.height).getContext('2d')!
    copy.drawImage(drawn, 0, 0)
    const pixels = new Uint32Array(copy.getImageData(0, 0, drawn.width, drawn.height).data.buffer)
    const counts = new Map<number, number>()
    for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1)
    return [...counts.values()].sort((a, b) => b - a)
  })

const viewOf = async (surface: Locator) =>
  JSON.parse((await surface.getAttribute('data-view')) ?? '{}') as Record<
    'alpha' | 'beta' | 'distance',
    number
  >

/** A picture written by the app, at twice the size of the screen, beside what the screen shows. */
const compared = (app: ElectronApplication, file: string, screen: Buffer) =>
  app.evaluate(
    ({ nativeImage }, { name, base64 }) => {
      const image = nativeImage.createFromPath(name)
      const shown = nativeImage.createFromBuffer(Buffer.from(base64, 'base64'))
      const { width, height } = shown.getSize()
      const [a, b] = [image.resize({ width, height }).toBitmap(), shown.toBitmap()]
      let different = 0
      for (let at = 0; at < b.length; at += 4)
        if ([0, 1, 2].some((channel) => Math.abs(a[at + channel] - b[at + channel]) > 40)) different++
      return { ...image.getSize(), different: different / (b.length / 4) }
    },
    { name: file, base64: screen.toString('base64') },
  )

test('a surface is drawn, turned by keys and exported; its part of the program comes only with it', async ({
  finished,
}) => {
  const { app, page, userData, problems } = finished
  const loaded: string[] = []
  page.on('request', (request) => loaded.push(request.url()))
  await page.reload()
  await page.getByTestId('nav-landscape').click()
  await expect(page.getByTestId('landscape-facts').first()).toContainText(`${RESOLUTION} × ${RESOLUTION}`)
  const ofSurfaces = () => loaded.filter((url) => /\/gl-[^/]+\.js$/.test(url))
  expect(loaded.filter((url) => url.endsWith('.js')).length).toBeGreaterThan(0)
  expect(ofSurfaces()).toEqual([])
  await picture(page, '1-contours-zh')
  const surface = await showSurfaces(page)
  expect(ofSurfaces()).toHaveLength(1)
  await surface.scrollIntoViewIfNeeded()
  await picture(page, '2-surfaces-zh')
  // Background, and a surface in many colours.
  const counts = await coloursOf(surface)
  expect(counts.length).toBeGreaterThan(200)
  expect(counts[0] / counts.reduce((sum, count) => sum + count, 0)).toBeLessThan(0.95)

  const first = await viewOf(surface)
  await surface.locator('xpath=..').focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('+')
  const changed = { alpha: first.alpha + 10, beta: first.beta + 10, distance: first.distance / 1.15 }
  for (const name of ['alpha', 'beta', 'distance'] as const)
    await expect.poll(async () => (await viewOf(surface))[name]).toBeCloseTo(changed[name], 2)
  // All panels are seen from one place.
  const second = page.getByTestId('chart-surface').nth(1)
  await expect.poll(async () => (await viewOf(second)).beta).toBeCloseTo(changed.beta, 2)
  // The camera turns in the frame after that.
  await expect.poll(() => coloursOf(surface)).not.toEqual(counts)

  const box = (await surface.boundingBox())!
  const file = path.join(userData, 'surface.png')
  const panel = page.locator('.panel').filter({ has: surface })
  await answerSaveDialog(app, file)
  await panel.getByTestId('export-menu').click()
  await expect(page.getByTestId('export-png')).toHaveCount(3)
  // A WebGL picture is no vector drawing: what is offered as SVG is the bar of the scale.
  await expect(page.getByTestId('export-svg')).toHaveCount(1)
  await page.getByTestId('export-png').first().click()
  await expect(panel.getByTestId('exported')).toContainText(file)
  fs.copyFileSync(file, path.join('test-results', 'screens', 'landscape-surface.png'))
  const facts = await compared(app, file, await surface.screenshot())
  expect(Math.abs(facts.width - 2 * box.width)).toBeLessThanOrEqual(2)
  expect(Math.abs(facts.height - 2 * box.height)).toBeLessThanOrEqual(2)
  // As on the screen, but for the note across it: from the same point of view, with its labels.
  expect(facts.different).toBeLessThan(0.05)
  await panel.getByTestId('export-menu').click()
  await page.getByTestId('export-data').first().click()
  await expect(panel.getByTestId('exported')).toContainText(file)
  const nodes = fs.readFileSync(file, 'utf8').trim().split('\n')
  expect(nodes).toHaveLength(1 + RESOLUTION ** 2)

  await page.getByTestId('surface-reset').first().click()
  await expect.poll(async () => (await viewOf(surface)).beta).toBeCloseTo(first.beta, 2)
  await page.getByTestId('locale-switch').click()
  await page.getByTestId('theme-switch').click()
  await expect(surface).toHaveAttribute('data-chart-ready', /\d/)
  await picture(page, '3-surfaces-en')
  expect(problems).toEqual([])
})

test('the choice is remembered, and twenty switches use up no WebGL context', async ({ finished }) => {
  const { page, problems } = finished
  const surface = page.getByTestId('chart-surface')
  await page.evaluate(() => Object.assign(window, { contexts: new Set() }))
  /** WebGL contexts so far that are not given back. They are held here, so that the garbage collector takes none. */
  const living = () =>
    page.evaluate(() => {
      const { contexts } = window as unknown as { contexts: Set<WebGLRenderingContext> }
      for (const canvas of document.querySelectorAll<HTMLCanvasElement>(
        '[data-testid=chart-surface] canvas',
      )) {
        const context = canvas.getContext('webgl')
        if (context !== null) contexts.add(context)
      }
      return [...contexts].filter((context) => !context.isContextLost()).length
    })
  for (let turn = 0; turn < 20; turn++) {
    await showSurfaces(page)
    await expect(surface.nth(1)).toHaveAttribute('data-chart-ready', /\d/)
    expect(await living()).toBe(2)
    await page.getByTestId('landscape-as-contour').click()
    await expect(surface).toHaveCount(0)
  }
  expect(await living()).toBe(0)
  await showSurfaces(page)
  await page.reload()
  await page.getByTestId('nav-landscape').click()
  await expect(surface).toHaveCount(2)
  await expect(surface.nth(1)).toHaveAttribute('data-chart-ready', /\d/)
  await expect.poll(async () => (await coloursOf(surface.nth(1))).length).toBeGreaterThan(200)
  expect(problems).toEqual([])
})

test('one scale for the runs shown: what is above its end is counted and said', async ({ finished }) => {
  const { page, problems } = finished
  const said = page.getByTestId('landscape-scale')
  await expect(said).toContainText(`${2 * RESOLUTION ** 2} 个节点中`)
  const covered = page.getByTestId('landscape-covered')
  await covered.click()
  await page.getByText('全部节点', { exact: true }).click()
  await expect(said).toContainText(`${2 * RESOLUTION ** 2} 个节点全部在内`)

  const top = page.getByTestId('landscape-top').getByRole('textbox')
  await top.fill('-5')
  await expect(top).toHaveAttribute('aria-invalid', 'true')
  await expect(said).toContainText('全部在内')
  const [lowest, highest] = (await said.innerText())
    .match(/[−\d.]+/g)!
    .map((text) => Number(text.replace('−', '-')))
  const middle = ((lowest + highest) / 2).toFixed(4)
  await top.fill(middle)
  await expect(top).toHaveAttribute('aria-invalid', 'false')
  await expect(said).toContainText(`至 ${middle.replace('-', '−')}；`)
  const [, nodes, cut] = /(\d+) 个节点中有 (\d+) 个高于上限/.exec(await said.innerText())!
  expect([Number(nodes), Number(cut) > 0, Number(cut) < Number(nodes)]).toEqual([
    2 * RESOLUTION ** 2,
    true,
    true,
  ])

  const slices = page.getByTestId('chart-slice')
  await expect(slices).toHaveCount(2)
  await slices.first().scrollIntoViewIfNeeded()
  await expect(slices.first()).toHaveAttribute('data-chart-ready', /\d/)
  await picture(page, 'slices-zh')
  await expect(page.getByTestId('chart-interpolation')).toHaveCount(1)
  await page.getByTestId('landscape-shown').locator('.n-base-close').last().click()
  await expect(page.getByTestId('chart-landscape')).toHaveCount(1)
  await expect(page.getByTestId('chart-interpolation')).toHaveCount(0)
  await expect(said).toContainText(`${RESOLUTION ** 2} 个节点`)
  await expect(page.getByTestId('chart-sharpness')).toHaveAttribute('data-chart-ready', /\d/)

  // Without a run there is no scale, and it is said what to do.
  await page.getByTestId('landscape-shown').locator('.n-base-close').last().click()
  await expect(page.getByTestId('landscape-none-shown')).toContainText('显示的训练')
  await expect(said).not.toContainText(/\d/)
  await picture(page, 'none-shown-zh')
  expect(problems).toEqual([])
})

test('a grid that is cancelled on the way shows what it has, as a surface too', async ({ finished }) => {
  const { page, problems } = finished
  await page.locator('[aria-controls=landscape-draw]').click()
  await page.getByTestId('landscape-resolution').getByRole('textbox').fill('101')
  await page.getByTestId('landscape-draws').getByRole('textbox').fill('2')
  await page.getByTestId('landscape-runs').locator('.n-base-close').last().click()
  await page.getByTestId('landscape-start').click()
  const cells = page.getByTestId('landscape-cells')
  await expect(cells).toHaveText(/网格节点 [1-9][\d,]* \/ 10,201/)

  // The next one waits, and neither its nodes nor its time are counted.
  await page.getByTestId('landscape-start').click()
  const waiting = page.getByTestId('landscape-progress').filter({ hasText: '等待' })
  await expect(waiting).toHaveCount(1)
  await expect(waiting).not.toContainText(/网格节点|已用/)
  await expect(cells).toHaveCount(1)
  await picture(page, 'waiting-zh')
  await waiting.getByTestId('landscape-cancel').click()
  await expect(waiting).toHaveCount(0)
  await page.getByTestId('landscape-asks').locator('tbody tr').filter({ hasText: '绘制中' }).click()

  await page.getByTestId('landscape-cancel').click()
  await expect(page.getByTestId('landscape-partial')).toContainText('10,201')
  await expect(page.getByTestId('contours')).toContainText('/ 10,201 个节点')
  const surface = await showSurfaces(page)
  await expect.poll(async () => (await coloursOf(surface)).length).toBeGreaterThan(1)
  await picture(page, '4-partial-zh')
  expect(problems).toEqual([])
})

test('planes of random directions and eigenvectors are drawn, and a part of one finer', async ({
  finished,
}) => {
  const { page, problems } = finished
  const facts = page.getByTestId('landscape-facts').first()
  const field = (name: string) => page.getByTestId(`landscape-${name}`).getByRole('textbox')
  await page.locator('[aria-controls=landscape-draw]').click()
  await page.getByTestId('landscape-runs').locator('.n-base-close').last().click()
  await field('draws').fill('2')
  const form = page.getByTestId('landscape-form')
  await field('resolution').fill('2')
  await expect(form.getByTestId('issue')).toContainText('[3, 201]')
  await expect(page.getByTestId('landscape-start')).toBeDisabled()
  await field('resolution').fill('5')
  await expect(form.getByTestId('issue')).toHaveCount(0)

  const draw = async (directions: string) => {
    await page.getByTestId('landscape-directions').locator('.n-select').click()
    await page.getByTestId(`choice-${directions}`).click()
    await expect(page.getByTestId('landscape-margin')).toHaveCount(0)
    await page.getByTestId('landscape-start').click()
  }
  await draw('random')
  await expect(facts).toContainText('随机，滤波器归一化，种子 1')
  await expect(facts).toContainText('±1')
  await expect(page.getByTestId('landscape-carries-little')).toBeVisible()
  await picture(page, 'random-zh')
  await draw('hessian')
  await expect(page.getByTestId('contours')).toContainText('特征值（± 残差范数）')
  await expect(page.getByTestId('landscape-carries-little')).toHaveCount(0)
  // Two products find no eigenvector.
  await expect(page.getByTestId('landscape-unconverged')).toContainText('10%')

  await page.getByTestId('landscape-refine').getByRole('button').first().click()
  const end = (name: string) => page.getByTestId(`refine-${name}`).getByRole('textbox')
  await expect(end('x-from')).toHaveValue('-0.5')
  await end('x-to').fill('-0.75')
  await expect(page.getByTestId('refine-start')).toBeDisabled()
  await expect(page.getByTestId('landscape-refine').getByTestId('issue')).toContainText('方向 1')
  await end('x-to').fill('0.75')
  await end('resolution').fill('3')
  await picture(page, 'refine-zh')

  // Dragging chooses too: from left to right, what is typed of the other direction gives way.
  const chart = page.getByTestId('chart-landscape')
  await chart.scrollIntoViewIfNeeded()
  await expect(chart).toHaveAttribute('data-chart-ready', /\d/)
  const { x, y, width, height } = (await chart.boundingBox())!
  await page.mouse.move(x + width * 0.4, y + height * 0.3)
  await page.mouse.down()
  await page.mouse.move(x + width * 0.8, y + height * 0.6, { steps: 3 })
  await page.mouse.up()
  await expect(end('x-to')).not.toHaveValue('0.75')
  await expect(end('y-from')).not.toHaveValue('-0.5')
  for (const [name, value] of [
    ['x-from', '-0.5'],
    ['x-to', '0.75'],
    ['y-from', '0'],
    ['y-to', '0.5'],
  ] as const)
    // prettier-ignore
    await end(name).fill(value)
  await end('y-to').press('Enter')
  await expect(facts).toContainText('局部：方向 1 −0.5 … 0.75，方向 2 0 … 0.5')
  await expect(facts).toContainText('3 × 3')
  await expect(page.getByTestId('sharpness')).toHaveCount(0)
  expect(problems).toEqual([])
})

test.describe('a window without WebGL', () => {
  test.use({ gpu: NO_WEBGL })

  test('draws contours in place of surfaces and says why', async ({ finished }) => {
    const { page, problems } = finished
    await page.getByTestId('landscape-as-surface').click()
    await expect(page.getByTestId('landscape-fallback')).toContainText('WebGL')
    await expect(page.getByTestId('chart-surface')).toHaveCount(0)
    await expect(page.getByTestId('chart-landscape')).toHaveCount(2)
    await expect(page.getByTestId('chart-landscape').first()).toHaveAttribute('data-chart-ready', /\d/)
    await picture(page, '5-without-webgl-zh')
    await page.getByTestId('landscape-as-contour').click()
    await expect(page.getByTestId('landscape-fallback')).toHaveCount(0)
    expect(problems).toEqual([])
  })
})
