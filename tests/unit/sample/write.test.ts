import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import studyFile from '../../../resources/sample/study.json' with { type: 'json' }
import { generate } from '../../../src-main/sample/generate.ts'
import { type Recipe, shippedRecipe } from '../../../src-main/sample/recipe.ts'
import { writeSample } from '../../../src-main/sample/write.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { formatDate } from '../../../src-shared/domain/date.ts'
import { canMount, smallDisk } from '../../fixtures/smallDisk.ts'

const folder = mkdtempSync(join(tmpdir(), 'plateau-sample-'))
afterAll(() => rmSync(folder, { recursive: true }))

const shipped = shippedRecipe()
/** A market of 30 stocks and one index of 10 over 16 months. */
const small: Recipe = {
  ...shipped,
  calendar: { ...shipped.calendar, last: 20160429 },
  boards: [{ firstCode: 609001, exchange: 'SH', stocks: 30, newShare: 0.1, newFrom: 20150105 }],
  events: { ...shipped.events, stStocks: 2, missingAmountShare: 0.05, suspensionsPerDay: 0.01 },
  indices: [{ symbol: 'SYN10.IDX', name: '合成10指数', members: 10, buffer: 0.1, base: 1000 }],
}

const rowsOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','))

describe('writeSample', () => {
  it('writes bars that read back as they were simulated', async () => {
    const target = join(folder, 'a', 'sample')
    const written = await writeSample(target, small)
    expect(readdirSync(target).toSorted()).toEqual([...written.files].toSorted())

    const { panel } = generate(small)
    const [header, ...rows] = rowsOf(gunzipSync(readFileSync(join(target, 'bars.csv.gz'))).toString('utf8'))
    expect(header.join()).toBe(
      'date,symbol,open,high,low,close,preclose,volume,amount,adj_factor,float_cap,suspended,is_st',
    )
    expect(rows.length).toBe(written.bars)
    const day = new Map(Array.from(panel.dates, (date, t) => [formatDate(date), t]))
    let missing = 0
    for (const [date, symbol, ...fields] of rows) {
      const at = (day.get(date) ?? NaN) * panel.symbols.length + panel.symbols.indexOf(symbol)
      const matrices = [
        panel.open,
        panel.high,
        panel.low,
        panel.close,
        panel.preclose,
        panel.volume,
        panel.amount,
      ]
      const numbers = fields.map((field) => (field === '' ? NaN : Number(field)))
      expect(numbers).toEqual([
        ...[...matrices, panel.factor, panel.floatCap].map((matrix) => matrix[at]),
        1 - panel.traded[at],
        panel.st[at],
      ])
      if (fields[6] === '') missing++
    }
    expect(missing).toBeGreaterThan(0)
  })

  it('writes the side files an import needs, the study and the mark of synthetic data', async () => {
    const target = join(folder, 'b')
    await writeSample(target, small)
    const table = (name: string) => rowsOf(readFileSync(join(target, name), 'utf8'))
    expect(table('instruments.csv')[0]).toEqual(['symbol', 'name', 'list_date'])
    expect(table('instruments.csv').length).toBe(31)
    expect(table('calendar.csv').slice(0, 2)).toEqual([['date'], ['2015-01-05']])
    expect(table('membership.csv')[0]).toEqual(['index', 'symbol', 'in_date', 'out_date'])
    expect(table('industry.csv')[0]).toEqual(['symbol', 'industry', 'as_of'])
    expect(table('indices.csv')[0]).toEqual([
      'date',
      'symbol',
      'name',
      'open',
      'high',
      'low',
      'close',
      'volume',
      'total_return',
    ])
    const [header, ...weights] = table('index_weights.csv')
    expect(header).toEqual(['index', 'date', 'symbol', 'weight'])
    const sums = new Map<string, number>()
    for (const [, date, , weight] of weights) sums.set(date, (sums.get(date) ?? 0) + Number(weight))
    expect(sums.size).toBe(16)
    for (const sum of sums.values()) expect(sum).toBeCloseTo(1, 12)

    expect(JSON.parse(readFileSync(join(target, 'study.json'), 'utf8'))).toEqual(studyFile)
    expect(JSON.parse(readFileSync(join(target, 'manifest.json'), 'utf8'))).toEqual({
      format: 'plateau-sample-1',
      synthetic: true,
      name: small.name,
      seed: small.seed,
    })
  })

  it('writes the same bytes again', async () => {
    const target = join(folder, 'c')
    const hashes = (names: readonly string[]) =>
      names.map((name) =>
        createHash('sha256')
          .update(readFileSync(join(target, name)))
          .digest('hex'),
      )
    const { files } = await writeSample(target, small)
    const first = hashes(files)
    await writeSample(target, small)
    expect(hashes(files)).toEqual(first)
  })

  it('says so when the folder cannot be made', async () => {
    const file = join(folder, 'file')
    writeFileSync(file, '')
    const attempt = writeSample(join(file, 'sample'), small)
    await expect(attempt).rejects.toBeInstanceOf(PlateauError)
    await expect(attempt).rejects.toMatchObject({ code: 'usage', place: { file: join(file, 'sample') } })
  })

  it('leaves the files that were there, and nothing else, when it is stopped', async () => {
    const target = join(folder, 'd')
    await writeSample(target, small)
    const before = readFileSync(join(target, 'bars.csv.gz'))
    const stop = new AbortController()
    const larger = { ...small, boards: small.boards.map((board) => ({ ...board, stocks: 200 })) }
    const attempt = writeSample(target, larger, stop.signal)
    setImmediate(() => stop.abort(new PlateauError('interrupted', 'stopped')))
    await expect(attempt).rejects.toMatchObject({ code: 'interrupted' })
    expect(readFileSync(join(target, 'bars.csv.gz')).equals(before)).toBe(true)
    expect(readdirSync(target).filter((name) => name.startsWith('.'))).toEqual([])
  })

  describe.skipIf(!canMount)('on a disk of its own (needs root: mounts a tmpfs)', () => {
    it('leaves nothing on a full disk', async () => {
      const disk = smallDisk(131_072)
      try {
        const target = join(disk.folder, 'sample')
        await expect(writeSample(target, small)).rejects.toMatchObject({
          code: 'disk_full',
          place: { file: target },
          remedy: expect.any(String),
        })
        expect(readdirSync(target)).toEqual([])
      } finally {
        disk.remove()
      }
    })

    it('says that a disk is read-only', async () => {
      const disk = smallDisk(131_072)
      try {
        disk.makeReadOnly()
        await expect(writeSample(join(disk.folder, 'a', 'b'), small)).rejects.toMatchObject({
          code: 'disk_readonly',
        })
      } finally {
        disk.remove()
      }
    })
  })
})
