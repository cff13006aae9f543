import { buildCompiled, here, isBuilt } from '../native/build.mjs'
import { SetupError } from './process.mjs'

export const nativeIsBuilt = () => isBuilt(here)
export const wasmIsBuilt = () => isBuilt('wasm')

/** Build the native engine. Without a compiler everything still works, on a slower engine: say so. */
export const buildNativeEngine = () =>
  buildOrSay(here, 'the native engine, the fastest on this machine, is missing')

/** Build the wasm engine. Without Zig everything still works: say what is missing. */
export const buildWasmEngine = () => buildOrSay('wasm', 'the wasm engine is missing')

async function buildOrSay(name, consequence) {
  try {
    await buildCompiled([name])
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    console.error(`  ${error.message} Until then ${consequence}.`)
  }
}
