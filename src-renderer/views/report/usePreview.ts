import { computed, type ComputedRef, onScopeDispose, shallowRef, watch } from 'vue'
import { REPORT_CHAPTERS, type ReportOptions } from '../../../src-shared/domain/reportOptions.ts'
import { call } from '../../client.ts'
import { type Task, useTask } from '../../composables/useTask.ts'

/** A study's report with certain options. */
export interface Asked {
  readonly studyId: string
  readonly options: ReportOptions
}

export interface Preview {
  /** The document last made of the study; null before there is one. */
  readonly html: ComputedRef<string | null>
  /** Whether it is what is asked for now. */
  readonly current: ComputedRef<boolean>
  /** Chapters asked for that the study has nothing for. */
  readonly absent: ComputedRef<ReadonlySet<string>>
  readonly task: Task
}

/** Typing pauses for as long before the preview follows. */
const PAUSE_MS = 300

/** The document of the report that is asked for. One is made at a time: of what changes meanwhile only the last is. */
export function usePreview(asked: ComputedRef<Asked | null>): Preview {
  const task = useTask()
  const key = computed(() => asked.value && JSON.stringify(asked.value))
  const made = shallowRef<{ key: string; asked: Asked; html: string; chapters: readonly string[] } | null>(
    null,
  )
  let tried: string | null = null

  async function follow(): Promise<void> {
    if (task.busy.value) return
    while (key.value !== null && key.value !== tried) {
      const making = (tried = key.value)
      await task.run(async () => {
        const question = JSON.parse(making) as Asked
        const document = await call('reports.document', question)
        made.value = { key: making, asked: question, ...document }
      })
    }
  }
  let pause: ReturnType<typeof setTimeout> | undefined
  watch(
    key,
    () => {
      clearTimeout(pause)
      pause = setTimeout(follow, made.value === null ? 0 : PAUSE_MS)
    },
    { immediate: true },
  )
  onScopeDispose(() => clearTimeout(pause))

  const current = computed(() => made.value !== null && made.value.key === key.value)
  return {
    html: computed(() =>
      made.value?.asked.studyId === asked.value?.studyId ? (made.value?.html ?? null) : null,
    ),
    current,
    absent: computed(() => {
      if (made.value === null || !current.value) return new Set<string>()
      const { chapters, asked: question } = made.value
      const there = new Set<string>([...chapters, ...question.options.without])
      return new Set(REPORT_CHAPTERS.filter((chapter) => !there.has(chapter)))
    }),
    task,
  }
}
