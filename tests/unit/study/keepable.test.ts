import { expect, it } from 'vitest'
import { requireKeepable } from '../../../src-main/study/keepable.ts'

it('refuses a study whose result would be longer than a text can be, before it is trained', () => {
  expect(() => requireKeepable(400e6)).not.toThrow()
  expect(() => requireKeepable(550e6)).toThrow(
    expect.objectContaining({ code: 'study_invalid', message: expect.stringContaining('550 MB') }),
  )
})
