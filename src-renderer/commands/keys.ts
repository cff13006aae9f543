import { SCREENS } from '../stores/navigation.ts'

/**
 * Keys pressed together, as `Mod+Shift+P`: `Mod` (Ctrl, on a Mac Command), `Alt`, `Shift`, then the key. A key that makes another sign with
 * Shift is that sign, without `Shift`: `?`.
 */
export type Chord = string

/** Keys of the commands by their ids, unless the user sets others. */
export const DEFAULT_KEYS: Readonly<Record<string, readonly Chord[]>> = {
  'palette.open': ['Mod+K', 'Mod+Shift+P'],
  'keys.show': ['?'],
  // As digits stand on the keyboard: the tenth is 0.
  ...Object.fromEntries(SCREENS.map((screen, at) => [`screen.${screen}`, [`Mod+${(at + 1) % 10}`]])),
  'theme.switch': ['Mod+Shift+L'],
  'project.open': ['Mod+O'],
  'data.import': ['Mod+I'],
  'studies.new': ['Mod+N'],
  'studies.start': ['Mod+Enter'],
  'reports.pdf': ['Mod+P'],
}

const MODIFIERS = ['Control', 'Meta', 'Alt', 'Shift', 'AltGraph']

type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>

/** Null while only modifiers are down. */
export function chordOf({ key, ctrlKey, metaKey, altKey, shiftKey }: Pressed, mac: boolean): Chord | null {
  if (MODIFIERS.includes(key)) return null
  const mod = mac ? metaKey : ctrlKey
  const isSign = key.length === 1 && key.toLowerCase() === key.toUpperCase()
  return [
    ...(mod ? ['Mod'] : []),
    ...(altKey ? ['Alt'] : []),
    ...(shiftKey && !isSign ? ['Shift'] : []),
    key.length === 1 ? key.toUpperCase() : key,
  ].join('+')
}

const ARROWS: Readonly<Record<string, string>> = { Left: '←', Right: '→', Up: '↑', Down: '↓' }

/** As keyboards are labelled: `Ctrl+K`, on a Mac `⌘K`; `←` for an arrow. */
export function chordText(chord: Chord, mac: boolean): string {
  const text = chord.replace(/Arrow(\w+)/, (_, way: string) => ARROWS[way]).replace('Escape', 'Esc')
  return mac
    ? text.replace('Mod+', '⌘').replace('Alt+', '⌥').replace('Shift+', '⇧')
    : text.replace('Mod', 'Ctrl')
}

/** Typed into a field it is text, not a command. */
export const isText = (chord: Chord): boolean => !/^(Mod|Alt)\+/.test(chord)

/**
 * No command's, without Ctrl or Alt: letters and digits are typed everywhere, also to find a symbol; the others work fields, buttons and
 * lists.
 */
export const isReserved = (chord: Chord): boolean =>
  /^(Shift\+)?([\p{L}\p{N} ]|Tab|Enter|Backspace|Delete|Insert|Home|End|(Arrow|Page)\w+)$/u.test(chord)

/** Keys of a command: the user's, where set. */
export function keysOf(id: string, own: Readonly<Record<string, Chord>>): readonly Chord[] {
  return id in own ? [own[id]] : (DEFAULT_KEYS[id] ?? [])
}

/** The command that a chord is bound to; the user's keys go before the defaults. */
export function commandOf(chord: Chord, own: Readonly<Record<string, Chord>>): string | null {
  const mine = Object.keys(own).find((id) => own[id] === chord)
  return mine ?? Object.keys(DEFAULT_KEYS).find((id) => keysOf(id, own).includes(chord)) ?? null
}
