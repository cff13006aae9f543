import { computed, type ComputedRef, shallowRef } from 'vue'

/** What an action came to. */
export interface Notice {
  /** Null while there is nothing to say. */
  readonly text: ComputedRef<string | null>
  /** @param wording asked for again whenever the language is switched */
  say(wording: () => string): void
  clear(): void
}

/** A notice that follows the language of the window: it holds how it is worded, not the words. */
export function useNotice(): Notice {
  const worded = shallowRef<(() => string) | null>(null)
  return {
    text: computed(() => worded.value?.() ?? null),
    say(wording) {
      worded.value = wording
    },
    clear() {
      worded.value = null
    },
  }
}
