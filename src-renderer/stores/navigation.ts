import { defineStore } from 'pinia'
import { ref } from 'vue'

export const SCREENS = ['home', 'study', 'training', 'landscape', 'factor', 'portfolio', 'compute'] as const
export type Screen = (typeof SCREENS)[number]

/** Which screen is shown. */
export const useNavigation = defineStore('navigation', () => {
  const screen = ref<Screen>('home')
  const show = (next: Screen): void => {
    screen.value = next
  }
  return { screen, show }
})
