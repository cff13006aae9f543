import { createPinia, setActivePinia } from 'pinia'
import { afterEach, expect, it, vi } from 'vitest'
import { effectScope, nextTick, shallowRef } from 'vue'
import type { StudyStatus } from '../../../src-shared/contract/study.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { useStudyRuns } from '../../../src-renderer/composables/useStudyRuns.ts'
import { received } from '../../../src-renderer/stores/timed.ts'

afterEach(() => vi.unstubAllGlobals())

const paused = (id: string) => received({ id, state: 'paused', runsDone: 0 } as StudyStatus)
const settled = async () => {
  for (let turn = 0; turn < 10; turn++) await nextTick()
}

it('are not known before they have been read, and those of the study now looked at are, whatever came of the one before', async () => {
  setActivePinia(createPinia())
  const answers = new Map<string, PromiseWithResolvers<unknown>>()
  const call = (_name: string, { id }: { readonly id: string }) => {
    answers.set(id, Promise.withResolvers())
    return answers.get(id)!.promise
  }
  vi.stubGlobal('window', { plateau: { call } })
  const study = shallowRef(paused('a'))
  const scope = effectScope()
  const { runs, loading } = scope.run(() => useStudyRuns(study))!
  await settled()
  expect(runs.value).toBeNull()

  study.value = paused('b')
  await settled()
  answers.get('a')!.resolve({ ok: false, error: new PlateauError('not_found', 'No such study.').toData() })
  await settled()
  answers.get('b')!.resolve({ ok: true, value: [] })
  await settled()
  expect([runs.value, loading.error.value]).toEqual([[], null])
  scope.stop()
})
