import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import type { OfferedAct } from '../commands/acts.ts'

/** The acts of what is on the screen, in the order in which it came there. */
export const useActs = defineStore('acts', () => ({ offered: shallowReactive(new Set<OfferedAct>()) }))
