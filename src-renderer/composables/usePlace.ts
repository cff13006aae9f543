import { watch } from 'vue'
import { z } from 'zod'
import { DATA_TABS, useData } from '../stores/data.ts'
import { SCREENS, useNavigation } from '../stores/navigation.ts'
import { STUDY_TABS, useStudies } from '../stores/studies.ts'

const KEY = 'plateau.place'

const place = z.object({
  screen: z.enum(SCREENS).catch('home'),
  dataTab: z.enum(DATA_TABS).catch('coverage'),
  studyTab: z.enum(STUDY_TABS).catch('new'),
  /** Id of the study that was looked at; no two stores have the same. */
  study: z.string().nullable().catch(null),
})
export type Place = z.infer<typeof place>

/** The stored place; what is absent or unreadable is where everyone begins. */
export function parsePlace(text: string | null): Place {
  try {
    return place.parse(JSON.parse(text ?? '{}'))
  } catch {
    return place.parse({})
  }
}

/**
 * Begins where the user was when the window was closed, and keeps track from then on.
 * @returns selects the study that was looked at, where the first store that is open has it: once its studies are listed
 */
export function usePlace(): { selectStudy(): void } {
  const navigation = useNavigation()
  const data = useData()
  const studies = useStudies()
  const last = parsePlace(localStorage.getItem(KEY))
  /** Until the first list of studies has come. */
  let awaited = last.study
  navigation.show(last.screen)
  data.tab = last.dataTab
  studies.tab = last.studyTab

  watch(
    (): { [K in keyof Place]: unknown } => ({
      screen: navigation.screen,
      dataTab: data.tab,
      studyTab: studies.tab,
      study: studies.selectedId ?? awaited,
    }),
    (now) => localStorage.setItem(KEY, JSON.stringify(now)),
  )
  return {
    selectStudy() {
      if (studies.list.some(({ id }) => id === awaited)) studies.selectedId = awaited
      awaited = null
    },
  }
}
