import { defineStore } from 'pinia'
import { reactive, toRefs, watch } from 'vue'
import { z } from 'zod'
import { engineSetting } from '../../src-shared/domain/compute.ts'

const KEY = 'plateau.settings'

const settings = z.object({
  locale: z.enum(['zh-CN', 'en']).catch('zh-CN'),
  theme: z.enum(['dark', 'light']).catch('dark'),
  changeColours: z.enum(['red-up', 'green-up']).catch('red-up'),
  /** What new studies ask for. */
  engine: engineSetting.catch('auto'),
})
export type Settings = z.infer<typeof settings>

/** Stored settings; what is absent or unreadable takes its default. */
export function parseSettings(text: string | null): Settings {
  try {
    return settings.parse(JSON.parse(text ?? '{}'))
  } catch {
    return settings.parse({})
  }
}

/** What the user chose for the window and for new studies, kept from one start to the next. */
export const useSettings = defineStore('settings', () => {
  const state = reactive(parseSettings(localStorage.getItem(KEY)))
  watch(state, (value) => localStorage.setItem(KEY, JSON.stringify(value)))
  return toRefs(state)
})
