import { onBeforeUnmount, onMounted } from 'vue'
import { MODAL } from '../commands/modal.ts'
import { useProject } from '../stores/project.ts'
import { useSymbolFinder } from '../stores/symbolFinder.ts'
import type { Task } from './useTask.ts'

/** What takes letters itself. */
const FIELDS = 'input:not([type="radio"], [type="checkbox"]), textarea, select, [contenteditable="true"]'

/** On every screen, letters and digits typed outside of inputs open the symbol finder once a project is open. */
export function useTypedSymbol(task: Task): void {
  const project = useProject()
  const finder = useSymbolFinder()
  function type(event: KeyboardEvent): void {
    const { key, isComposing, ctrlKey, metaKey, altKey, target } = event
    if (project.info === null || isComposing || ctrlKey || metaKey || altKey || event.defaultPrevented) return
    if (document.querySelector(MODAL) !== null) return
    if (!/^[\p{L}\p{N}]$/u.test(key)) return
    if (target instanceof Element && target.closest(FIELDS) !== null) return
    event.preventDefault()
    void task.run(() => finder.open(key))
  }
  onMounted(() => document.addEventListener('keydown', type))
  onBeforeUnmount(() => document.removeEventListener('keydown', type))
}
