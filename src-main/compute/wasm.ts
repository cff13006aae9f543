import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import type { EngineReason } from '../../src-shared/domain/compute.ts'
import { engineReasonText } from '../../src-shared/locales/index.ts'
import type { CompiledBinding } from '../nn/engines/compiled/binding.ts'
import { createWasmBinding } from '../nn/engines/wasm/binding.ts'
import { webAssembly } from '../nn/engines/wasm/webAssembly.ts'
import { nativeBinding } from './addon.ts'
import { compiledFile } from './compiledFile.ts'
import { startWasmThread } from './wasmThread.ts'

/** Instruction sets the engine is built for, best first. */
const LEVELS = ['relaxed', 'simd128']

/** Whether the wasm engine runs here, and if not, why. */
export interface WasmAvailability {
  readonly available: boolean
  readonly reason: string
  readonly refusal: EngineReason | null
}

interface Loaded extends WasmAvailability {
  readonly binding: CompiledBinding | null
}

let loaded: Loaded | null = null

function load(): Loaded {
  const files = LEVELS.map((level) => ({ level, file: compiledFile('wasm', `plateau_gru.${level}.wasm`) }))
  const there = files.filter(({ file }) => existsSync(file))
  if (there.length === 0) return refused('not_built')
  const modules = there
    .map(({ level, file }) => ({ level, bytes: readFileSync(file) }))
    .filter(({ bytes }) => webAssembly.validate(bytes))
    .map(({ level, bytes }) => ({ level, module: new webAssembly.Module(bytes) }))
  if (modules.length === 0) return refused('no_simd')
  const binding = createWasmBinding(
    modules,
    nativeBinding()?.cores ?? availableParallelism(),
    startWasmThread,
  )
  const reason = `float32 in WebAssembly, ${modules[0].level}, all cores`
  return { binding, available: true, refusal: null, reason }
}

function refused(code: 'not_built' | 'no_simd'): Loaded {
  const refusal: EngineReason = { code, values: {} }
  return { binding: null, available: false, refusal, reason: engineReasonText(refusal, 'en') }
}

/** The C of the native engine in WebAssembly; null when `wasmAvailability` says why not. Loaded once. */
export function wasmBinding(): CompiledBinding | null {
  loaded ??= load()
  return loaded.binding
}

export function wasmAvailability(): WasmAvailability {
  loaded ??= load()
  const { available, reason, refusal } = loaded
  return { available, reason, refusal }
}
