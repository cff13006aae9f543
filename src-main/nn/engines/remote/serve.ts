import { PlateauError } from '../../../../src-shared/errors.ts'
import type { CrossSectionHandle, Engine } from '../../engine.ts'
import type { GruConfig } from '../../layout.ts'
import type { Loss } from '../../losses/loss.ts'
import type { Connection } from './connection.ts'
import { type EngineAnswer, engineRequest, type EngineRequest } from './messages.ts'

/**
 * Serve one engine to the `createRemoteEngine` at the other end of `connection`. The engine is closed with the connection;
 * what nobody waits for any more is cancelled.
 */
export function serveEngine(connection: Connection, open: (config: GruConfig, loss: Loss) => Engine): void {
  let engine: Engine | null = null
  const handles = new Map<number, CrossSectionHandle>()
  const evaluations = new Map<number, AbortController>()

  const send = (answer: EngineAnswer): void => connection.send(answer)
  const opened = (): Engine => {
    if (engine === null) throw violation('The engine is not open.')
    return engine
  }
  const handleOf = (section: number): CrossSectionHandle => {
    const handle = handles.get(section)
    if (handle === undefined) throw violation(`There is no cross-section ${section}.`)
    return handle
  }
  const evaluate = async (
    id: number,
    work: (signal: AbortSignal) => Promise<EngineAnswer>,
  ): Promise<void> => {
    if (evaluations.has(id)) throw violation(`Evaluation ${id} is at work already.`)
    const controller = new AbortController()
    evaluations.set(id, controller)
    const answer = await work(controller.signal).catch((error: unknown): EngineAnswer => ({
      type: 'error',
      id,
      error: PlateauError.from(error).toData(),
    }))
    evaluations.delete(id)
    send(answer)
  }
  const act = async (request: EngineRequest): Promise<void> => {
    switch (request.type) {
      case 'open':
        if (engine !== null) throw violation('The engine is open already.')
        engine = open(request.config, request.loss)
        return
      case 'upload':
        handles.set(request.section, opened().upload(request.crossSection))
        return
      case 'release':
        opened().release(handleOf(request.section))
        handles.delete(request.section)
        return
      case 'cancel':
        evaluations.get(request.id)?.abort()
        return
      case 'predict': {
        const { id, section, weights, dropoutSeed } = request
        const [at, handle] = [opened(), handleOf(section)]
        return evaluate(id, async (signal) => {
          const options = { dropoutSeed, signal }
          const predictions = await at.predict(new Float64Array(weights), handle, options)
          return { type: 'predict', id, predictions: new Float32Array(predictions) }
        })
      }
      case 'lossAndGradient': {
        const { id, section, weights, dropoutSeed, labels, sampleWeights } = request
        const [at, handle] = [opened(), handleOf(section)]
        return evaluate(id, async (signal) => {
          const options = { dropoutSeed, labels, sampleWeights, signal }
          const answer = await at.lossAndGradient(new Float64Array(weights), handle, options)
          return {
            type: 'lossAndGradient',
            id,
            loss: answer.loss,
            gradient: new Float32Array(answer.gradient),
            predictions: new Float32Array(answer.predictions),
          }
        })
      }
    }
  }

  connection.onClose(() => {
    for (const controller of evaluations.values()) controller.abort()
    engine?.close()
  })
  connection.listen((received) => {
    const parsed = engineRequest.safeParse(received)
    const done = parsed.success
      ? act(parsed.data)
      : Promise.reject(violation(`A message was refused: ${parsed.error.message}`))
    done.catch((error: unknown) => {
      send({ type: 'failed', error: PlateauError.from(error).toData() })
      connection.close()
    })
  })
}

function violation(message: string): PlateauError {
  return new PlateauError('contract_violation', message)
}
