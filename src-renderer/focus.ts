import { nextTick } from 'vue'

/**
 * For a drawer that has faded. It gives the focus back to where it was opened from as it closes, and a second time when it goes from the
 * page, out of the field that its user may be in by then: there it is put back before a key is pressed.
 */
export async function keepFocus(): Promise<void> {
  const focused = document.activeElement
  await nextTick()
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true })
}
