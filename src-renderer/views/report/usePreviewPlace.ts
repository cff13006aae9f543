import { onBeforeUnmount, type ShallowRef, watch } from 'vue'

/** Where a reader is in a document. */
interface Place {
  /** Text of the last heading above the upper edge; null at the beginning. */
  readonly heading: string | null
  /** Pixels from that heading to the edge. */
  readonly below: number
  /** Of the way from the beginning to the end. */
  readonly share: number
}

/** By study: it outlives the screen. */
const places = new Map<string, Place>()

/**
 * Keeps the reader's place in the preview of a report: when its document is made anew, and while other screens are looked at.
 * @returns goes there, once the frame has loaded a document
 */
export function usePreviewPlace(
  frame: Readonly<ShallowRef<HTMLIFrameElement | null>>,
  html: () => string | null,
  studyId: () => string,
): () => void {
  /** Of the document that is in the frame. */
  let shown: string | null = null
  const note = (): void => {
    const read = frame.value?.contentDocument
    if (shown !== null && read !== undefined && read !== null) places.set(shown, placeIn(read))
  }
  // Before the frame has the next one.
  watch(html, note, { flush: 'pre' })
  onBeforeUnmount(note)
  return () => {
    shown = studyId()
    const place = places.get(shown)
    const read = frame.value?.contentDocument
    if (place !== undefined && read !== undefined && read !== null)
      read.scrollingElement!.scrollTop = topOf(read, place)
  }
}

const headingsOf = (read: Document): HTMLElement[] => [...read.querySelectorAll<HTMLElement>('h1, h2, h3')]

function placeIn(read: Document): Place {
  const { scrollTop, scrollHeight, clientHeight } = read.scrollingElement!
  const above = headingsOf(read).findLast((heading) => heading.getBoundingClientRect().top <= 0)
  return {
    heading: above?.textContent ?? null,
    below: above === undefined ? scrollTop : -above.getBoundingClientRect().top,
    share: scrollTop / Math.max(1, scrollHeight - clientHeight),
  }
}

/** Of a heading that is not there any more, as in another language, the share of the way is what is left. */
function topOf(read: Document, { heading, below, share }: Place): number {
  const { scrollTop, scrollHeight, clientHeight } = read.scrollingElement!
  if (heading === null) return below
  const same = headingsOf(read).find(({ textContent }) => textContent === heading)
  return same === undefined
    ? share * (scrollHeight - clientHeight)
    : scrollTop + same.getBoundingClientRect().top + below
}
