import { readdirSync } from 'node:fs'
import { wasmBinding } from '../../../src-main/compute/wasm.ts'
import { createCompiledEngine } from '../../../src-main/nn/engines/compiled/engine.ts'
import { initialWeights } from '../../../src-main/nn/initialise.ts'
import { randomCrossSection } from './samples.ts'

/**
 * A process with an engine that is left idle, closed or dropped: `node --expose-gc wasmProcess.ts MODE`. Prints what it
 * found, and ends by itself if the engine lets it.
 */
const [, , mode] = process.argv
const model = { inputSize: 2, hiddenSize: 8, layers: 1 }

async function evaluate(): Promise<{ close(): void }> {
  const engine = createCompiledEngine(wasmBinding()!, model, { threads: 3 })
  await engine.lossAndGradient(initialWeights(model, 1), engine.upload(randomCrossSection(1, 50, 3, 2)))
  return engine
}

const threads = () => readdirSync('/proc/self/task').length

if (mode === 'idle') {
  await evaluate()
  console.log('evaluated')
} else {
  // The first has the runtime start what it keeps.
  ;(await evaluate()).close()
  let most = threads()
  do {
    most = threads()
    await new Promise((resolve) => setTimeout(resolve, 300))
  } while (threads() < most)
  const before = threads()
  if (mode === 'closed') (await evaluate()).close()
  else await evaluate()
  for (let i = 0; i < 100 && threads() > before; i++) {
    await new Promise((resolve) => setTimeout(resolve, 100))
    globalThis.gc?.()
  }
  console.log(threads() > before ? `${threads() - before} threads left` : 'no threads left')
}
