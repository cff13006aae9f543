import { expect, it } from 'vitest'
import { effectScope, nextTick, shallowRef } from 'vue'
import { useAnswer } from '../../../src-renderer/composables/useAnswer.ts'
import { PlateauError } from '../../../src-shared/errors.ts'

/** A host that answers when it is told to. */
function slowHost() {
  const waiting = new Map<string, PromiseWithResolvers<string>>()
  return {
    ask(question: string): Promise<string> {
      const answer = Promise.withResolvers<string>()
      waiting.set(question, answer)
      return answer.promise
    },
    answer: (question: string) => waiting.get(question)!.resolve(`answer to ${question}`),
    refuse: (question: string) => waiting.get(question)!.reject(new PlateauError('not_found', question)),
  }
}
const settled = async () => {
  for (let turn = 0; turn < 5; turn++) await nextTick()
}

it('shows the answer to the question last asked, whichever comes last', async () => {
  const host = slowHost()
  const question = shallowRef<string | null>('first')
  const scope = effectScope()
  const { answer, task } = scope.run(() => useAnswer(question, host.ask))!
  question.value = 'second'
  await settled()
  host.answer('second')
  await settled()
  expect(answer.value).toBe('answer to second')
  host.answer('first')
  await settled()
  expect(answer.value).toBe('answer to second')

  question.value = 'third'
  await settled()
  expect(answer.value).toBeNull()
  question.value = null
  await settled()
  host.refuse('third')
  await settled()
  expect([answer.value, task.error.value]).toEqual([null, null])

  question.value = 'fourth'
  await settled()
  host.refuse('fourth')
  await settled()
  expect(task.error.value?.code).toBe('not_found')
  question.value = null
  await settled()
  expect(task.error.value).toBeNull()
  scope.stop()
})
