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
/** Parts of screens that are led to by themselves. */
export type Part = 'keys'

/** Which screen is shown. */
export const useNavigation = defineStore('navigation', () => {
  const screen = ref<Screen>('home')
  /** The part of it that is asked for, until it has been brought into sight. */
  const part = ref<Part | null>(null)
  const show = (next: Screen, wanted: Part | null = null): void => {
    screen.value = next
    part.value = wanted
  }
  return { screen, part, show }
})
