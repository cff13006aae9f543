import { describe, expect, it } from 'vitest'
import { CHANGE_COLOURS, changeColours, PALETTES } from '../../../src-renderer/palette.ts'

/** Linear red, green and blue. */
function linear(colour: string): number[] {
  return [1, 3, 5].map((at) => {
    const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  })
}
/** Relative luminance and contrast of WCAG 2. */
function luminance(colour: string): number {
  const [red, green, blue] = linear(colour)
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
}
function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

/** `colour` over `surface`, as a style sheet's color-mix and a chart's scale of colours have it. */
function mixed(colour: string, share: number, surface: string): string {
  const channels = [1, 3, 5].map((at) => {
    const [over, under] = [colour, surface].map((hex) => Number.parseInt(hex.slice(at, at + 2), 16))
    return Math.round(share * over! + (1 - share) * under!)
      .toString(16)
      .padStart(2, '0')
  })
  return `#${channels.join('')}`
}

/** What eyes see, on linear RGB: all three cones, none for long or none for middle waves (Machado, Oliveira, Fernandes 2009). */
const EYES = {
  usual: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protanope: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranope: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
}
const times = (matrix: readonly number[], [a, b, c]: readonly number[]) =>
  [0, 3, 6].map((row) => matrix[row]! * a! + matrix[row + 1]! * b! + matrix[row + 2]! * c!)

/** CIE L*a*b* under D65. */
function lab(rgb: readonly number[]): number[] {
  const toXyz = [0.4124, 0.3576, 0.1805, 0.2126, 0.7152, 0.0722, 0.0193, 0.1192, 0.9505]
  const white = times(toXyz, [1, 1, 1])
  const [x, y, z] = times(toXyz, rgb).map((value, at) => {
    const share = value / white[at]!
    return share > 0.008856 ? Math.cbrt(share) : 7.787 * share + 16 / 116
  })
  return [116 * y! - 16, 500 * (x! - y!), 200 * (y! - z!)]
}
/** Distance in L*a*b* to the eyes that see the least of it; about 2 is just noticeable. */
function distance(one: string, other: string): number {
  return Math.min(
    ...Object.values(EYES).map((eye) => {
      const [a, b] = [one, other].map((colour) =>
        lab(times(eye, linear(colour)).map((value) => Math.min(1, Math.max(0, value)))),
      )
      return Math.hypot(...a!.map((value, at) => value - b![at]!))
    }),
  )
}

describe.each(Object.entries(PALETTES))('the %s palette', (_name, palette) => {
  const surfaces = [palette.background, palette.panel, palette.raised]

  it('has text with a contrast of at least 4.5 on every surface', () => {
    for (const colour of [
      palette.text,
      palette.muted,
      palette.accent,
      palette.warning,
      palette.red,
      palette.green,
      palette.orange,
      palette.blue,
    ]) {
      for (const surface of surfaces) expect(contrast(colour, surface)).toBeGreaterThanOrEqual(4.5)
    }
    expect(contrast(palette.onAccent, palette.accent)).toBeGreaterThanOrEqual(4.5)
  })

  it('has series with a contrast of at least 3 on a panel, all different', () => {
    for (const colour of palette.series) expect(contrast(colour, palette.panel)).toBeGreaterThanOrEqual(3)
    expect(new Set(palette.series).size).toBe(palette.series.length)
  })

  it('has rise and fall with a contrast of at least 4.5 as text and 3 as graphics, in every pair of colours', () => {
    for (const pair of CHANGE_COLOURS) {
      const { up, down } = changeColours(palette, pair)
      for (const colour of [up, down]) {
        for (const surface of surfaces) expect(contrast(colour, surface)).toBeGreaterThanOrEqual(4.5)
        expect(contrast(colour, palette.panel)).toBeGreaterThanOrEqual(3)
        // The strongest cell of a heatmap is half of the colour: its number, and the cell itself, are read.
        expect(contrast(palette.text, mixed(colour, 0.5, palette.panel))).toBeGreaterThanOrEqual(4.5)
      }
    }
  })

  it('has lines of text and muted that any eyes tell from bars of a rise or a fall, and from one another', () => {
    for (const pair of CHANGE_COLOURS) {
      const { up, down } = changeColours(palette, pair)
      for (const line of [palette.text, palette.muted])
        for (const bar of [up, down]) expect(distance(line, bar)).toBeGreaterThanOrEqual(20)
    }
    expect(distance(palette.text, palette.muted)).toBeGreaterThanOrEqual(20)
  })

  it('has text with a contrast of at least 4.5 on what is chosen, and a ring of focus with 3 everywhere', () => {
    expect(palette.chosen).toBe(mixed(palette.accent, 0.12, palette.panel))
    const { text, muted, warning, red, green, orange, blue } = palette
    for (const colour of [text, muted, warning, red, green, orange, blue])
      expect(contrast(colour, palette.chosen)).toBeGreaterThanOrEqual(4.5)
    for (const surface of surfaces) expect(contrast(palette.accent, surface)).toBeGreaterThanOrEqual(3)
  })

  it('shows a rise in red in China, in green in the West, in orange to those who cannot tell them apart', () => {
    expect(changeColours(palette, 'red-up')).toEqual({ up: palette.red, down: palette.green })
    expect(changeColours(palette, 'green-up')).toEqual({ up: palette.green, down: palette.red })
    expect(changeColours(palette, 'orange-up')).toEqual({ up: palette.orange, down: palette.blue })
  })
})
