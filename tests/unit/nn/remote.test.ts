import { setTimeout as pause } from 'node:timers/promises'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import type { Engine } from '../../../src-main/nn/engine.ts'
import { createReferenceEngine } from '../../../src-main/nn/engines/reference/engine.ts'
import { createRemoteEngine } from '../../../src-main/nn/engines/remote/engine.ts'
import { serveEngine } from '../../../src-main/nn/engines/remote/serve.ts'
import { initialWeights } from '../../../src-main/nn/initialise.ts'
import type { GruConfig } from '../../../src-main/nn/layout.ts'
import type { Loss } from '../../../src-main/nn/losses/loss.ts'
import { nodePortConnection, single } from './nodePort.ts'
import { randomCrossSection, randomSampleWeights } from './samples.ts'

const model = { inputSize: 3, hiddenSize: 6, layers: 2, dropout: 0.3 }
const weights = initialWeights(model, 1)
const section = { ...randomCrossSection(1, 20, 4, 3), sampleWeights: randomSampleWeights(1, 20) }
/** Takes the reference engine a second or more. */
const long = randomCrossSection(2, 3000, 60, 3)

const coded = (code: string) => expect.objectContaining({ code })

/** A reference engine behind a real message channel, and the port at its side. */
function behindPort(config: GruConfig = model, options: { readonly loss?: Loss } = {}) {
  const { port1, port2 } = new MessageChannel()
  const served: Engine[] = []
  serveEngine(nodePortConnection(port2), (at, loss) => {
    const engine = createReferenceEngine(at, { loss })
    served.push(engine)
    return engine
  })
  const engine = createRemoteEngine('remote', nodePortConnection(port1), config, options)
  return { engine, served, port1, port2 }
}

const closing = (port: MessagePort) => new Promise<void>((resolve) => port.once('close', resolve))

describe('an engine behind a message channel', () => {
  it('answers as the engine that is served, in single precision', async () => {
    const two = { inputSize: 3, hiddenSize: 5, layers: 1, outputs: 2 }
    const cases = [
      { config: model, each: section, options: {} },
      {
        config: two,
        each: randomCrossSection(3, 15, 3, 3, 2),
        options: { loss: { kind: 'ic', correlationPenalty: 0.5 } as const },
      },
      { config: two, each: randomCrossSection(4, 15, 3, 3, 2), options: { loss: { kind: 'mse' } as const } },
    ]
    for (const { config, each, options } of cases) {
      const answers = async (engine: Engine) => {
        const at = single(initialWeights(config, 1))
        const handle = engine.upload({ ...each, inputs: single(each.inputs) })
        const predictions = await engine.predict(at, handle)
        const plain = await engine.lossAndGradient(at, handle)
        const dropoutSeed = 2 ** 32 - 1
        const dropped = await engine.lossAndGradient(at, handle, { dropoutSeed })
        const droppedPredictions = await engine.predict(at, handle, { dropoutSeed })
        const sampleWeights = randomSampleWeights(5, each.stocks)
        const labels = each.labels.map((label, i) => label + (i % 3))
        const overridden = await engine.lossAndGradient(at, handle, { dropoutSeed, labels, sampleWeights })
        const again = await engine.lossAndGradient(at, handle)
        const evaluations = [plain, dropped, overridden, again]
        return {
          losses: evaluations.map(({ loss }) => loss),
          numbers: [
            predictions,
            droppedPredictions,
            ...evaluations.flatMap((value) => [value.gradient, value.predictions]),
          ].map(single),
        }
      }
      const { engine } = behindPort(config, options)
      expect(await answers(engine)).toEqual(await answers(createReferenceEngine(config, options)))
      engine.close()
    }
  })

  it('keeps its name, its weights and its order', async () => {
    const { engine } = behindPort()
    expect(engine.name).toBe('remote')
    const handle = engine.upload(section)
    const labels = section.labels.toReversed()
    const sampleWeights = randomSampleWeights(2, 20)
    const expected = await engine.lossAndGradient(weights, handle, { labels, sampleWeights })
    const changing = weights.slice()
    const order: number[] = []
    const evaluations = [0, 1, 2].map((i) =>
      engine.lossAndGradient(changing, handle, { labels, sampleWeights }).then((value) => {
        order.push(i)
        return value
      }),
    )
    for (const each of [changing, labels, sampleWeights]) each.fill(0)
    expect(await Promise.all(evaluations)).toEqual([expected, expected, expected])
    expect(order).toEqual([0, 1, 2])
    engine.close()
  })

  it('carries a loss that is not a number', async () => {
    const { engine } = behindPort(model, { loss: { kind: 'mse' } })
    const handle = engine.upload(section)
    const broken = weights.slice()
    broken[broken.length - 1] = NaN
    expect((await engine.lossAndGradient(broken, handle)).loss).toBeNaN()
    engine.close()
  })

  it('refuses by itself what any engine refuses, and goes on', async () => {
    const { engine } = behindPort()
    const handle = engine.upload({ ...section, labels: null })
    expect(() => engine.upload({ ...section, stocks: 19 })).toThrow(coded('internal'))
    await expect(engine.predict(weights.slice(1), handle)).rejects.toEqual(coded('internal'))
    for (const wrong of [
      {},
      { labels: new Float64Array(19) },
      { labels: section.labels, sampleWeights: new Float64Array(19) },
      { labels: section.labels, sampleWeights: new Float64Array(20).fill(-1) },
    ])
      await expect(engine.lossAndGradient(weights, handle, wrong)).rejects.toEqual(coded('internal'))
    expect((await engine.lossAndGradient(weights, handle, { labels: section.labels })).loss).toBeLessThan(1)
    const released = engine.upload(section)
    await engine.predict(weights, released)
    engine.release(released)
    engine.release(released)
    await expect(engine.predict(weights, released)).rejects.toEqual(coded('internal'))
    expect(await engine.predict(weights, handle)).toHaveLength(20)
    engine.close()
    await expect(engine.predict(weights, handle)).rejects.toEqual(coded('internal'))
    expect(() => behindPort({ ...model, dropout: 1 })).toThrow(coded('usage'))
    expect(() => behindPort(model, { loss: { kind: 'ic', correlationPenalty: 1 } })).toThrow(coded('usage'))
  })

  it('passes on what the engine refuses', async () => {
    const { engine } = behindPort()
    const flat = engine.upload({ ...section, labels: section.labels.map(() => 0.5) })
    await expect(engine.lossAndGradient(weights, flat)).rejects.toEqual(coded('data_insufficient'))
    expect(await engine.predict(weights, flat)).toHaveLength(20)
    engine.close()
  })

  it('answers what was asked for before it was released or closed, then closes the channel', async () => {
    const { engine, port1, port2 } = behindPort()
    const ends = [closing(port1), closing(port2)]
    const handle = engine.upload(section)
    const expected = await engine.lossAndGradient(weights, handle)
    const waiting = [engine.lossAndGradient(weights, handle), engine.lossAndGradient(weights, handle)]
    engine.release(handle)
    engine.close()
    expect(await Promise.all(waiting)).toEqual([expected, expected])
    await Promise.all(ends)
  })

  it('cancels the one evaluation, here at once and there too', async () => {
    const { engine } = behindPort()
    const handle = engine.upload(section)
    const expected = await engine.lossAndGradient(weights, handle)
    const controller = new AbortController()
    const cancelled = engine.lossAndGradient(weights, engine.upload(long), { signal: controller.signal })
    const next = engine.lossAndGradient(weights, handle)
    const order: string[] = []
    const outcomes = [
      cancelled.catch((error: unknown) => error).finally(() => order.push('cancelled')),
      next.finally(() => order.push('next')),
    ]
    await pause(20)
    controller.abort()
    expect(await Promise.all(outcomes)).toEqual([coded('cancelled'), expected])
    expect(order).toEqual(['cancelled', 'next'])
    await expect(engine.predict(weights, handle, { signal: AbortSignal.abort() })).rejects.toEqual(
      coded('cancelled'),
    )
    engine.close()
  })

  it('has lost its device when the channel closes', async () => {
    const { engine, port2 } = behindPort()
    const handle = engine.upload(section)
    await engine.predict(weights, handle)
    const waiting = [engine.predict(weights, handle), engine.lossAndGradient(weights, engine.upload(long))]
    const outcomes = Promise.allSettled(waiting)
    port2.close()
    const lost = { status: 'rejected', reason: coded('device_lost') }
    expect(await outcomes).toEqual([lost, lost])
    await expect(engine.predict(weights, handle)).rejects.toEqual(coded('device_lost'))
    // What only looks at its arguments still does.
    engine.release(engine.upload(section))
    engine.close()
  })
})

describe('an engine that is served', () => {
  const open = { type: 'open', config: model, loss: { kind: 'ic' } }
  const upload = {
    type: 'upload',
    section: 1,
    crossSection: { ...section, inputs: Float32Array.from(section.inputs) },
  }
  const predict = { type: 'predict', id: 2, section: 1, weights: Float32Array.from(weights) }

  /** What is answered to the messages until the channel closes. */
  async function converse(messages: readonly unknown[]): Promise<unknown[]> {
    const { port1, port2 } = new MessageChannel()
    serveEngine(nodePortConnection(port2), (config, loss) => createReferenceEngine(config, { loss }))
    const answers: unknown[] = []
    port1.on('message', (answer) => answers.push(answer))
    for (const message of messages) port1.postMessage(message)
    await closing(port1)
    return answers
  }

  const refused: Record<string, readonly unknown[]> = {
    'what is no request': ['hello'],
    'an unknown type': [open, { type: 'divide' }],
    'a field too many': [{ ...open, more: 1 }],
    'a field too few': [open, { type: 'predict', id: 1, section: 1 }],
    'an array of another type': [open, upload, { ...predict, weights }],
    'a plain array': [open, upload, { ...predict, weights: [...weights] }],
    'labels of another type': [
      open,
      upload,
      { ...predict, type: 'lossAndGradient', labels: Float32Array.from(section.labels) },
    ],
    'labels of a prediction': [open, upload, { ...predict, labels: section.labels }],
    'an evaluation before it is opened': [predict],
    'to be opened twice': [open, open],
    'a cross-section it was not sent': [open, upload, { ...predict, section: 3 }],
    'a misshapen cross-section': [
      open,
      { ...upload, crossSection: { ...upload.crossSection, labels: null, stocks: 21 } },
    ],
    'an id that is at work': [
      open,
      {
        ...upload,
        crossSection: { ...long, inputs: Float32Array.from(long.inputs), sampleWeights: null },
      },
      predict,
      predict,
    ],
  }
  for (const [title, messages] of Object.entries(refused))
    it(`refuses ${title}, and ends`, async () => {
      const answers = await converse(messages)
      expect(answers.at(-1)).toMatchObject({
        type: 'failed',
        error: { code: title.startsWith('a misshapen') ? 'internal' : 'contract_violation' },
      })
    })

  it('is closed with its channel, and what is at work is cancelled', async () => {
    const { engine, served, port1, port2 } = behindPort()
    const handle = engine.upload(long)
    const lost = expect(engine.lossAndGradient(weights, handle)).rejects.toEqual(coded('device_lost'))
    await pause(50)
    port1.close()
    await closing(port2)
    await lost
    const other = served[0].upload(section)
    // The reference engine takes its evaluations in turns: this one would wait for a second.
    expect(await served[0].predict(weights, other)).toHaveLength(20)
  })
})

it('an answer that fits no question ends an engine’s channel', async () => {
  for (const answer of [
    {
      type: 'lossAndGradient',
      id: 2,
      loss: 0,
      gradient: new Float32Array(3),
      predictions: new Float32Array(20),
    },
    { type: 'predict', id: 2, predictions: [1, 2] },
    'hello',
  ]) {
    const { port1, port2 } = new MessageChannel()
    const engine = createRemoteEngine('remote', nodePortConnection(port1), model)
    const ended = closing(port2)
    port2.start()
    const waiting = expect(engine.predict(weights, engine.upload(section))).rejects.toEqual(
      coded('device_lost'),
    )
    port2.postMessage(answer)
    await waiting
    await ended
  }
})
