import { afterAll, describe, expect, it } from 'vitest'
import { createFailoverEngine, type Handover } from '../../../src-main/compute/failover.ts'
import { randomCrossSection, TEST_MODEL } from '../../../src-main/compute/selfTest.ts'
import { openWebGpu, withItsDevice } from '../../../src-main/compute/webgpu.ts'
import { createReferenceEngine } from '../../../src-main/nn/engines/reference/engine.ts'
import { createWebGpuEngine } from '../../../src-main/nn/engines/webgpu/engine.ts'
import { initialWeights } from '../../../src-main/nn/initialise.ts'
import { train } from '../../../src-main/train/trainer.ts'
import { optimizerConfig } from '../../../src-shared/domain/optimizer/index.ts'
import { offerSoftwareGpu } from '../../fixtures/softwareGpu.ts'

offerSoftwareGpu()
const gpu = await openWebGpu()

const MODEL = { ...TEST_MODEL, hiddenSize: 8, layers: 1 }
const parts = {
  train: [7, 20, 31].map((stocks) => randomCrossSection(stocks, 5)),
  valid: [randomCrossSection(12, 5)],
}
const settings = {
  optimizer: optimizerConfig.parse({ name: 'SAM', method: 'sam', rho: 0.05 }),
  loss: 'ic' as const,
  seed: 1,
  maxEpochs: 4,
  patience: 4,
}

describe.skipIf(gpu.device === null)('an engine with a device of its own (needs WebGPU)', () => {
  it('destroys it when it is closed, after what was asked for before', async () => {
    const { device } = (await openWebGpu()) as { device: GPUDevice }
    const engine = withItsDevice(createWebGpuEngine(device, MODEL), device)
    const weights = initialWeights(MODEL, 1)
    const answer = engine.lossAndGradient(weights, engine.upload(parts.train[0]))
    // Answered at once, before what is at work.
    const waiting = engine.predict(weights, engine.upload(parts.train[1]), { signal: AbortSignal.abort() })
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' })
    engine.close()
    const reference = createReferenceEngine(MODEL)
    const exact = await reference.lossAndGradient(weights, reference.upload(parts.train[0]))
    expect((await answer).loss).toBeCloseTo(exact.loss, 5)
    expect((await device.lost).reason).toBe('destroyed')
  })
})

describe.skipIf(gpu.device === null)('a WebGPU device that is destroyed in training (needs WebGPU)', () => {
  afterAll(() => gpu.device?.destroy())

  it('hands over to the next engine, which ends where it would have ended', async () => {
    const device = gpu.device!
    const handovers: Handover[] = []
    const engine = createFailoverEngine(
      createWebGpuEngine(device, MODEL),
      async () => createReferenceEngine(MODEL),
      (handover) => handovers.push(handover),
    )
    const trained = await train(engine, MODEL, parts, settings, {
      onEpoch: ({ record }) => {
        if (record.epoch === 2) device.destroy()
      },
    })
    expect(handovers).toEqual([{ lost: 'webgpu', by: 'reference', reason: expect.any(String) }])
    expect(engine.name).toBe('reference')
    engine.close()

    const whole = await train(createReferenceEngine(MODEL), MODEL, parts, settings, { onEpoch: () => {} })
    expect(trained.epochs).toHaveLength(4)
    for (const [at, epoch] of trained.epochs.entries())
      expect(epoch.validIc).toBeCloseTo(whole.epochs[at].validIc, 4)
  })
})
