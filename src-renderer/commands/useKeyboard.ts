import { onBeforeUnmount, onMounted, type ComputedRef } from 'vue'
import { useSettings } from '../stores/settings.ts'
import type { Command } from './command.ts'
import { chordOf, commandOf, isText } from './keys.ts'
import { MODAL } from './modal.ts'

export const onMac = navigator.platform.startsWith('Mac')

/** Runs a command when its keys are pressed, but not what is being typed into a field or composed from pinyin. */
export function useKeyboard(
  commands: ComputedRef<readonly Command[]>,
  run: (command: Command) => Promise<void>,
): void {
  const settings = useSettings()

  function onKey(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing || event.repeat) return
    const chord = chordOf(event, onMac)
    if (chord === null || (isText(chord) && isField(event.target))) return
    const id = commandOf(chord, settings.keys)
    const command = commands.value.find((each) => each.id === id)
    // An open dialog has the keyboard; the palette's keys close the palette.
    if (command === undefined || (id !== 'palette.open' && document.querySelector(MODAL) !== null)) return
    event.preventDefault()
    void run(command)
  }
  onMounted(() => addEventListener('keydown', onKey))
  onBeforeUnmount(() => removeEventListener('keydown', onKey))
}

function isField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
  )
}
