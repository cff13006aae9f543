import { defineStore } from 'pinia'
import { ref } from 'vue'

/** Whether the command palette is shown. */
export const usePalette = defineStore('palette', () => {
  const open = ref(false)
  const toggle = (): void => {
    open.value = !open.value
  }
  const close = (): void => {
    open.value = false
  }
  return { open, toggle, close }
})
