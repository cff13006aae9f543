import { nativeAvailability, nativeBinding } from '../../src-main/compute/addon.ts'
import { wasmAvailability, wasmBinding } from '../../src-main/compute/wasm.ts'
import { openWebGpu } from '../../src-main/compute/webgpu.ts'
import type { Engine } from '../../src-main/nn/engine.ts'
import type { CompiledBinding } from '../../src-main/nn/engines/compiled/binding.ts'
import { createCompiledEngine } from '../../src-main/nn/engines/compiled/engine.ts'
import { createReferenceEngine } from '../../src-main/nn/engines/reference/engine.ts'
import { createTensorflowEngine } from '../../src-main/nn/engines/tensorflow/engine.ts'
import { createWebGpuEngine } from '../../src-main/nn/engines/webgpu/engine.ts'
import type { GruConfig } from '../../src-main/nn/layout.ts'
import type { Loss } from '../../src-main/nn/losses/loss.ts'
import { offerSoftwareGpu } from '../fixtures/softwareGpu.ts'
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
  /** A device emulated on the processor: work that was cancelled still has to end there before other work begins. */
  readonly emulated?: boolean
  open(config: GruConfig, options?: { readonly loss?: Loss }): Engine | Promise<Engine>
}

/** On ordinary models; cases.ts widens them where the loss itself magnifies rounding. */
const SINGLE_PRECISION = { predictionTolerance: 1e-6, gradientTolerance: 1e-5 }

/** An entry for each of the binding's instruction sets. */
function compiledEngines(
  kind: 'native' | 'wasm',
  binding: CompiledBinding | null,
  { reason }: { readonly reason: string },
): EngineUnderTest[] {
  const compiled = (level: string | null): EngineUnderTest => ({
    ...SINGLE_PRECISION,
    name: level === null ? kind : `${kind} ${level}`,
    missing: binding === null ? reason : null,
    sizes: 'all',
    open: (config, options) => createCompiledEngine(binding!, config, { ...options, level: level! }),
  })
  return binding === null ? [compiled(null)] : binding.levels.map(compiled)
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

offerSoftwareGpu()
const gpu = await openWebGpu()
const webgpuEngine: EngineUnderTest = {
  ...SINGLE_PRECISION,
  name: 'webgpu',
  missing: gpu.device === null ? gpu.reason : null,
  sizes: gpu.device !== null && gpu.adapter.software ? 'small' : 'all',
  emulated: gpu.device !== null && gpu.adapter.software,
  open: (config, options) => createWebGpuEngine(gpu.device!, config, options),
}

export const engines: readonly EngineUnderTest[] = [
  referenceEngine,
  ...compiledEngines('native', nativeBinding(), nativeAvailability()),
  ...compiledEngines('wasm', wasmBinding(), wasmAvailability()),
  ...tensorflowEngines,
  webgpuEngine,
]

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
