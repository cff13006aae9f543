import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { answerOf, errorOf, plateau } from './plateau.ts'

const folder = mkdtempSync(join(tmpdir(), 'plateau-cli-store-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('plateau backup, remove, restore and data --doctor', () => {
  it('take a store through a loss and back', { timeout: 60_000 }, async () => {
    const store = join(folder, 'store.sqlite')
    const copy = join(folder, 'copy.sqlite')
    const bars = join(folder, 'bars.csv')
    writeFileSync(
      bars,
      'date,symbol,open,high,low,close,volume,suspended\n20200102,A,1,1,1,1,1,0\n20200103,A,1,1,1,1,0,0\n20200103,B,1,1,1,1,1,0\n',
    )
    const at = ['--store', store, '--json']
    const run = async <T>(...args: string[]): Promise<T> => {
      const ended = await plateau([...args, ...at])
      expect(ended.code).toBe(0)
      return answerOf<T>(ended)
    }
    const barCount = async (): Promise<number> => (await run<{ bars: number }>('data')).bars

    await run('import', bars)
    expect(await run('backup', copy)).toMatchObject({ store, file: copy })
    expect(await run('data', '--doctor')).toEqual({
      findings: [{ code: 'zero_volume', count: 1, examples: [{ subject: 'A', date: 20200103, values: {} }] }],
    })
    expect(await run('remove', '--symbols', 'A', '--dry-run')).toMatchObject({ bars: 2, dryRun: true })
    expect(await barCount()).toBe(3)
    expect(await run('remove', '--symbols', 'A', '--to', '2020-01-02')).toMatchObject({
      bars: 1,
      dryRun: false,
    })
    expect(await barCount()).toBe(2)
    expect((await run<{ kept: string }>('restore', copy)).kept).toContain('store.sqlite.replaced-')
    expect(await barCount()).toBe(3)

    for (const [args, code] of [
      [['remove'], 'usage'],
      [['remove', '--from', 'x'], 'usage'],
      [['remove', '--symbols', 'X'], 'not_found'],
      [['restore', bars], 'store_not_plateau'],
      [['backup', store], 'usage'],
    ] as const) {
      const ended = await plateau([...args, ...at])
      expect(ended.code).toBe(2)
      expect(errorOf(ended)).toMatchObject({ code })
    }
    expect(await barCount()).toBe(3)
  })
})
