import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
import { effectScope, ref } from 'vue'
import { useChoice } from '../../../src-renderer/composables/useChoice.ts'

/** A screen that is shown, does something, and is left. */
function onScreen<T>(act: () => T): T {
  const scope = effectScope()
  const done = scope.run(act)!
  scope.stop()
  return done
}

describe('a choice of a screen', () => {
  beforeEach(() => setActivePinia(createPinia()))

  it('is the first one until the user chooses, and is there again when the screen is', () => {
    expect(onScreen(() => useChoice('prices.shape', 'chart').value)).toBe('chart')
    onScreen(() => (useChoice('prices.shape', 'chart').value = 'table'))
    expect(onScreen(() => useChoice('prices.shape', 'chart').value)).toBe('table')
  })

  it('about one thing is not that about another, and follows what it is about', () => {
    const portfolio = ref('SAM')
    onScreen(() => {
      const day = useChoice<number | null>('day', null, () => portfolio.value)
      day.value = 20200102
      portfolio.value = 'AdamW'
      expect(day.value).toBeNull()
      day.value = 20200103
      portfolio.value = 'SAM'
      expect(day.value).toBe(20200102)
    })
    expect(onScreen(() => useChoice<number | null>('day', null, () => 'AdamW').value)).toBe(20200103)
  })

  it('of null is kept as one', () => {
    onScreen(() => (useChoice<string | null>('order', 'date').value = null))
    expect(onScreen(() => useChoice<string | null>('order', 'date').value)).toBeNull()
  })
})
