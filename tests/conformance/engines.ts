import { nativeAvailability, nativeBinding } from '../../src-main/compute/addon.ts'
import type { Engine } from '../../src-main/nn/engine.ts'
import { createCompiledEngine } from '../../src-main/nn/engines/compiled/engine.ts'
import { createReferenceEngine } from '../../src-main/nn/engines/reference/engine.ts'
import { createTensorflowEngine } from '../../src-main/nn/engines/tensorflow/engine.ts'
import type { GruConfig } from '../../src-main/nn/layout.ts'
import type { Loss } from '../../src-main/nn/losses/loss.ts'
import { tensorflowBackends } from '../fixtures/tensorflow.ts'

/** An engine as the suite sees it: one more entry of `engines` is one more engine under every test. */
export interface EngineUnderTest {
  readonly name: string
  /** Why it cannot run on this machine; null when it can. */
  readonly missing: string | null
  /** Largest error of a prediction over the largest prediction, at least 1; and the largest error of a loss. */
  readonly predictionTolerance: number
  /** Largest error of a gradient over its largest component. */
  readonly gradientTolerance: number
  /** `small` for engines that take seconds where others take milliseconds: fewer and smaller cases. */
  readonly sizes: 'all' | 'small'
  open(config: GruConfig, options?: { readonly loss?: Loss }): Engine | Promise<Engine>
}

/** On ordinary models; cases.ts widens them where the loss itself magnifies rounding. */
const SINGLE_PRECISION = { predictionTolerance: 1e-6, gradientTolerance: 1e-5 }

function nativeEngines(): EngineUnderTest[] {
  const binding = nativeBinding()
  const native = (level: string | null): EngineUnderTest => ({
    ...SINGLE_PRECISION,
    name: level === null ? 'native' : `native ${level}`,
    missing: binding === null ? nativeAvailability().reason : null,
    sizes: 'all',
    open: (config, options) => createCompiledEngine(binding!, config, { ...options, level: level! }),
  })
  return binding === null ? [native(null)] : binding.levels.map(native)
}

export const referenceEngine: EngineUnderTest = {
  name: 'reference',
  missing: null,
  predictionTolerance: 1e-10,
  gradientTolerance: 1e-10,
  sizes: 'all',
  open: createReferenceEngine,
}

const tensorflowEngines = tensorflowBackends.map(({ name, missing, activate }): EngineUnderTest => ({
  ...SINGLE_PRECISION,
  name,
  missing,
  sizes: 'small',
  open: async (config, options) => createTensorflowEngine(await activate(), config, options),
}))

export const engines: readonly EngineUnderTest[] = [referenceEngine, ...nativeEngines(), ...tensorflowEngines]

/** What `use` makes of an engine, which is closed afterwards. */
export async function withEngine<T>(
  { open }: EngineUnderTest,
  config: GruConfig,
  options: { readonly loss?: Loss },
  use: (engine: Engine) => T,
): Promise<Awaited<T>> {
  const engine = await open(config, options)
  try {
    return await use(engine)
  } finally {
    engine.close()
  }
}
