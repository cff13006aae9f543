/** In CSS pixels of the window. */
export interface Box {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}
type Size = Pick<Box, 'width' | 'height'>

const GAP = 14

/** What of a box is inside the window, less a margin that keeps its outline in sight; null when nothing is. */
export function visiblePart(box: Box, window: Size, margin = 4): Box | null {
  const left = Math.max(margin, box.left)
  const top = Math.max(margin, box.top)
  const width = Math.min(window.width - margin, box.left + box.width) - left
  const height = Math.min(window.height - margin, box.top + box.height) - top
  return width > 0 && height > 0 ? { left, top, width, height } : null
}

/**
 * Where the bubble stands: beside what it speaks of, on the first side with room for it, else in its lower right corner; in the
 * middle of the window when there is nothing.
 */
export function bubblePlace(anchor: Box | null, bubble: Size, window: Size): { left: number; top: number } {
  if (anchor === null)
    return { left: (window.width - bubble.width) / 2, top: (window.height - bubble.height) / 2 }
  const right = anchor.left + anchor.width
  const bottom = anchor.top + anchor.height
  const within = (at: number, size: number, room: number) => Math.max(GAP, Math.min(at, room - size - GAP))
  const left = within(anchor.left, bubble.width, window.width)
  const top = within(anchor.top, bubble.height, window.height)
  if (right + GAP + bubble.width + GAP <= window.width) return { left: right + GAP, top }
  if (bottom + GAP + bubble.height + GAP <= window.height) return { left, top: bottom + GAP }
  if (anchor.left - GAP - bubble.width >= GAP) return { left: anchor.left - GAP - bubble.width, top }
  if (anchor.top - GAP - bubble.height >= GAP) return { left, top: anchor.top - GAP - bubble.height }
  return {
    left: within(right - bubble.width - GAP, bubble.width, window.width),
    top: within(bottom - bubble.height - GAP, bubble.height, window.height),
  }
}
