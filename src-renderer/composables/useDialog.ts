import { nextTick, onMounted, type Ref, watch } from 'vue'

/** The listeners of a dialog element whose opening and closing is a state of the window. */
export interface DialogListeners {
  readonly keydown: (event: KeyboardEvent) => void
  readonly close: () => void
}

/**
 * Shows `dialog` while `isOpen`, with `input` in focus. `close` is called at once when Esc is pressed: the browser tells that it has
 * closed a dialog a moment later only, when its keys may have opened it again.
 */
export function useDialog(
  dialog: Readonly<Ref<HTMLDialogElement | null>>,
  input: Readonly<Ref<HTMLElement | null>>,
  isOpen: () => boolean,
  close: () => void,
): DialogListeners {
  async function show(open: boolean): Promise<void> {
    if (!open) return dialog.value?.close()
    if (dialog.value?.open === false) dialog.value.showModal()
    await nextTick()
    input.value?.focus()
  }
  watch(isOpen, show)
  onMounted(() => show(isOpen()))

  return {
    keydown(event) {
      // While a word is composed its keys are the input method's.
      if (event.key !== 'Escape' || event.isComposing) return
      event.preventDefault()
      close()
    },
    close() {
      if (dialog.value?.open === false) close()
    },
  }
}
