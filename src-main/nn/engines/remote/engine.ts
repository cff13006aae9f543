import { PlateauError } from '../../../../src-shared/errors.ts'
import { failure } from '../../../../src-shared/failure.ts'
import { deviceErrors } from '../../../../src-shared/locales/errors/devices.ts'
import { dropoutThreshold } from '../../dropout.ts'
import type { CrossSection, CrossSectionHandle, Engine } from '../../engine.ts'
import type { GruConfig } from '../../layout.ts'
import { checkLoss, type Loss, NEGATIVE_IC } from '../../losses/loss.ts'
import { cancelledEvaluation, checkCancelled, createHoldings, targetsOf } from '../holdings.ts'
import type { Connection } from './connection.ts'
import { type EngineAnswer, engineAnswer, type EngineRequest } from './messages.ts'

/** A cross-section is sent when it is first needed, so that no more than one waits to be taken. */
interface Held {
  readonly section: CrossSection
  /** Its id at the other side; null until it is sent. */
  id: number | null
}

type Evaluation = Extract<EngineRequest, { readonly weights: unknown }>
type ResultOf<E extends Evaluation> = Extract<EngineAnswer, { readonly type: E['type'] }>

interface Pending {
  readonly type: Evaluation['type']
  readonly resolve: (answer: EngineAnswer) => void
  readonly reject: (error: PlateauError) => void
}

/**
 * The engine that `serveEngine` serves at the other end of `connection`, for engines that compute in float32. What an engine refuses by its arguments alone is
 * refused here; when the connection ends, the device is lost.
 * @throws PlateauError usage when loss or dropout make no sense
 */
export function createRemoteEngine(
  name: string,
  connection: Connection,
  config: GruConfig,
  { loss = NEGATIVE_IC }: { readonly loss?: Loss } = {},
): Engine {
  checkLoss(loss, config.outputs ?? 1)
  dropoutThreshold(config.dropout ?? 0)
  const holdings = createHoldings<Held>(config)
  const pending = new Map<number, Pending>()
  let lastId = 0
  let closed = false
  let lost: PlateauError | null = null

  const send = (request: EngineRequest): void => connection.send(request)
  const settle = (id: number): void => {
    pending.delete(id)
    if (closed && pending.size === 0) connection.close()
  }
  const lose = (error: PlateauError): void => {
    lost ??= error
    for (const { reject } of pending.values()) reject(lost)
    pending.clear()
  }

  connection.onClose(() => lose(failure(deviceErrors.processGone, { engine: name })))
  connection.listen((received) => {
    const answer = engineAnswer.parse(received)
    if (answer.type === 'failed') return lose(PlateauError.fromData(answer.error))
    const evaluation = pending.get(answer.id)
    // None: it was cancelled.
    if (evaluation === undefined) return
    if (answer.type !== 'error' && answer.type !== evaluation.type)
      throw new PlateauError('contract_violation', `${evaluation.type} was answered by ${answer.type}.`)
    settle(answer.id)
    if (answer.type === 'error') evaluation.reject(PlateauError.fromData(answer.error))
    else evaluation.resolve(answer)
  })
  send({ type: 'open', config, loss })

  const sectionId = (held: Held): number => {
    if (held.id !== null) return held.id
    const { stocks, steps, features, inputs, labels, sampleWeights = null } = held.section
    const section = ++lastId
    const single = inputs instanceof Float32Array ? inputs : new Float32Array(inputs)
    send({
      type: 'upload',
      section,
      crossSection: { stocks, steps, features, inputs: single, labels, sampleWeights },
    })
    held.id = section
    return section
  }
  const evaluate = <E extends Evaluation>(
    held: Held,
    request: Omit<E, 'id' | 'section'>,
    signal: AbortSignal | undefined,
  ): Promise<ResultOf<E>> =>
    new Promise((resolve, reject) => {
      checkCancelled(signal)
      if (lost !== null) throw lost
      const section = sectionId(held)
      const id = ++lastId
      send({ ...request, id, section } as E)
      const cancel = (): void => {
        send({ type: 'cancel', id })
        settle(id)
        reject(cancelledEvaluation())
      }
      signal?.addEventListener('abort', cancel, { once: true })
      const finish =
        <T>(act: (value: T) => void) =>
        (value: T): void => {
          signal?.removeEventListener('abort', cancel)
          act(value)
        }
      pending.set(id, {
        type: request.type,
        resolve: finish(resolve as (answer: EngineAnswer) => void),
        reject: finish(reject),
      })
    })
  const prepare = (weights: Float64Array, handle: CrossSectionHandle) => {
    const held = holdings.get(handle)
    holdings.checkWeights(weights)
    return { held, single: new Float32Array(weights) }
  }

  return {
    name,
    upload: (crossSection) => holdings.add(crossSection, (section) => ({ section, id: null })),
    release(handle) {
      const held = holdings.release(handle)
      if (held !== undefined && held.id !== null) send({ type: 'release', section: held.id })
    },
    async predict(weights, handle, { dropoutSeed, signal } = {}) {
      const { held, single } = prepare(weights, handle)
      const request = { type: 'predict', weights: single, dropoutSeed } as const
      const { predictions } = await evaluate<PredictRequest>(held, request, signal)
      return new Float64Array(predictions)
    },
    async lossAndGradient(weights, handle, { dropoutSeed, signal, ...options } = {}) {
      const { held, single } = prepare(weights, handle)
      const overrides = holdings.overridesOf(handle, options)
      targetsOf(held.section, overrides)
      const request = { type: 'lossAndGradient', weights: single, dropoutSeed, ...overrides } as const
      const answer = await evaluate<GradientRequest>(held, request, signal)
      return {
        loss: answer.loss,
        gradient: new Float64Array(answer.gradient),
        predictions: new Float64Array(answer.predictions),
      }
    },
    close() {
      holdings.clear()
      closed = true
      if (pending.size === 0) connection.close()
    },
  }
}

type PredictRequest = Extract<Evaluation, { readonly type: 'predict' }>
type GradientRequest = Extract<Evaluation, { readonly type: 'lossAndGradient' }>
