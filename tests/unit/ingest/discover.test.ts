import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { eachWorkspace, refusal } from './workspace.ts'

const workspace = eachWorkspace()

describe('a header', () => {
  it.each([
    ['no table has', 'a,b', 'file_not_recognised', {}],
    ['lacks a column of', 'symbol,date,open,high,low,close', 'column_missing', { field: 'volume' }],
    ['lacks the index of', 'symbol,in_date,out_date', 'column_missing', { field: 'index' }],
    [
      'has one name twice',
      'symbol,date,open,high,low,close,volume,open',
      'file_not_recognised',
      { field: 'open' },
    ],
    ['has two tables of', 'symbol,date,adj_factor,pe', 'file_not_recognised', { field: 'pe' }],
  ])('that %s is spoken of by its line', async (_, header, code, field) => {
    const { write, import: run } = workspace()
    const path = write('x.csv', `\n\n${header}\n${header.replace(/\w+/g, '1')}\n`)
    const error = await refusal(() => run())
    expect([error.code, error.place]).toEqual([code, { file: path, row: 3, ...field }])
  })

  it('that lacks a column of a mapping file is too', async () => {
    const { write, import: run } = workspace()
    const path = write('x.csv', '\nday\n20200102\n')
    const mapping = write('../map.json', '{"table":"calendar","columns":{"date":"Tag"}}')
    const error = await refusal(() => run(undefined, { mapping }))
    expect([error.code, error.place]).toEqual(['column_missing', { file: path, row: 2, field: 'Tag' }])
  })

  it('that lacks a column tells it to a Chinese window by the name that the window has for the field', async () => {
    const { write, import: run } = workspace()
    write('x.csv', 'symbol,date,open,high,low,close\n1,1,1,1,1,1\n')
    const error = await refusal(() => run())
    expect(error.message).toBe('No column for volume; the columns are symbol, date, open, high, low, close.')
    expect(error.inChinese).toEqual({
      message: '缺少“成交量”列；现有的列：symbol、date、open、high、low、close。',
      remedy: '请将该列命名为 volume 或 vol，或用映射指明。',
    })
  })
})

describe('a folder', () => {
  it('with a link to nothing is refused by the name of the link', async () => {
    const { folder, write, import: run } = workspace()
    write('a/ok.csv', 'symbol,date,open,high,low,close,volume\nA,20200102,1,1,1,1,1\n')
    symlinkSync(join(folder, 'nowhere.csv'), join(folder, 'a/bad.csv'))
    const error = await refusal(() => run())
    expect([error.code, error.place]).toEqual(['file_not_found', { file: join(folder, 'a/bad.csv') }])
  })
})
