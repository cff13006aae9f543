import { buildNative, nativeIsBuiltHere } from '../native/build.mjs'
import { SetupError } from './process.mjs'

export const nativeIsBuilt = nativeIsBuiltHere

/** Build the native engine. Without a compiler everything still works, on the slower reference engine: say so. */
export async function buildNativeEngine() {
  try {
    await buildNative()
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    console.error(
      `  ${error.message} Until then studies run on the reference engine, which is many times slower.`,
    )
  }
}
