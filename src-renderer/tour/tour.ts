import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { useNavigation, WITHOUT_PROJECT, type Screen } from '../stores/navigation.ts'
import { useProject } from '../stores/project.ts'
import { useSettings } from '../stores/settings.ts'

/** The screens in the order of work; each has its text (`tour.steps`) and, where it is anchored, a `data-tour` of its name. */
export const STEPS = [
  'project',
  'data',
  'study',
  'training',
  'factor',
  'portfolio',
  'report',
  'settings',
] as const
export type Step = (typeof STEPS)[number]

export const screenOf = (step: Step): Screen => (step === 'project' ? 'home' : step)

/** The guided tour: which of its steps is shown. It goes over the screens themselves and leaves the user where it began. */
export const useTour = defineStore('tour', () => {
  const navigation = useNavigation()
  const project = useProject()
  const settings = useSettings()
  const at = ref<number | null>(null)
  let origin: Screen = 'home'

  /** Screens without anything to show are left out. */
  const steps = computed(() =>
    STEPS.filter((step) => project.info !== null || WITHOUT_PROJECT.includes(screenOf(step))),
  )
  const step = computed(() => (at.value === null ? null : steps.value[at.value]!))

  function show(next: number): void {
    at.value = next
    navigation.show(screenOf(steps.value[next]!))
  }
  function start(): void {
    origin = navigation.screen
    show(0)
  }
  /** Walked to its end it is not offered again. */
  function next(): void {
    if (at.value === null) return
    if (at.value + 1 < steps.value.length) return show(at.value + 1)
    refuse()
  }
  function back(): void {
    if (at.value !== null && at.value > 0) show(at.value - 1)
  }
  function stop(): void {
    if (at.value === null) return
    at.value = null
    navigation.show(origin)
  }
  /** For good; the settings and the palette still start it. */
  function refuse(): void {
    settings.offerTour = false
    stop()
  }
  return { at, steps, step, start, next, back, stop, refuse }
})
