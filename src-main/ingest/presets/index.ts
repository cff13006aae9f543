import type { Preset } from '../layout.ts'
import { generic } from './generic.ts'

/** Every preset, the more specific first: with `auto` the first that recognises a file reads it. */
export const PRESETS: readonly Preset[] = [generic]
