import { existsSync } from 'node:fs'
import path from 'node:path'
import type { CompiledBinding } from '../nn/engines/compiled/binding.ts'

/** Whether the native engine runs here, and if not, why. */
export interface NativeAvailability {
  readonly available: boolean
  readonly reason: string
  /** Instruction set it would use; null when it is not available. */
  readonly level: string | null
  /** Where its addon is looked for. */
  readonly file: string
}

/**
 * The addon's place: src-main/nn/engines/compiled/build/PLATFORM-ARCH/plateau_gru.node under the nearest folder upwards
 * with a package.json. That is the repository for the sources and for the bundle in out/, and the application folder
 * of a packaged app, which ships the file at the same place, outside its archive.
 */
function addonFile(): string {
  let root = import.meta.dirname
  while (!existsSync(path.join(root, 'package.json')) && path.dirname(root) !== root)
    root = path.dirname(root)
  const platform = `${process.platform}-${process.arch}`
  return path.join(root, 'src-main/nn/engines/compiled/build', platform, 'plateau_gru.node')
}

type Loaded =
  | { readonly binding: CompiledBinding; readonly file: string }
  | { readonly binding: null; readonly file: string; readonly reason: string }

let loaded: Loaded | null = null

function load(): Loaded {
  const file = addonFile()
  if (!existsSync(file)) {
    return { binding: null, file, reason: 'not built: run node scripts/native/build.mjs' }
  }
  try {
    const module = { exports: {} as CompiledBinding }
    process.dlopen(module, file)
    return { binding: module.exports, file }
  } catch (error) {
    return { binding: null, file, reason: error instanceof Error ? error.message : String(error) }
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
  if (loaded.binding === null) return { available: false, reason: loaded.reason, level: null, file }
  const level = loaded.binding.levels[0]
  return { available: true, reason: `float32 in C, ${level}, all cores`, level, file }
}
