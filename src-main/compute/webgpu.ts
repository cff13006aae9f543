import type { Engine } from '../nn/engine.ts'
import { noDevice, openDevice, type WebGpu } from '../nn/engines/webgpu/adapter.ts'
import { DAWN_TOGGLES } from '../nn/engines/webgpu/dawn.ts'

let gpu: Promise<GPU> | null = null

async function loadGpu(): Promise<GPU> {
  const { create } = await import('webgpu')
  const { enable, disable } = DAWN_TOGGLES
  return create([`enable-dawn-features=${enable.join()}`, `disable-dawn-features=${disable.join()}`])
}

/**
 * A new WebGPU device of this process's best adapter, through the optional package `webgpu`. Its owner destroys it.
 */
export async function openWebGpu(): Promise<WebGpu> {
  try {
    gpu ??= loadGpu()
    return await openDevice(await gpu)
  } catch (error) {
    return noDevice(error)
  }
}

/** `engine`, whose closing also destroys the device, once the evaluations asked for before have been answered. */
export function withItsDevice(engine: Engine, device: GPUDevice): Engine {
  /** Settles after all of them: one that is cancelled is answered before those it waited for. To nothing: answers are large. */
  let latest: Promise<void> = Promise.resolve()
  const follow = <T>(evaluation: Promise<T>): Promise<T> => {
    latest = Promise.allSettled([latest, evaluation]).then(() => {})
    return evaluation
  }
  return {
    ...engine,
    predict: (...evaluation) => follow(engine.predict(...evaluation)),
    lossAndGradient: (...evaluation) => follow(engine.lossAndGradient(...evaluation)),
    close() {
      engine.close()
      void latest.then(() => device.destroy())
    },
  }
}
