import { onBeforeUnmount, onMounted } from 'vue'
import { useSymbolFinder } from '../stores/symbolFinder.ts'
import type { Task } from './useTask.ts'

/** What takes letters itself. */
const FIELDS = 'input:not([type="radio"], [type="checkbox"]), textarea, select, [contenteditable="true"]'

/** While the component is on the screen, letters and digits typed outside of inputs open the symbol finder. */
export function useTypedSymbol(task: Task, chosen: (symbol: string) => void): void {
  const finder = useSymbolFinder()
  function type(event: KeyboardEvent): void {
    const { key, isComposing, ctrlKey, metaKey, altKey, target } = event
    if (isComposing || ctrlKey || metaKey || altKey || event.defaultPrevented) return
    if (document.querySelector('dialog[open]') !== null) return
    if (!/^[\p{L}\p{N}]$/u.test(key)) return
    if (target instanceof Element && target.closest(FIELDS) !== null) return
    event.preventDefault()
    void task.run(() => finder.open(key, chosen))
  }
  onMounted(() => document.addEventListener('keydown', type))
  onBeforeUnmount(() => document.removeEventListener('keydown', type))
}
