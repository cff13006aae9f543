import loadHighs from 'highs'
import type { Highs } from 'highs'

let loaded: Promise<Highs> | undefined

/** HiGHS compiled to WebAssembly, loaded once per process. */
export function highs(): Promise<Highs> {
  loaded ??= loadHighs()
  return loaded
}
