import type { EngineKind } from '../../../src-shared/domain/compute.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import type { EngineSource, Found } from '../../../src-main/compute/catalogue.ts'
import type { Engine } from '../../../src-main/nn/engine.ts'
import { createReferenceEngine } from '../../../src-main/nn/engines/reference/engine.ts'
import type { GruConfig } from '../../../src-main/nn/layout.ts'

/** A device that stands in for one: right where it is tested, and as slow as it is told to be where it is measured. */
export interface Device {
  readonly milliseconds?: number
  /** Relative error of its gradient. */
  readonly error?: number
  readonly software?: boolean
  readonly detail?: string
  /** Evaluation, counted from 1, at which it is lost for good. */
  readonly lostAt?: number
  readonly onOpen?: () => void
}

/** From here on a cross-section is there to be measured, not to be tested. */
const MEASURED_STOCKS = 500

export function deviceEngine(name: EngineKind, config: GruConfig, device: Device = {}): Engine {
  const { milliseconds = 0, error = 0, lostAt = Infinity } = device
  const reference = createReferenceEngine(config)
  let evaluations = 0
  const evaluate = async <T>(work: () => Promise<T>): Promise<T> => {
    if (++evaluations >= lostAt) throw new PlateauError('device_lost', `${name} went away`)
    return work()
  }
  return {
    ...reference,
    name,
    predict: (weights, handle, options) => evaluate(() => reference.predict(weights, handle, options)),
    lossAndGradient: (weights, handle, options) =>
      evaluate(async () => {
        if (handle.stocks >= MEASURED_STOCKS) {
          await new Promise((resolve) => setTimeout(resolve, milliseconds))
          const predictions = new Float64Array(handle.stocks * (config.outputs ?? 1))
          return { loss: 0, gradient: new Float64Array(weights.length), predictions }
        }
        const answer = await reference.lossAndGradient(weights, handle, options)
        return { ...answer, gradient: answer.gradient.map((value) => value * (1 + error)) }
      }),
  }
}

export function source(name: EngineKind, device: Device = {}): EngineSource {
  const found: Found = {
    available: true,
    device: `${name} device`,
    detail: device.detail ?? '',
    threads: 0,
    processor: device.software === true ? 'cpu' : 'gpu',
    software: device.software ?? false,
    async open(config) {
      device.onOpen?.()
      return deviceEngine(name, config, device)
    },
  }
  return { name, find: async () => found }
}
