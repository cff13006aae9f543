import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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

describe('a damaged store on the command line', () => {
  it('names plateau restore, which puts its newest backup in its place', { timeout: 60_000 }, async () => {
    const store = join(folder, 'damaged.sqlite')
    const bars = join(folder, 'stocks.csv')
    const rows = Array.from({ length: 500 }, (_, at) => `20200102,S${at},1,1,1,1,1`)
    writeFileSync(bars, ['date,symbol,open,high,low,close,volume', ...rows].join('\n'))
    const at = ['--store', store, '--json']
    expect((await plateau(['import', bars, ...at])).code).toBe(0)
    const backup = answerOf<{ file: string }>(await plateau(['backup', ...at]))
    expect(readdirSync(`${store}.backups`).map((name) => join(`${store}.backups`, name))).toEqual([
      backup.file,
    ])

    const bytes = readFileSync(store)
    bytes.fill(0xff, bytes.length >> 1, (bytes.length >> 1) + 5_000)
    writeFileSync(store, bytes)
    const refused = errorOf(await plateau(['import', bars, ...at]))
    expect(refused).toMatchObject({ code: 'store_corrupt', place: { file: store } })
    expect(refused.remedy).toContain('plateau restore')

    const ended = await plateau(['restore', '--store', store])
    expect(ended.code).toBe(0)
    expect(ended.stdout).toContain(backup.file)
    const kept = readdirSync(folder).find((name) => name.startsWith('damaged.sqlite.corrupt-'))
    expect(ended.stdout).toContain(kept)
    expect(readFileSync(join(folder, kept!)).equals(bytes)).toBe(true)
    expect(answerOf<{ bars: number }>(await plateau(['data', ...at])).bars).toBe(500)

    rmSync(`${store}.backups`, { recursive: true })
    expect(errorOf(await plateau(['restore', ...at]))).toMatchObject({ code: 'file_not_found' })
  })
})
