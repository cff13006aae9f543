import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { eachWorkspace, refusal } from './workspace.ts'

const workspace = eachWorkspace()

describe('a folder', () => {
  it('with a link to nothing is refused by the name of the link', async () => {
    const { folder, write, import: run } = workspace()
    write('a/ok.csv', 'symbol,date,open,high,low,close,volume\nA,20200102,1,1,1,1,1\n')
    symlinkSync(join(folder, 'nowhere.csv'), join(folder, 'a/bad.csv'))
    const error = await refusal(() => run())
    expect([error.code, error.place]).toEqual(['file_not_found', { file: join(folder, 'a/bad.csv') }])
  })
})
