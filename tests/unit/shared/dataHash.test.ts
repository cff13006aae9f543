import { expect, it } from 'vitest'
import { DATA_HASH_SCHEME, sameData } from '../../../src-shared/domain/dataHash.ts'

it('compares data hashes that were made in the same way, and says nothing of others', () => {
  const now = `${DATA_HASH_SCHEME}:a`
  expect(sameData(now, now)).toBe(true)
  expect(sameData(now, `${DATA_HASH_SCHEME}:b`)).toBe(false)
  expect(sameData(now, 'a')).toBe(null)
  expect(sameData('a', now)).toBe(null)
  expect(sameData('a', 'a')).toBe(true)
  expect(sameData('a', 'b')).toBe(false)
})
