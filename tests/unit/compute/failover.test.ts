import { describe, expect, it } from 'vitest'
import { createFailoverEngine, type Handover } from '../../../src-main/compute/failover.ts'
import { randomCrossSection, TEST_MODEL } from '../../../src-main/compute/selfTest.ts'
import type { Engine } from '../../../src-main/nn/engine.ts'
import { createReferenceEngine } from '../../../src-main/nn/engines/reference/engine.ts'
import { initialWeights } from '../../../src-main/nn/initialise.ts'
import { train } from '../../../src-main/train/trainer.ts'
import { optimizerConfig } from '../../../src-shared/domain/optimizer/index.ts'
import { deviceEngine } from './sources.ts'

const MODEL = { ...TEST_MODEL, hiddenSize: 6, dropout: 0.3 }
const weights = initialWeights(MODEL, 1)
const sections = [3, 12, 20].map((stocks) => randomCrossSection(stocks, 4))

/** Engines in the order in which they are opened. */
function failover(...engines: Engine[]): { engine: Engine; handovers: Handover[] } {
  const [first, ...left] = engines
  const handovers: Handover[] = []
  const next = async (): Promise<Engine | null> => left.shift() ?? null
  return { engine: createFailoverEngine(first, next, (handover) => handovers.push(handover)), handovers }
}

/** What a study's training answers on an engine. */
const trainOn = (engine: Engine) =>
  train(
    engine,
    MODEL,
    { train: sections, valid: sections.slice(1) },
    {
      optimizer: optimizerConfig.parse({ name: 'SAM', method: 'sam', rho: 0.1 }),
      loss: 'ic',
      seed: 3,
      maxEpochs: 3,
      patience: 3,
    },
    { onEpoch: () => {} },
  )

describe('an engine that outlives its device', () => {
  it('answers like the engines it is made of, switched by hand', async () => {
    // Twice as large gradients tell which of the two has answered.
    const double = () => deviceEngine('native', MODEL, { error: 1 })
    const { engine, handovers } = failover(deviceEngine('webgpu', MODEL, { lostAt: 3 }), double())
    const byHand = [deviceEngine('webgpu', MODEL), double()]
    const handles = sections.map((section) => engine.upload(section))
    for (const [evaluation, at] of [0, 1, 2, 1, 0].entries()) {
      const hand = byHand[evaluation < 2 ? 0 : 1]
      const { labels, stocks } = sections[at]
      const options = {
        dropoutSeed: evaluation,
        labels: labels!.map((label, i) => label + evaluation * i),
        sampleWeights: Float64Array.from({ length: stocks }, (_, i) => 1 + ((i + evaluation) % 3)),
      }
      expect(await engine.lossAndGradient(weights, handles[at], options)).toEqual(
        await hand.lossAndGradient(weights, hand.upload(sections[at]), options),
      )
      expect(engine.name).toBe(hand.name)
    }
    expect(handovers).toEqual([{ lost: 'webgpu', by: 'native', reason: 'webgpu went away' }])
  })

  it('trains to the same bits as without a loss, whenever that comes', async () => {
    const whole = await trainOn(createReferenceEngine(MODEL))
    for (const lostAt of [1, 2, 7, 8, 9, 14, 15, 30]) {
      const { engine, handovers } = failover(
        deviceEngine('webgpu', MODEL, { lostAt }),
        deviceEngine('native', MODEL),
      )
      expect(await trainOn(engine)).toEqual(whole)
      expect(handovers).toHaveLength(1)
    }
  })

  it('hands over once for all evaluations that wait, and again when the next one is lost', async () => {
    const { engine, handovers } = failover(
      deviceEngine('webgpu', MODEL, { lostAt: 1 }),
      deviceEngine('native', MODEL, { lostAt: 4 }),
      deviceEngine('wasm', MODEL),
    )
    const handles = sections.map((section) => engine.upload(section))
    const answers = await Promise.all(handles.map((handle) => engine.predict(weights, handle)))
    expect(handovers.map(({ by }) => by)).toEqual(['native'])
    expect(await Promise.all(handles.map((handle) => engine.predict(weights, handle)))).toEqual(answers)
    expect(handovers.map(({ by }) => by)).toEqual(['native', 'wasm'])
  })

  it('releases what it holds, and knows no other handles', async () => {
    const { engine } = failover(deviceEngine('webgpu', MODEL, { lostAt: 1 }), deviceEngine('native', MODEL))
    const [first, second] = sections.map((section) => engine.upload(section))
    await engine.predict(weights, first)
    for (const handle of [first, second]) {
      engine.release(handle)
      await expect(engine.predict(weights, handle)).rejects.toMatchObject({ code: 'internal' })
    }
    const other = createReferenceEngine(MODEL).upload(sections[0])
    await expect(engine.predict(weights, other)).rejects.toMatchObject({ code: 'internal' })
  })

  it('reports the loss when no engine is left', async () => {
    const { engine, handovers } = failover(deviceEngine('webgpu', MODEL, { lostAt: 1 }))
    const handle = engine.upload(sections[0])
    for (let again = 0; again < 2; again++)
      await expect(engine.predict(weights, handle)).rejects.toMatchObject({ code: 'device_lost' })
    expect(handovers).toEqual([])
  })

  it('keeps on its engine for any other error', async () => {
    const { engine, handovers } = failover(deviceEngine('webgpu', MODEL), deviceEngine('native', MODEL))
    const handle = engine.upload(sections[0])
    await expect(engine.predict(weights, handle, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'cancelled',
    })
    await expect(engine.predict(weights.slice(1), handle)).rejects.toMatchObject({ code: 'internal' })
    expect(() => engine.upload({ ...sections[0], features: 1 })).toThrow('does not fit')
    expect(handovers).toEqual([])
    expect(engine.name).toBe('webgpu')
  })

  it('opens no engine once it is closed', async () => {
    const { engine, handovers } = failover(
      deviceEngine('webgpu', MODEL, { lostAt: 1 }),
      deviceEngine('native', MODEL),
    )
    const lost = engine.predict(weights, engine.upload(sections[0]))
    engine.close()
    await expect(lost).rejects.toMatchObject({ code: 'device_lost' })
    expect(handovers).toEqual([])
  })
})
