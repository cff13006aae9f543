/** Of one frame, so that a screen of many charts answers its user while they are drawn. */
const SLICE_MS = 8

interface Turn {
  readonly element: HTMLElement
  readonly draw: () => void
}

const waiting = new Set<Turn>()
let asked = false

/**
 * Draw `element` after the next frame is on the display, those that are in view first; until then a new screen shows its
 * text and tables. Returns what takes the wish back.
 */
export function drawInTurn(element: HTMLElement, draw: () => void): () => void {
  const turn: Turn = { element, draw }
  waiting.add(turn)
  ask()
  return () => waiting.delete(turn)
}

function ask(): void {
  if (asked) return
  asked = true
  // A hidden window has no frames.
  if (document.hidden) setTimeout(work)
  else requestAnimationFrame(() => setTimeout(work))
}

function work(): void {
  asked = false
  const end = performance.now() + SLICE_MS
  const turns = [...waiting].sort((a, b) => Number(inView(b.element)) - Number(inView(a.element)))
  for (const turn of turns) {
    // One that was drawn may have taken back another's.
    if (!waiting.delete(turn)) continue
    turn.draw()
    if (performance.now() > end) break
  }
  if (waiting.size > 0) ask()
}

function inView(element: HTMLElement): boolean {
  const { top, bottom } = element.getBoundingClientRect()
  return bottom > 0 && top < innerHeight
}
