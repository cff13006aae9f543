import { expect, it } from 'vitest'
import { createTensorflowEngine } from '../../../src-main/nn/engines/tensorflow/engine.ts'
import { initialWeights } from '../../../src-main/nn/initialise.ts'
import { wasmBackend } from '../../fixtures/tensorflow.ts'
import { randomCrossSection } from './samples.ts'

// In a file of its own: the backend is gone for the rest of the process.
it('says that its device is lost, and can still be closed', async () => {
  const tf = await wasmBackend.activate()
  const model = { inputSize: 3, hiddenSize: 8, layers: 2 }
  const weights = initialWeights(model, 1)
  const engine = createTensorflowEngine(tf, model)
  const [first, second] = [1, 2].map((seed) => engine.upload(randomCrossSection(seed, 40, 5, 3)))
  expect((await engine.lossAndGradient(weights, first)).loss).toBeLessThan(1)
  tf.removeBackend('wasm')
  const lost = expect.objectContaining({ code: 'device_lost' })
  await expect(engine.lossAndGradient(weights, first)).rejects.toEqual(lost)
  await expect(engine.predict(weights, second)).rejects.toEqual(lost)
  engine.release(first)
  engine.close()
  await expect(engine.predict(weights, second)).rejects.toMatchObject({ code: 'internal' })
})
