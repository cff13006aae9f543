import { onBeforeUnmount, onMounted, type ShallowRef } from 'vue'
import { useChoices } from '../stores/choices.ts'

/** What the user does of his own accord ends the wait for a place. */
const ACTS = ['wheel', 'pointerdown', 'keydown'] as const

/**
 * Where a box was scrolled to, kept by what it shows for as long as the window is open. What is shown anew comes piece by piece: the place
 * is taken up once there is enough of it, unless the user acts before.
 */
export function useScrollPlace(box: Readonly<ShallowRef<HTMLElement | null>>, of: () => string) {
  const { kept } = useChoices()
  const key = (): string => `scroll\n${of()}`
  /** In CSS pixels; null when it has been reached or is waited for no more. */
  let wanted: number | null = null
  /** As far as there was room on the way to it. */
  let reached = 0
  let observer: ResizeObserver | undefined

  function note(): void {
    const { scrollTop, scrollHeight, clientHeight } = box.value!
    // Somebody else has scrolled, unless it has become shorter meanwhile.
    if (wanted !== null && scrollTop !== reached && scrollTop < scrollHeight - clientHeight - 1) settle()
    if (wanted === null) kept.set(key(), scrollTop)
  }
  function approach(): void {
    if (wanted === null) return
    box.value!.scrollTop = wanted
    reached = box.value!.scrollTop
    if (reached >= Math.floor(wanted)) settle()
  }
  function settle(): void {
    wanted = null
    observer?.disconnect()
    for (const act of ACTS) removeEventListener(act, settle, { capture: true })
  }
  /** Goes where what is shown now was left, or to its top. */
  function restore(): void {
    settle()
    wanted = (kept.get(key()) as number | undefined) ?? 0
    approach()
    if (wanted === null) return
    observer = new ResizeObserver(approach)
    for (const part of box.value!.children) observer.observe(part)
    for (const act of ACTS) addEventListener(act, settle, { capture: true, passive: true })
  }
  onMounted(restore)
  onBeforeUnmount(settle)
  return { note, restore }
}
