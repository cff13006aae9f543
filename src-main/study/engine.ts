import type { Engine } from '../nn/engine.ts'
import { createReferenceEngine } from '../nn/engines/reference.ts'
import type { GruConfig } from '../nn/layout.ts'

/** Name of the engine `openEngine` takes, as recorded in results. */
export const ENGINE_NAME = 'reference'

/** The engine a study trains and predicts on. */
export function openEngine(config: GruConfig): Engine {
  return createReferenceEngine(config)
}
