import type { Chord } from './keys.ts'

/** Keys that a chart takes while it has the focus, as the sheet of keys lists them. They are its own and cannot be set to others. */
export const CHART_KEYS = [
  { id: 'move', chords: ['ArrowLeft', 'ArrowRight'] },
  { id: 'zoom', chords: ['ArrowUp', 'ArrowDown'] },
  { id: 'ends', chords: ['Home', 'End'] },
  { id: 'pages', chords: ['PageUp', 'PageDown'] },
  { id: 'open', chords: ['Enter'] },
  { id: 'leave', chords: ['Escape'] },
] as const satisfies readonly { readonly id: string; readonly chords: readonly Chord[] }[]
