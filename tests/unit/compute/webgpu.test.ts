import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { withItsDevice } from '../../../src-main/compute/webgpu.ts'
import { createReferenceEngine } from '../../../src-main/nn/engines/reference/engine.ts'
import { initialWeights } from '../../../src-main/nn/initialise.ts'
import { randomCrossSection } from '../nn/samples.ts'

const model = { inputSize: 2, hiddenSize: 3, layers: 1 }
const weights = initialWeights(model, 1)

/** All that the wrapper asks of a device is its end. */
function recordedDevice(): { readonly device: GPUDevice; readonly ends: string[] } {
  const ends: string[] = []
  return { device: { destroy: () => ends.push('destroyed') } as unknown as GPUDevice, ends }
}

it('keeps no answer of a GPU, however many were asked for', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const engine = withItsDevice(createReferenceEngine(model), recordedDevice().device)
  const handle = engine.upload(randomCrossSection(1, 5, 2, 2))
  const gradients: WeakRef<Float64Array>[] = []
  for (let i = 0; i < 20; i++) {
    gradients.push(new WeakRef((await engine.lossAndGradient(weights, handle)).gradient))
  }
  // The last one may still stand in a register of this function.
  await new Promise((resolve) => setImmediate(resolve))
  collect()
  expect(gradients.filter((gradient) => gradient.deref() !== undefined).length).toBeLessThanOrEqual(1)
  engine.close()
})

it('ends a device once the evaluations asked for before have been answered', async () => {
  const { device, ends } = recordedDevice()
  const engine = withItsDevice(createReferenceEngine(model), device)
  const handle = engine.upload(randomCrossSection(1, 5, 2, 2))
  const answers = [engine.lossAndGradient(weights, handle), engine.predict(weights, handle)]
  const order = answers.map((answer) => answer.then(() => ends.push('answered')))
  engine.close()
  await Promise.all(order)
  await expect.poll(() => ends.at(-1)).toBe('destroyed')
  expect(ends).toEqual(['answered', 'answered', 'destroyed'])
})
