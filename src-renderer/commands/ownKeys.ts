import type { Chord } from './keys.ts'

type OwnKeys = readonly { readonly id: string; readonly chords: readonly Chord[] }[]

// Keys that a part of a screen takes while it has the focus, as the sheet of keys lists them. They cannot be set to others.

export const CHART_KEYS = [
  { id: 'move', chords: ['ArrowLeft', 'ArrowRight'] },
  { id: 'zoom', chords: ['ArrowUp', 'ArrowDown'] },
  { id: 'ends', chords: ['Home', 'End'] },
  { id: 'pages', chords: ['PageUp', 'PageDown'] },
  { id: 'open', chords: ['Enter'] },
  { id: 'leave', chords: ['Escape'] },
] as const satisfies OwnKeys

/** Of the head of a column. */
export const TABLE_KEYS = [
  { id: 'sort', chords: ['Enter'] },
  { id: 'width', chords: ['Shift+ArrowLeft', 'Shift+ArrowRight'] },
  { id: 'content', chords: ['Shift+Home'] },
] as const satisfies OwnKeys
