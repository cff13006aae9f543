import { expect, it } from 'vitest'
import { topicOf } from '../../../src-shared/noteTopics.ts'

const topic = (code: string) => topicOf({ code, values: {} })

it('a note bears on the study, its factors or its portfolios; one of another version is seen everywhere', () => {
  expect(['engine_lost', 'factor_dropped', 'optimiser_relaxed'].map(topic)).toEqual([
    'study',
    'factor',
    'portfolio',
  ])
  expect(['toString', 'of_a_later_version'].map(topic)).toEqual(['study', 'study'])
})
