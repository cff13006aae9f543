/** The window's colours, one set per theme. Style sheet, components and charts all take theirs from here. */
export interface Palette {
  readonly background: string
  readonly panel: string
  readonly raised: string
  readonly border: string
  readonly text: string
  readonly muted: string
  readonly accent: string
  readonly onAccent: string
  /** Behind what is chosen: a panel with 12 % of the accent. */
  readonly chosen: string
  readonly warning: string
  readonly red: string
  readonly green: string
  /** Beside blue: the pair that the colour-blind tell apart. */
  readonly orange: string
  readonly blue: string
  /** Compared objects in order, told apart by hue and lightness; none is the red or green of a change. */
  readonly series: readonly string[]
}

export type Theme = 'dark' | 'light'
/** Which colour a rise has: red in China, green in the West, orange against blue for those who cannot tell red from green. */
export const CHANGE_COLOURS = ['red-up', 'green-up', 'orange-up'] as const
export type ChangeColours = (typeof CHANGE_COLOURS)[number]

export const PALETTES: Readonly<Record<Theme, Palette>> = {
  dark: {
    background: '#0e131a',
    panel: '#161d27',
    raised: '#1e2733',
    border: '#2c3745',
    text: '#e4e9f0',
    muted: '#98a5b6',
    accent: '#5b9bdf',
    onAccent: '#0b1118',
    chosen: '#1e2c3d',
    warning: '#e2b04a',
    red: '#f2666a',
    green: '#3dbb85',
    orange: '#f0a04b',
    blue: '#6cb2f5',
    series: ['#5b9bdf', '#e2b04a', '#b48ce8', '#4fc3cf', '#e88bb5', '#a9bf5a', '#d9895b', '#8f9fb3'],
  },
  light: {
    background: '#f1f3f6',
    panel: '#ffffff',
    raised: '#f7f9fb',
    border: '#d5dbe3',
    text: '#1a2330',
    muted: '#566374',
    accent: '#1d5fa8',
    onAccent: '#ffffff',
    chosen: '#e4ecf5',
    warning: '#8a5a00',
    red: '#c8232c',
    green: '#0d7a4b',
    orange: '#a34a00',
    blue: '#0b5cad',
    series: ['#1d5fa8', '#b87503', '#7a45b8', '#0b8593', '#b8417e', '#66801a', '#a3501f', '#5f6f84'],
  },
}

/** The colours of a rise and a fall. */
export function changeColours(palette: Palette, colours: ChangeColours): { up: string; down: string } {
  const { red, green, orange, blue } = palette
  const pairs: Readonly<Record<ChangeColours, { up: string; down: string }>> = {
    'red-up': { up: red, down: green },
    'green-up': { up: green, down: red },
    'orange-up': { up: orange, down: blue },
  }
  return pairs[colours]
}
