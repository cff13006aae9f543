import { expect, it } from 'vitest'
import { createReferenceEngine } from '../../../src-main/nn/engines/reference/engine.ts'
import { initialWeights } from '../../../src-main/nn/initialise.ts'
import { randomCrossSection } from './samples.ts'

// What every engine has to answer: tests/conformance.
it('gives equal bits however little memory the reference engine may keep', async () => {
  const sections = [
    randomCrossSection(1, 50, 4, 3),
    randomCrossSection(2, 7, 9, 3),
    randomCrossSection(3, 33, 2, 3),
  ]
  for (const dropout of [0, 0.3]) {
    const model = { inputSize: 3, hiddenSize: 5, layers: 2, dropout }
    const weights = initialWeights(model, 1)
    const answers = [1, 150_000, 2 ** 28].map(async (activationBytes) => {
      const engine = createReferenceEngine(model, { activationBytes })
      const handles = sections.map((section) => engine.upload(section))
      return Promise.all(
        [0, 1, 2, 0, 2, 1].map((index) =>
          engine.lossAndGradient(weights, handles[index], { dropoutSeed: index }),
        ),
      )
    })
    const [least, some, all] = await Promise.all(answers)
    expect(least).toEqual(all)
    expect(some).toEqual(all)
  }
})
