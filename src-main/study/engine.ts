import { PlateauError } from '../../src-shared/errors.ts'
import type { Engine } from '../nn/engine.ts'
import { createCompiledEngine } from '../nn/engines/compiled/engine.ts'
import type { CompiledBinding } from '../nn/engines/compiled/binding.ts'
import { createReferenceEngine } from '../nn/engines/reference/engine.ts'
import type { GruConfig } from '../nn/layout.ts'
import { nativeAvailability, nativeBinding } from '../compute/addon.ts'

const ENGINES = ['reference', 'native']

/**
 * Name of the engine that `openEngine` takes, with its instruction set, as recorded in results: the one PLATEAU_ENGINE
 * asks for, else the native engine where its addon loads, else the slow, float64 reference engine.
 * @throws PlateauError usage for an unknown name in PLATEAU_ENGINE, runtime_missing for a native engine that is not there
 */
export function engineName(): string {
  return chosenBinding() === null ? 'reference' : `native ${nativeAvailability().level}`
}

/**
 * The engine a study trains and predicts on. Its numbers do not depend on `threads`.
 * @throws PlateauError as engineName
 */
export function openEngine(config: GruConfig, threads: number): Engine {
  const binding = chosenBinding()
  return binding === null ? createReferenceEngine(config) : createCompiledEngine(binding, config, { threads })
}

/** The native engine's addon; null for the reference engine. */
function chosenBinding(): CompiledBinding | null {
  const asked = process.env['PLATEAU_ENGINE'] ?? ''
  if (asked !== '' && !ENGINES.includes(asked)) {
    throw new PlateauError('usage', `PLATEAU_ENGINE names no engine: ${asked}.`, {
      remedy: `Set it to ${ENGINES.join(' or ')}, or unset it.`,
    })
  }
  if (asked === 'reference') return null
  const binding = nativeBinding()
  if (binding === null && asked === 'native') {
    throw new PlateauError(
      'runtime_missing',
      `The native engine is not available: ${nativeAvailability().reason}.`,
      { remedy: 'Run "npm run setup", which builds it, or unset PLATEAU_ENGINE.' },
    )
  }
  return binding
}
