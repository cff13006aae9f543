import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
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
  /** Whether it was built; what is there may still be more than this runtime can run. */
  readonly built: boolean
}

interface Loaded extends WasmAvailability {
  readonly binding: CompiledBinding | null
}

let loaded: Loaded | null = null

function load(): Loaded {
  const files = LEVELS.map((level) => ({ level, file: compiledFile('wasm', `plateau_gru.${level}.wasm`) }))
  const there = files.filter(({ file }) => existsSync(file))
  if (there.length === 0) {
    return {
      binding: null,
      available: false,
      built: false,
      reason: 'not built: run node scripts/native/build.mjs wasm',
    }
  }
  const modules = there
    .map(({ level, file }) => ({ level, bytes: readFileSync(file) }))
    .filter(({ bytes }) => webAssembly.validate(bytes))
    .map(({ level, bytes }) => ({ level, module: new webAssembly.Module(bytes) }))
  if (modules.length === 0) {
    return {
      binding: null,
      available: false,
      built: true,
      reason: 'no SIMD or no threads in WebAssembly here',
    }
  }
  const binding = createWasmBinding(
    modules,
    nativeBinding()?.cores ?? availableParallelism(),
    startWasmThread,
  )
  const reason = `float32 in WebAssembly, ${modules[0].level}, all cores`
  return { binding, available: true, built: true, reason }
}

/** The C of the native engine in WebAssembly; null when `wasmAvailability` says why not. Loaded once. */
export function wasmBinding(): CompiledBinding | null {
  loaded ??= load()
  return loaded.binding
}

export function wasmAvailability(): WasmAvailability {
  loaded ??= load()
  const { available, reason, built } = loaded
  return { available, reason, built }
}
