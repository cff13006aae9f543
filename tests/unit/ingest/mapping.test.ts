import { describe, expect, it } from 'vitest'
import { eachWorkspace, refusal } from './workspace.ts'

const workspace = eachWorkspace()
const CALENDAR = '"table":"calendar","columns":{"date":"d"}'
const EXTRA = '"table":"extraFactors","columns":{"date":"d","symbol":"s"}'

describe('a mapping file', () => {
  it.each([
    ['a comma too many on its third line', '{\n"table": "bars",\n}', 3],
    ['an end too early', '{\n"table":\n', 2],
  ])('that is no JSON for %s says where', async (_, text, row) => {
    const { write, import: run } = workspace()
    const mapping = write('../map.json', text)
    const error = await refusal(() => run(undefined, { mapping }))
    expect([error.code, error.place]).toEqual(['mapping_invalid', { file: mapping, row }])
  })

  it.each([
    ['factors of a table that keeps none', `{${CALENDAR},"extra":{"pe":"pe"}}`, 'extra'],
    ['no factors of the table for them', `{${EXTRA}}`, 'extra'],
    ['two stars', `{${CALENDAR},"subject":"x_*_*_y"}`, 'subject'],
  ])('that has %s is refused', async (_, text, field) => {
    const { write, import: run } = workspace()
    const mapping = write('../map.json', text)
    const error = await refusal(() => run(undefined, { mapping }))
    expect([error.code, error.place]).toEqual(['mapping_invalid', { file: mapping, field }])
  })

  it('keeps the factors it names', async () => {
    const { store, write, import: run } = workspace()
    write('x.csv', 's,d,a,b\nA,20200102,1,2\n')
    const mapping = write('../map.json', `{${EXTRA},"extra":{"beta":"b"}}`)
    const { files } = await run(undefined, { mapping })
    expect(store.all('SELECT name FROM extra_factor')).toEqual([{ name: 'beta' }])
    expect(files[0].evidence).toContainEqual({ code: 'columns_not_read', values: { columns: 'a' } })
  })
})
