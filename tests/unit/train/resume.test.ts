import { describe, expect, it } from 'vitest'
import type { CrossSectionHandle, Engine } from '../../../src-main/nn/engine.ts'
import { createReferenceEngine } from '../../../src-main/nn/engines/reference/engine.ts'
import { train, type TrainSettings } from '../../../src-main/train/trainer.ts'
import { type OptimizerConfig } from '../../../src-shared/domain/optimizer/index.ts'
import { MACHINE_COLUMNS, STEP_COLUMNS } from '../../../src-shared/domain/training.ts'
import { BASE_ROWS, configOf, ROWS } from '../optim/methods.ts'
import { DROPPED, MODEL, type Model, partsOf, runOf, stateOf, type Told } from './runs.ts'

const EPOCHS = 6
const settingsOf = (optimizer: OptimizerConfig, rest: Partial<TrainSettings> = {}): TrainSettings => ({
  optimizer,
  loss: 'ic',
  seed: 4,
  maxEpochs: EPOCHS,
  patience: EPOCHS,
  ...rest,
})
const plain = configOf({ method: 'plain', parameters: {} }, { learningRate: 0.02 })
const sam = configOf({ method: 'sam', parameters: {} }, { learningRate: 0.02 })

const failure = new Error('lost')

/** All that is told of the steps but their wall time. */
const withoutSeconds = (table: Float64Array): Float64Array =>
  table.filter((_, at) => !MACHINE_COLUMNS.includes(STEP_COLUMNS[at % STEP_COLUMNS.length]))

/** The same bits in everything that is told; toEqual takes no difference between vectors for none, and NaN for NaN. */
function expectToGoOnAs(whole: Told, rest: Told, from: number): void {
  expect(rest.answer).toEqual(whole.answer)
  // As a result keeps them, fields in order.
  expect(JSON.stringify(rest.answer.epochs)).toBe(JSON.stringify(whole.answer.epochs))
  expect(rest.records).toEqual(whole.records.slice(from))
  expect(rest.steps.map(withoutSeconds)).toEqual(whole.steps.slice(from).map(withoutSeconds))
  expect(rest.checkpoints.map((bytes) => stateOf(bytes))).toEqual(
    whole.checkpoints.slice(from).map((bytes) => stateOf(bytes)),
  )
}

/** Train straight, then go on from the checkpoint of every epoch. */
async function goOnFromEvery(model: Model, settings: TrainSettings, parts = partsOf(0.5)): Promise<Told> {
  const whole = await runOf(model, settings, { parts })
  for (const [at, checkpoint] of whole.checkpoints.entries())
    expectToGoOnAs(whole, await runOf(model, settings, { parts, resume: stateOf(checkpoint) }), at + 1)
  return whole
}

describe('a training that stopped goes on as if it had not, bit for bit', () => {
  it.each(ROWS.flatMap((row) => [MODEL, DROPPED].map((model) => ({ ...row, model, layers: model.layers }))))(
    '$name, layers: $layers',
    async ({ model, ...row }) => {
      const { records } = await goOnFromEvery(model, settingsOf(configOf(row, { learningRate: 0.02 })))
      expect(records).toHaveLength(EPOCHS)
    },
  )

  it.each(
    BASE_ROWS.flatMap((base) =>
      ROWS.filter(({ method }) => ['plain', 'gsam', 'fedsmoo', 'composed'].includes(method)).map((row) => ({
        ...row,
        base,
        rule: base['rule'],
      })),
    ),
  )('$name on $rule', async ({ base, ...row }) => {
    const common = { learningRateSchedule: { warmUpEpochs: 1.5, decay: { kind: 'cosine' } }, clipNorm: 0.5 }
    await goOnFromEvery(DROPPED, settingsOf(configOf(row, base, common)))
  })

  it('on squared errors too', () => goOnFromEvery(DROPPED, settingsOf(sam, { loss: 'mse' })))

  it('when it loses patience, before the best epoch and after it', async () => {
    const settings = settingsOf(sam, { maxEpochs: 40, patience: 3 })
    const { answer } = await goOnFromEvery(DROPPED, settings, partsOf(20))
    expect(answer.stopReason).toBe('patience')
    expect(answer.bestEpoch).toBeGreaterThan(1)
    expect(answer.epochs).toHaveLength(answer.bestEpoch + 3)
  })

  it.each([
    { stopReason: 'patience', settings: settingsOf(sam, { maxEpochs: 40, patience: 3 }), noise: 20 },
    { stopReason: 'max_epochs', settings: settingsOf(sam), noise: 0.5 },
  ])('after its last epoch ($stopReason) without an evaluation', async ({ stopReason, settings, noise }) => {
    const parts = partsOf(noise)
    const whole = await runOf(MODEL, settings, { parts })
    const { engine, uploaded } = counting()
    const resume = stateOf(whole.checkpoints.at(-1)!)
    expect(await runOf(MODEL, settings, { parts, resume, engine })).toEqual({
      answer: whole.answer,
      records: [],
      steps: [],
      checkpoints: [],
    })
    expect(whole.answer.stopReason).toBe(stopReason)
    expect(uploaded()).toBe(0)
  })

  it('leaves the state it went on from as it was', async () => {
    const { checkpoints } = await runOf(DROPPED, settingsOf(sam))
    const state = stateOf(checkpoints[1])
    await runOf(DROPPED, settingsOf(sam), { resume: state })
    expect(state).toEqual(stateOf(checkpoints[1]))
  })

  it('refuses the state of another model or optimizer', async () => {
    const resume = stateOf((await runOf(MODEL, settingsOf(sam))).checkpoints[0])
    const adagrad = configOf({ method: 'sam', parameters: {} }, { rule: 'adagrad', learningRate: 0.02 })
    const looksam = configOf({ method: 'looksam', parameters: {} })
    for (const [model, optimizer] of [
      [DROPPED, sam],
      [MODEL, adagrad],
      [MODEL, looksam],
    ] as const)
      await expect(runOf(model, settingsOf(optimizer), { resume })).rejects.toMatchObject({
        code: 'internal',
      })
  })

  it('refuses a state that contradicts itself', async () => {
    const state = stateOf((await runOf(MODEL, settingsOf(sam))).checkpoints[2])
    const resume = { ...state, best: { ...state.best, validIc: 1 } }
    await expect(runOf(MODEL, settingsOf(sam), { resume })).rejects.toMatchObject({ code: 'internal' })
  })
})

describe('what is told of an epoch', () => {
  it('has a row of numbers for each step that was taken', async () => {
    const { steps, records } = await runOf(MODEL, settingsOf(plain))
    const column = (table: Float64Array, name: (typeof STEP_COLUMNS)[number]): Float64Array =>
      table.filter((_, at) => STEP_COLUMNS[at % STEP_COLUMNS.length] === name)
    for (const [at, table] of steps.entries()) {
      // Five dates, of which one has no IC.
      expect(table).toHaveLength(4 * STEP_COLUMNS.length)
      const losses = column(table, 'cleanLoss')
      expect(losses.reduce((sum, loss) => sum + loss, 0) / 4).toBeCloseTo(records[at].trainLoss, 12)
      expect(column(table, 'evaluations')).toEqual(new Float64Array(4).fill(1))
      expect(column(table, 'learningRate')).toEqual(new Float64Array(4).fill(0.02))
      expect(column(table, 'perturbedLoss')).toEqual(new Float64Array(4).fill(NaN))
      expect(column(table, 'seconds').every((seconds) => seconds > 0 && seconds < 10)).toBe(true)
      expect(column(table, 'memory').every((bytes) => bytes > 1e7)).toBe(true)
    }
  })

  it('is awaited before the next one begins', async () => {
    const { engine, evaluations } = counting()
    await train(engine, MODEL, partsOf(0.5), settingsOf(plain), {
      async onEpoch() {
        const before = evaluations()
        await new Promise((done) => setTimeout(done, 5))
        expect(evaluations()).toBe(before)
      },
    })
    expect(evaluations()).toBeGreaterThan(0)
  })
})

describe('the cross-sections of a training', () => {
  it('are released when it ends, when it fails, and when its epochs are refused', async () => {
    const ended = counting()
    await runOf(MODEL, settingsOf(sam), { engine: ended.engine })
    expect([ended.uploaded(), ended.held.size]).toEqual([8, 0])

    const failing = counting({ evaluation: 20 })
    await expect(runOf(MODEL, settingsOf(sam), { engine: failing.engine })).rejects.toBe(failure)
    expect([failing.uploaded(), failing.held.size]).toEqual([8, 0])

    const refused = counting()
    const onEpoch = (): Promise<void> => Promise.reject(failure)
    const training = train(refused.engine, MODEL, partsOf(0.5), settingsOf(sam), { onEpoch })
    await expect(training).rejects.toBe(failure)
    expect([refused.uploaded(), refused.held.size]).toEqual([8, 0])
  })

  it('are released when one of them is refused, whichever', async () => {
    for (const upload of [1, 3, 6, 8]) {
      const { engine, held, uploaded } = counting({ upload })
      await expect(runOf(MODEL, settingsOf(sam), { engine })).rejects.toBe(failure)
      expect([uploaded(), held.size]).toEqual([upload - 1, 0])
    }
  })
})

/** The reference engine, counted; fails with `failure` at the `upload`-th cross-section or the `evaluation`-th evaluation. */
function counting(failsAt: { readonly upload?: number; readonly evaluation?: number } = {}) {
  const inner = createReferenceEngine(MODEL)
  const held = new Set<CrossSectionHandle>()
  let uploads = 0
  let evaluations = 0
  const evaluate = <T>(evaluation: () => Promise<T>): Promise<T> =>
    ++evaluations === failsAt.evaluation ? Promise.reject(failure) : evaluation()
  const engine: Engine = {
    ...inner,
    upload(section) {
      if (uploads + 1 === failsAt.upload) throw failure
      const handle = inner.upload(section)
      uploads++
      held.add(handle)
      return handle
    },
    release(handle) {
      held.delete(handle)
      inner.release(handle)
    },
    predict: (...given) => evaluate(() => inner.predict(...given)),
    lossAndGradient: (...given) => evaluate(() => inner.lossAndGradient(...given)),
  }
  return { engine, held, uploaded: () => uploads, evaluations: () => evaluations }
}
