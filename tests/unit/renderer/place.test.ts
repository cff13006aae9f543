import { expect, it } from 'vitest'
import { parsePlace } from '../../../src-renderer/composables/usePlace.ts'

const FIRST = { screen: 'home', dataTab: 'coverage', studyTab: 'new', study: null }

it('begins at home where nothing is kept or it cannot be read', () => {
  for (const text of [null, '', '{', 'null', '[]']) expect(parsePlace(text)).toEqual(FIRST)
})

it('keeps what is valid; of the files of an import nothing is left', () => {
  expect(parsePlace('{"screen":"factor","dataTab":"x","study":"id"}')).toEqual({
    ...FIRST,
    screen: 'factor',
    study: 'id',
  })
  expect(parsePlace('{"screen":"import","studyTab":"all"}')).toEqual({ ...FIRST, studyTab: 'all' })
})
