import { existsSync } from 'node:fs'
import type { EngineReason } from '../../src-shared/domain/compute.ts'
import { engineReasonText } from '../../src-shared/locales/index.ts'
import type { CompiledBinding } from '../nn/engines/compiled/binding.ts'
import { compiledFile } from './compiledFile.ts'

/** Whether the native engine runs here, and if not, why. */
export interface NativeAvailability {
  readonly available: boolean
  readonly reason: string
  /** Instruction set it would use; null when it is not available. */
  readonly level: string | null
  /** Where its addon is looked for. */
  readonly file: string
  readonly refusal: EngineReason | null
}

type Loaded =
  | { readonly binding: CompiledBinding; readonly file: string }
  | { readonly binding: null; readonly file: string; readonly refusal: EngineReason }

let loaded: Loaded | null = null

function load(): Loaded {
  const file = compiledFile(`${process.platform}-${process.arch}`, 'plateau_gru.node')
  if (!existsSync(file)) return { binding: null, file, refusal: { code: 'not_built', values: {} } }
  try {
    const module = { exports: {} as CompiledBinding }
    process.dlopen(module, file)
    return { binding: module.exports, file }
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    return { binding: null, file, refusal: { code: 'not_loadable', values: { detail } } }
  }
}

/** The native engine's addon; null when `nativeAvailability` says why not. Loaded once. */
export function nativeBinding(): CompiledBinding | null {
  loaded ??= load()
  return loaded.binding
}

export function nativeAvailability(): NativeAvailability {
  loaded ??= load()
  const { file } = loaded
  if (loaded.binding === null) {
    const { refusal } = loaded
    return { available: false, reason: engineReasonText(refusal, 'en'), level: null, file, refusal }
  }
  const level = loaded.binding.levels[0]
  return { available: true, reason: `float32 in C, ${level}, all cores`, level, file, refusal: null }
}
