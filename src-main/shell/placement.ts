import type { Rectangle } from 'electron'
import type { Remembered } from './memory.ts'

/** Smaller, tables and charts do not stand beside each other. */
export const SMALLEST = { width: 1280, height: 720 }
const FIRST = { width: 1440, height: 900 }
/** Of the title bar, as much has to be on a display as the mouse needs to take hold of it. */
const TITLE_BAR = { height: 32, grip: 120 }

/** A window's bounds; without a position it goes to the middle of the first display. */
export type Placement = { width: number; height: number } & ({ x: number; y: number } | Record<never, never>)

/**
 * Where a window opens: where it was while its title bar can be seen there, no larger than its display, no smaller than SMALLEST.
 * @param areas the displays' areas less taskbars, the first display's first
 */
export function placement(last: Remembered['window'], areas: readonly Rectangle[]): Placement {
  const area = last === null ? undefined : areas.find((each) => showsTitleBar(each, last))
  const size = sizeOn(area ?? areas[0], last ?? FIRST)
  return last === null || area === undefined ? size : { x: last.x, y: last.y, ...size }
}

function showsTitleBar(area: Rectangle, { x, y, width }: Rectangle): boolean {
  const seen = Math.min(area.x + area.width, x + width) - Math.max(area.x, x)
  return seen >= TITLE_BAR.grip && y >= area.y && y + TITLE_BAR.height <= area.y + area.height
}

function sizeOn(area: Rectangle | undefined, size: { width: number; height: number }) {
  const within = (side: 'width' | 'height') =>
    Math.max(SMALLEST[side], Math.min(size[side], area?.[side] ?? size[side]))
  return { width: within('width'), height: within('height') }
}
