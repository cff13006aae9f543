import { nextTick } from 'vue'

/** Of one frame, so that a screen of many charts answers its user while they are drawn. */
const SLICE_MS = 8

interface Turn {
  /** What is drawn; null where it has no place in the document yet. */
  readonly element: HTMLElement | null
  readonly draw: () => void
}

const waiting = new Set<Turn>()
let asked = false

/**
 * Do `draw` after the next frame is on the display, for elements that are in view first, otherwise in the order of the wishes; until
 * then a new screen shows what needs no drawing. Returns what takes the wish back.
 */
export function drawInTurn(element: HTMLElement | null, draw: () => void): () => void {
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

async function work(): Promise<void> {
  const end = performance.now() + SLICE_MS
  try {
    for (const turn of [...waiting].sort((a, b) => Number(inView(b)) - Number(inView(a)))) {
      // One that was drawn may have taken back another's.
      if (!waiting.delete(turn)) continue
      turn.draw()
      // What it changed is rendered within the same slice.
      await nextTick()
      if (performance.now() > end) break
    }
  } finally {
    asked = false
    if (waiting.size > 0) ask()
  }
}

function inView({ element }: Turn): boolean {
  if (element === null) return false
  const { top, bottom } = element.getBoundingClientRect()
  return bottom > 0 && top < innerHeight
}
