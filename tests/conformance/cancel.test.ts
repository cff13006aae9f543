import { expect, it } from 'vitest'
import type { CrossSectionHandle, Engine } from '../../src-main/nn/engine.ts'
import { initialWeights } from '../../src-main/nn/initialise.ts'
import { randomCrossSection } from '../unit/nn/samples.ts'
import { describeEngines } from './cases.ts'
import { withEngine } from './engines.ts'

const model = { inputSize: 4, hiddenSize: 64, layers: 2 }
const weights = initialWeights(model, 1)
const small = randomCrossSection(1, 60, 5, 4)
const medium = randomCrossSection(2, 400, 30, 4)
const cancelled = expect.objectContaining({ code: 'cancelled' })

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Milliseconds of an evaluation of `handle`, once the engine is warm. */
async function durationOf(engine: Engine, handle: CrossSectionHandle): Promise<number> {
  await engine.lossAndGradient(weights, handle)
  const started = performance.now()
  await engine.lossAndGradient(weights, handle)
  return performance.now() - started
}

const both = (engine: Engine, handle: CrossSectionHandle, signal?: AbortSignal): Promise<unknown>[] => [
  engine.lossAndGradient(weights, handle, { signal }),
  engine.predict(weights, handle, { signal }),
]

describeEngines((entry) => {
  /** At least 20 times the medium one, where cancelling leaves the device free. */
  const large =
    entry.emulated === true ? medium : randomCrossSection(3, entry.sizes === 'small' ? 2000 : 6000, 120, 4)

  it('rejects with `cancelled` when the signal has aborted before', () =>
    withEngine(entry, model, {}, async (engine) => {
      const handle = engine.upload(small)
      const before = await Promise.all(both(engine, handle))
      for (const evaluation of both(engine, handle, AbortSignal.abort()))
        await expect(evaluation).rejects.toEqual(cancelled)
      expect(await Promise.all(both(engine, handle))).toEqual(before)
    }))

  it('stops a large evaluation at work, and answers the next with the same bits', () =>
    withEngine(entry, model, {}, async (engine) => {
      const [held, handle] = [engine.upload(large), engine.upload(small)]
      const before = await Promise.all(both(engine, handle))
      // Long before its end, so that one that answers has not been stopped.
      const early = Math.min(60, 4 * (await durationOf(engine, engine.upload(medium))))
      for (const [which, delay] of [
        [0, 0],
        [0, early],
        [1, early],
      ]) {
        const controller = new AbortController()
        const options = { signal: controller.signal }
        const evaluation =
          which === 0
            ? engine.lossAndGradient(weights, held, options)
            : engine.predict(weights, held, options)
        const outcome = expect(evaluation).rejects.toEqual(cancelled)
        await pause(delay)
        controller.abort()
        await outcome
        expect(await Promise.all(both(engine, handle))).toEqual(before)
      }
    }))

  it('either answers or rejects, whenever the signal aborts', () =>
    withEngine(entry, model, {}, async (engine) => {
      const handle = engine.upload(medium)
      const expected = await engine.lossAndGradient(weights, handle)
      const duration = await durationOf(engine, handle)
      const parts = entry.sizes === 'small' ? 4 : 8
      for (let part = 0; part <= parts; part++) {
        const controller = new AbortController()
        const evaluation = engine.lossAndGradient(weights, handle, { signal: controller.signal })
        const outcome = evaluation.catch((error: unknown) => error)
        await pause((part / parts) * duration)
        controller.abort()
        expect([cancelled, expected]).toContainEqual(await outcome)
      }
      // A signal that aborts when its evaluation has ended stops nothing else.
      const late = new AbortController()
      await engine.lossAndGradient(weights, handle, { signal: late.signal })
      const next = engine.lossAndGradient(weights, handle)
      late.abort()
      expect(await next).toEqual(expected)
    }))

  it('cancels one evaluation of several that wait, and no other', () =>
    withEngine(entry, model, {}, async (engine) => {
      const handle = engine.upload(small)
      const expected = await engine.lossAndGradient(weights, handle)
      const controller = new AbortController()
      const options = [{}, { signal: controller.signal }, {}]
      const waiting = Promise.allSettled(options.map((each) => engine.lossAndGradient(weights, handle, each)))
      controller.abort()
      expect(await waiting).toEqual([
        { status: 'fulfilled', value: expected },
        { status: 'rejected', reason: cancelled },
        { status: 'fulfilled', value: expected },
      ])
    }))

  it('cancels an evaluation that waits without waiting for the one at work', () =>
    withEngine(entry, model, {}, async (engine) => {
      const handle = engine.upload(small)
      const expected = await engine.lossAndGradient(weights, handle)
      const [atWork, waiting] = [new AbortController(), new AbortController()]
      const order: string[] = []
      const first = engine
        .lossAndGradient(weights, engine.upload(large), { signal: atWork.signal })
        .finally(() => order.push('at work'))
      const second = engine
        .lossAndGradient(weights, handle, { signal: waiting.signal })
        .finally(() => order.push('waiting'))
      const outcomes = [expect(first).rejects.toEqual(cancelled), expect(second).rejects.toEqual(cancelled)]
      waiting.abort()
      await outcomes[1]
      atWork.abort()
      await outcomes[0]
      expect(order).toEqual(['waiting', 'at work'])
      expect(await engine.lossAndGradient(weights, handle)).toEqual(expected)
    }))

  it('lets the event loop turn while it computes', () =>
    withEngine(entry, model, {}, async (engine) => {
      const handle = engine.upload(entry.emulated === true ? medium : randomCrossSection(4, 1500, 30, 4))
      let [turns, settled] = [0, false]
      const evaluation = engine.lossAndGradient(weights, handle).finally(() => (settled = true))
      while (!settled) {
        await new Promise((resolve) => setImmediate(resolve))
        turns++
      }
      await evaluation
      // A blocked loop would turn a handful of times.
      expect(turns).toBeGreaterThan(20)
    }))
})
