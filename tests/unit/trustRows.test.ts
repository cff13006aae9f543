import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import rows from '../trustRows.json' with { type: 'json' }

const root = path.resolve(import.meta.dirname, '../..')
const text = (file: string): string => readFileSync(path.join(root, file), 'utf8')

describe('the table of trust', () => {
  it('has each row once, whole', () => {
    // Two rows that a merge has made one are lost to the parser: the later keys win.
    expect(text('tests/trustRows.json').match(/"row":/g)).toHaveLength(rows.length)
    expect(new Set(rows.map(({ row }) => row)).size).toBe(rows.length)
    for (const row of rows) expect(Object.keys(row)).toEqual(['row', 'claim', 'tests'])
  })

  it.each(rows)('"$row" is written by the tests it names', ({ row, tests }) => {
    expect(tests.length).toBeGreaterThan(0)
    // What every window counts is written by what all window tests share.
    const shared = text('tests/e2e/fixtures.ts')
    for (const file of tests) expect(text(file) + shared).toContain(`'${row}'`)
  })
})
