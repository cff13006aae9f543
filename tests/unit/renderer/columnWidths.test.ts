import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import {
  LEAST_WIDTH,
  MOST_WIDTH,
  parseColumnWidths,
  useColumnWidths,
} from '../../../src-renderer/stores/columnWidths.ts'

const items = new Map<string, string>()
beforeEach(() => {
  items.clear()
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => items.set(key, value),
  })
  setActivePinia(createPinia())
})
/** Another start of the window. */
function again() {
  setActivePinia(createPinia())
  return useColumnWidths()
}

describe('widths of columns', () => {
  it('are shared by tables of the same columns, and kept for the next start', async () => {
    const widths = useColumnWidths()
    expect(widths.of(['a', 'b'])).toEqual({})
    widths.set(['a', 'b'], 'a', 120.4)
    widths.set(['a', 'b'], 'b', 80)
    widths.set(['a', 'c'], 'a', 50)
    expect(widths.of(['a', 'b'])).toEqual({ a: 120, b: 80 })
    await nextTick()
    expect(again().of(['a', 'b'])).toEqual({ a: 120, b: 80 })
    expect(again().of(['a', 'c'])).toEqual({ a: 50 })
    expect(again().of(['b', 'a'])).toEqual({})
  })

  it('stay between a sign or two and a small window', () => {
    const widths = useColumnWidths()
    widths.set(['a', 'b'], 'a', -5)
    widths.set(['a', 'b'], 'b', 1e6)
    expect(widths.of(['a', 'b'])).toEqual({ a: LEAST_WIDTH, b: MOST_WIDTH })
  })

  it('are forgotten where the column is automatic again, and of all tables but the latest hundred', async () => {
    const widths = useColumnWidths()
    widths.set(['a', 'b'], 'a', 120)
    widths.set(['a', 'b'], 'a', null)
    await nextTick()
    expect(items.get('plateau.columns')).toBe('{}')
    for (let table = 0; table <= 100; table++) widths.set(['a', String(table)], 'a', 100)
    expect(widths.of(['a', '0'])).toEqual({})
    expect([widths.of(['a', '1']), widths.of(['a', '100'])]).toEqual([{ a: 100 }, { a: 100 }])
  })

  it.each([null, '', '{', '[]', '{"a b":{"a":1e9}}', '{"a b":3}'])('%s is none', (text) => {
    expect(parseColumnWidths(text)).toEqual({})
  })
})
