import { type ComputedRef, watch } from 'vue'
import { useNotice } from './useNotice.ts'

/** The way back from what was just done. */
export interface Undo {
  /** What was done; null while there is nothing to go back from. */
  readonly text: ComputedRef<string | null>
  /** @param wording asked for again whenever the language is switched */
  offer(wording: () => string, back: () => void): void
  undo(): void
}

/**
 * Offers a way back until what it would bring back is changed in another way, or is left.
 * @param changed what is done and undone to, looked at in depth
 */
export function useUndo(changed: () => unknown): Undo {
  const { text, say, clear } = useNotice()
  let goBack = (): void => {}
  // At once: what is offered right after a change is not taken back by that change.
  watch(changed, clear, { deep: true, flush: 'sync' })
  return {
    text,
    offer(wording, back) {
      goBack = back
      say(wording)
    },
    undo() {
      goBack()
      clear()
    },
  }
}
