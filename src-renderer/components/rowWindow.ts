/** Tables with more rows have only those near the visible ones in the document. */
export const WINDOW_FROM = 300
/** Height of their rows in CSS pixels: that of a line of text with its padding. */
export const ROW_HEIGHT = 27
/** Rows kept ready above and below, and the step in which they are exchanged. */
const SPARE = 16
const STEP = 8

/** Rows from `first` up to but not including `end`: those in view and some to spare. */
export function visibleRows(
  scrollTop: number,
  height: number,
  count: number,
): { readonly first: number; readonly end: number } {
  const top = Math.floor(scrollTop / ROW_HEIGHT / STEP) * STEP
  const shown = Math.ceil(height / ROW_HEIGHT) + STEP
  const first = Math.max(0, Math.min(top, count) - SPARE)
  return { first, end: Math.min(count, top + shown + SPARE) }
}
