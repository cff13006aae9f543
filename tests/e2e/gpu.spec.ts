import net from 'node:net'
import type { ElectronApplication, Page } from '@playwright/test'
import { connectGpuPage, gpuAddress, type GpuAddress } from '../../src-main/compute/gpuPage.ts'
import type { Engine } from '../../src-main/nn/engine.ts'
import { createReferenceEngine } from '../../src-main/nn/engines/reference/engine.ts'
import { initialWeights } from '../../src-main/nn/initialise.ts'
import type { GruConfig } from '../../src-main/nn/layout.ts'
import { type Loss, NEGATIVE_IC } from '../../src-main/nn/losses/loss.ts'
import { randomCrossSection, randomSampleWeights } from '../unit/nn/samples.ts'
import { endPlateau, expect, runtime, startPlateau, test as base, testEnvironment } from './fixtures.ts'

/** WebGPU on the software adapter that comes with Electron, on any machine. */
const SOFTWARE_GPU = [
  '--enable-unsafe-webgpu',
  '--enable-features=Vulkan',
  '--use-vulkan=swiftshader',
  '--use-webgpu-adapter=swiftshader',
  '--ignore-gpu-blocklist',
]

interface Gpu {
  readonly app: ElectronApplication
  readonly page: Page
  readonly address: GpuAddress
  readonly problems: string[]
}

const test = base.extend<{ gpu: Gpu }>({
  gpu: async ({ userData }, use) => {
    const { app, page, problems } = await startPlateau(userData, [], testEnvironment(), SOFTWARE_GPU)
    await app.evaluate(({ app: shell }) => {
      const complaints: string[] = []
      Object.assign(globalThis, { complaints })
      shell.on('web-contents-created', (_created, contents) => {
        // The message moved into the event in Electron 35.
        contents.on('console-message', (event, _level, message) => complaints.push(message ?? event.message))
      })
    })
    await use({ app, page, problems, address: await addressOf(app) })
    await endPlateau(app)
  },
})

/** What the app's processes find in their environment. */
async function addressOf(app: ElectronApplication): Promise<GpuAddress> {
  return gpuAddress(await app.evaluate(() => process.env['PLATEAU_GPU']))!
}

async function openEngine(address: GpuAddress, config: GruConfig, loss: Loss = NEGATIVE_IC): Promise<Engine> {
  const page = await connectGpuPage(address)
  if (page.adapter === null) throw new Error(page.reason.code)
  return page.open(config, { loss })
}

/** Number of the app's pages that hold engines. */
const gpuPages = (app: ElectronApplication): Promise<number> =>
  app.evaluate(
    ({ webContents }) =>
      webContents.getAllWebContents().filter((each) => each.getURL() === 'app://plateau/gpu.html').length,
  )

const crashGpuPage = (app: ElectronApplication): Promise<void> =>
  app.evaluate(({ webContents }) => {
    const page = webContents.getAllWebContents().find((each) => each.getURL() === 'app://plateau/gpu.html')
    page!.forcefullyCrashRenderer()
  })

const largest = (values: Float64Array): number =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)

interface Case {
  readonly config: GruConfig
  readonly stocks: number
  readonly steps: number
  readonly loss?: Loss
  readonly weighted?: boolean
  readonly dropoutSeed?: number
}

const cases: Record<string, Case> = {
  'one layer of 16': { config: { inputSize: 3, hiddenSize: 16, layers: 1 }, stocks: 37, steps: 5 },
  'two layers of 64': { config: { inputSize: 6, hiddenSize: 64, layers: 2 }, stocks: 131, steps: 6 },
  'three layers, weighted squares': {
    config: { inputSize: 4, hiddenSize: 16, layers: 3 },
    stocks: 50,
    steps: 4,
    loss: { kind: 'mse' },
    weighted: true,
  },
  'two outputs with a penalty': {
    config: { inputSize: 5, hiddenSize: 24, layers: 2, outputs: 2 },
    stocks: 65,
    steps: 7,
    loss: { kind: 'ic', correlationPenalty: 0.5 },
  },
  dropout: {
    config: { inputSize: 3, hiddenSize: 33, layers: 2, dropout: 0.3 },
    stocks: 70,
    steps: 6,
    dropoutSeed: 7,
  },
}

test('the GPU page computes as the reference engine does', async ({ gpu: { app, address, problems } }) => {
  const page = await connectGpuPage(address)
  expect(page).toMatchObject({ adapter: { software: true, description: expect.any(String) } })
  if (page.adapter === null) throw new Error(page.reason.code)
  page.close()
  console.log(`adapter: ${page.adapter.description} in Electron ${runtime.version} (${runtime.kind})`)

  for (const [title, { config, stocks, steps, loss = NEGATIVE_IC, weighted, dropoutSeed }] of Object.entries(
    cases,
  )) {
    const section = {
      ...randomCrossSection(1, stocks, steps, config.inputSize, config.outputs),
      sampleWeights: weighted === true ? randomSampleWeights(1, stocks) : null,
    }
    const weights = initialWeights(config, 1)
    const answer = async (engine: Engine) => {
      const handle = engine.upload(section)
      const predicted = await engine.predict(weights, handle)
      const value = await engine.lossAndGradient(weights, handle, { dropoutSeed })
      engine.close()
      return { predicted, ...value }
    }
    const actual = await answer(await openEngine(address, config, loss))
    const expected = await answer(createReferenceEngine(config, { loss }))
    const error = (a: Float64Array, b: Float64Array) => largest(a.map((value, i) => value - b[i]))
    const gradientError = error(actual.gradient, expected.gradient) / largest(expected.gradient)
    console.log(`${title}: gradient within ${gradientError.toExponential(1)}`)
    expect(error(actual.predicted, expected.predicted), title).toBeLessThan(1e-5)
    expect(error(actual.predictions, expected.predictions), title).toBeLessThan(1e-5)
    expect(Math.abs(actual.loss - expected.loss), title).toBeLessThan(1e-5)
    expect(gradientError, title).toBeLessThan(1e-4)
  }
  expect(await gpuPages(app)).toBe(1)
  // It is no window.
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
  expect(problems).toEqual([])
  const complaints = await app.evaluate(() => (globalThis as never as { complaints: string[] }).complaints)
  expect(complaints.filter((each) => !each.startsWith('WebGPU is experimental on this platform'))).toEqual([])
})

test('the GPU page cancels, refuses strangers, and its end is a lost device', async ({
  gpu: { app, address },
}) => {
  const model = { inputSize: 4, hiddenSize: 32, layers: 1 }
  const weights = initialWeights(model, 1)
  const small = randomCrossSection(1, 40, 5, 4)

  // Strangers are not answered.
  const stranger = net.connect(address.path)
  stranger.write(Buffer.alloc(address.token.length))
  await new Promise((resolve) => stranger.once('close', resolve))
  expect(await connectGpuPage({ ...address, token: Buffer.alloc(16) })).toMatchObject({ adapter: null })

  const engine = await openEngine(address, model)
  const handle = engine.upload(small)
  const before = await engine.lossAndGradient(weights, handle)
  const controller = new AbortController()
  const large = engine.upload(randomCrossSection(2, 1500, 40, 4))
  const cancelled = engine.lossAndGradient(weights, large, { signal: controller.signal })
  controller.abort()
  await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' })
  expect(await engine.lossAndGradient(weights, handle)).toEqual(before)

  // Of several in a row the last one waits when the page dies.
  const ends = Promise.allSettled(Array.from({ length: 8 }, () => engine.lossAndGradient(weights, large)))
  await crashGpuPage(app)
  expect((await ends).at(-1)).toMatchObject({ status: 'rejected', reason: { code: 'device_lost' } })
  await expect(engine.predict(weights, handle)).rejects.toMatchObject({ code: 'device_lost' })

  // The next one gets a new page, once the shell has heard of the crash, which the connection may feel first.
  await expect(async () => {
    const next = await openEngine(address, model)
    expect(await next.lossAndGradient(weights, next.upload(small))).toEqual(before)
    next.close()
  }).toPass()
})

test('the loss of the GPU is a lost device, and the page goes on with a new one', async ({
  gpu: { app, address },
}) => {
  const model = { inputSize: 4, hiddenSize: 16, layers: 1 }
  const weights = initialWeights(model, 1)
  const section = randomCrossSection(1, 40, 5, 4)
  const engine = await openEngine(address, model)
  const before = await engine.lossAndGradient(weights, engine.upload(section))
  const gpuProcess = await app.evaluate(
    ({ app: shell }) => shell.getAppMetrics().find(({ type }) => type === 'GPU')!.pid,
  )
  const waiting = engine.lossAndGradient(weights, engine.upload(randomCrossSection(2, 1500, 40, 4)))
  const lost = expect(waiting).rejects.toMatchObject({ code: 'device_lost' })
  process.kill(gpuProcess, 'SIGKILL')
  await lost
  engine.close()

  await expect(async () => {
    const next = await openEngine(address, model)
    expect(await next.lossAndGradient(weights, next.upload(section))).toEqual(before)
    next.close()
  }).toPass()
  expect(await gpuPages(app)).toBe(1)
})

test('the app’s own processes find the GPU page and prove its gradient', async ({ gpu: { page } }) => {
  const report = await page.evaluate(() =>
    (
      globalThis as never as { plateau: { call(name: string, input: unknown): Promise<unknown> } }
    ).plateau.call('compute.report', {}),
  )
  const { engines } = (report as { value: { engines: { name: string }[] } }).value
  expect(engines.find(({ name }) => name === 'webgpu')).toMatchObject({
    available: true,
    chosen: false,
    reason: { code: 'software' },
    label: expect.stringContaining('swiftshader'),
  })
})

test('an app without hardware acceleration says so and makes no page', async ({ plateau: { app } }) => {
  expect(await connectGpuPage(await addressOf(app))).toEqual({
    adapter: null,
    reason: { code: 'no_acceleration', values: {} },
  })
  expect(await gpuPages(app)).toBe(0)
})
