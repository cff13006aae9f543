import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref } from 'vue'
import { useThrottled } from '../../../src-renderer/composables/useThrottled.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('takes the first change at once, then the last of each interval, and nothing once its scope has ended', async () => {
  const source = ref('')
  const scope = effectScope()
  const taken = scope.run(() => useThrottled(() => source.value, 5000))!
  const say = async (text: string) => {
    source.value = text
    await nextTick()
  }
  await say('1 %')
  expect(taken.value).toBe('1 %')
  await say('2 %')
  await say('3 %')
  vi.advanceTimersByTime(4999)
  expect(taken.value).toBe('1 %')
  vi.advanceTimersByTime(1)
  expect(taken.value).toBe('3 %')
  // Nothing comes for a whole interval: the next is taken at once again.
  vi.advanceTimersByTime(5000)
  await say('9 %')
  expect(taken.value).toBe('9 %')
  await say('10 %')
  scope.stop()
  vi.advanceTimersByTime(5000)
  expect(taken.value).toBe('9 %')
  expect(vi.getTimerCount()).toBe(0)
})
