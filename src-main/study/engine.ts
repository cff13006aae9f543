import type { Engine } from '../nn/engine.ts'
import { createNativeEngine } from '../nn/engines/native/engine.ts'
import { createReferenceEngine } from '../nn/engines/reference.ts'
import type { GruConfig } from '../nn/layout.ts'
import { nativeAvailability, nativeBinding } from './nativeBinding.ts'

/**
 * Name of the engine that `openEngine` takes, with its instruction set, as recorded in results: the native engine where
 * its addon loads, else the reference engine. PLATEAU_ENGINE=reference asks for the slow, float64 one.
 */
export function engineName(): string {
  const { level } = nativeAvailability()
  return level === null || referenceAsked() ? 'reference' : `native ${level}`
}

/** The engine a study trains and predicts on. Its numbers do not depend on `threads`. */
export function openEngine(config: GruConfig, threads: number): Engine {
  const binding = referenceAsked() ? null : nativeBinding()
  return binding === null ? createReferenceEngine(config) : createNativeEngine(binding, config, { threads })
}

function referenceAsked(): boolean {
  return process.env['PLATEAU_ENGINE'] === 'reference'
}
