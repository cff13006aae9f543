import { defineStore } from 'pinia'
import { computed, reactive, ref, toRefs, watch } from 'vue'
import { z } from 'zod'
import { engineSetting } from '../../src-shared/domain/compute.ts'
import { type Locale, LOCALES } from '../../src-shared/locales/index.ts'
import { CHANGE_COLOURS, type Theme } from '../palette.ts'

const KEY = 'plateau.settings'

/** Recent commands that are kept. */
const RECENT = 8
export const THEMES = ['dark', 'light', 'system'] as const

/** The first of the user's languages (BCP 47, best first) that the window speaks, English where it speaks none. */
export function guessLocale(languages: readonly string[]): Locale {
  const language = (tag: string): string => tag.slice(0, 2).toLowerCase()
  const spoken = languages.flatMap((tag) => LOCALES.filter((locale) => language(locale) === language(tag)))
  return spoken[0] ?? 'en'
}

const settings = z.object({
  locale: z.enum(LOCALES).catch(() => guessLocale(navigator.languages)),
  /** `system`: that of the desktop. */
  theme: z.enum(THEMES).catch('dark'),
  changeColours: z.enum(CHANGE_COLOURS).catch('red-up'),
  /** What new studies ask for. */
  engine: engineSetting.catch('auto'),
  /** How landscapes are drawn. */
  landscapeView: z.enum(['contour', 'surface']).catch('contour'),
  /** Keys of the user's own, by command; the others have their defaults (commands/keys.ts). */
  keys: z.record(z.string(), z.string()).catch({}),
  /** Ids, latest first. */
  recentCommands: z.array(z.string()).catch([]),
  /** The guided tour is offered until it has been walked to its end or is not wanted. */
  offerTour: z.boolean().catch(true),
  /** The system tells of a study that ends while the window is in the background. */
  notices: z.boolean().catch(true),
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

  const prefersLight = globalThis.matchMedia?.('(prefers-color-scheme: light)')
  const desktop = ref<Theme>(prefersLight?.matches ? 'light' : 'dark')
  prefersLight?.addEventListener('change', ({ matches }) => (desktop.value = matches ? 'light' : 'dark'))
  /** The theme that is shown. */
  const shownTheme = computed<Theme>(() => (state.theme === 'system' ? desktop.value : state.theme))

  const next = <T>(choices: readonly T[], now: T): T => choices[(choices.indexOf(now) + 1) % choices.length]
  function switchLocale(): void {
    state.locale = next(LOCALES, state.locale)
  }
  function switchTheme(): void {
    state.theme = shownTheme.value === 'dark' ? 'light' : 'dark'
  }
  function switchColours(): void {
    state.changeColours = next(CHANGE_COLOURS, state.changeColours)
  }
  function remember(command: string): void {
    state.recentCommands = [command, ...state.recentCommands.filter((id) => id !== command)].slice(0, RECENT)
  }
  return { ...toRefs(state), shownTheme, switchLocale, switchTheme, switchColours, remember }
})
