import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'

/**
 * What was chosen on the screens, by name, for as long as the window is open. A screen is made anew whenever it is shown; its choices
 * are here so that it comes back as it was left.
 */
export const useChoices = defineStore('choices', () => ({
  kept: shallowReactive(new Map<string, unknown>()),
}))
