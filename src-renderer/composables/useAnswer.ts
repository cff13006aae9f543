import { type MaybeRefOrGetter, shallowRef, type ShallowRef, toValue, watch } from 'vue'
import { type Task, useTask } from './useTask.ts'

/** The host's answer to the question last asked; null while it is awaited, was refused, or nothing is asked. */
export function useAnswer<Question, Answer>(
  question: MaybeRefOrGetter<Question | null>,
  ask: (question: Question) => Promise<Answer>,
): { readonly answer: ShallowRef<Answer | null>; readonly task: Task } {
  const answer = shallowRef<Answer | null>(null)
  const task = useTask()
  watch(
    () => toValue(question),
    (asked) => {
      answer.value = null
      task.error.value = null
      if (asked === null) return
      void task.run(async () => {
        const isCurrent = () => toValue(question) === asked
        try {
          const came = await ask(asked)
          if (isCurrent()) answer.value = came
        } catch (error) {
          // Of a question that is not asked any more.
          if (isCurrent()) throw error
        }
      })
    },
    { immediate: true },
  )
  return { answer, task }
}
