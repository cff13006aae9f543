import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { reactive } from 'vue'
import { type Frequency, modelConfig, SEQUENCE_LENGTHS } from '../../../src-shared/domain/study.ts'
import { LOCALES, terms } from '../../../src-shared/locales/index.ts'
import { withFrequency } from '../../../src-renderer/views/study/models.ts'
import { openViews, type Views } from './mounted.ts'

const daily = modelConfig.parse({ frequency: 'daily', sequenceLength: 12, hiddenSize: 16, dropout: 0.1 })
const weekly = modelConfig.parse({ frequency: 'weekly', sequenceLength: 9, hiddenSize: 8, layers: 1 })

describe('a frequency is added to the models of a study', () => {
  it('as it was before it was taken away', () => {
    expect(withFrequency([daily], 'weekly', weekly)).toEqual([daily, weekly])
  })

  it('for the first time: with the sizes of the other and the length of its frequency', () => {
    expect(withFrequency([daily], 'weekly')).toEqual([
      daily,
      { ...daily, frequency: 'weekly', sequenceLength: SEQUENCE_LENGTHS.weekly },
    ])
  })

  it('daily before weekly, whichever was there: the order is part of a study’s hash', () => {
    expect(withFrequency([weekly], 'daily').map(({ frequency }) => frequency)).toEqual(['daily', 'weekly'])
  })

  it('once', () => {
    expect(withFrequency([daily, weekly], 'weekly', weekly)).toEqual([daily, weekly])
  })
})

describe('the fields of the models', () => {
  let views: Views
  beforeAll(async () => {
    views = await openViews()
  })
  afterAll(() => views.close())

  const switchOf = (html: string, frequency: Frequency) =>
    html
      .match(/<div[^>]*role="switch"[^>]*>/g)!
      .find((element) => element.includes(`data-testid="study-${frequency}"`))!

  it.each(LOCALES)(
    'have a switch for each frequency, %s; that of the only one trained cannot go',
    async (locale) => {
      const fields = (models: readonly object[]) =>
        views.render('views/study/ModelFields.vue', { modelValue: reactive([...models]) }, locale)
      const both = await fields([daily, weekly])
      for (const frequency of ['daily', 'weekly'] as const) {
        expect(both).toContain(terms[locale].frequencies[frequency])
        expect(switchOf(both, frequency)).toContain('aria-checked="true"')
        expect(switchOf(both, frequency)).not.toContain('n-switch--disabled')
      }
      const one = await fields([weekly])
      expect(switchOf(one, 'daily')).toContain('aria-checked="false"')
      expect(switchOf(one, 'weekly')).toContain('n-switch--disabled')
      // Four sizes of a model that is trained, none of one that is not.
      const sizes = (html: string) => html.match(/n-input-number/g)!.length
      expect(sizes(both)).toBe(2 * sizes(one))
    },
  )
})
