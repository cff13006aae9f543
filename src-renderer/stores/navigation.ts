import { defineStore } from 'pinia'
import { ref } from 'vue'

export const SCREENS = [
  'home',
  'data',
  'study',
  'training',
  'landscape',
  'factor',
  'portfolio',
  'report',
  'compute',
  'settings',
] as const
/** Imports are not in the rail: other screens lead there. */
export type Screen = (typeof SCREENS)[number] | 'import'
/** Screens that say something while no project is open. */
export const WITHOUT_PROJECT: readonly Screen[] = ['home', 'compute', 'settings']

/** Which screen is shown. */
export const useNavigation = defineStore('navigation', () => {
  const screen = ref<Screen>('home')
  const show = (next: Screen): void => {
    screen.value = next
  }
  return { screen, show }
})
