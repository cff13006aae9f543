import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PlateauError } from '../../../src-shared/errors.ts'
import { listQuarantine } from '../../../src-main/store/imports.ts'
import { listInstruments } from '../../../src-main/store/instruments.ts'
import { eachWorkspace } from './workspace.ts'

const workspace = eachWorkspace()

const good = fc
  .record({
    day: fc.integer({ min: 1, max: 28 }),
    code: fc.integer({ min: 1, max: 3999 }),
    price: fc.integer({ min: 100, max: 9999 }),
  })
  .map(({ day, code, price }) => {
    const p = (price / 100).toFixed(2)
    return `2020-01-${String(day).padStart(2, '0')},${String(code).padStart(6, '0')}.SZ,${p},${p},${p},${p},100`
  })

/** A good row with a piece cut out or replaced. */
const mutilated = fc
  .tuple(
    good,
    fc.nat({ max: 50 }),
    fc.nat({ max: 8 }),
    fc.constantFrom('', ',', '-', 'x', '0', '.', ',,', ' ', '999', '平'),
  )
  .map(([row, at, length, insert]) => row.slice(0, at) + insert + row.slice(at + length))

describe('rows in = rows stored + rows quarantined', () => {
  it('for any mutilated file, against the store itself', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(good, mutilated), { maxLength: 40 }), async (rows) => {
        const { store, write, import: run } = workspace()
        write('bars.csv', ['date,symbol,open,high,low,close,volume', ...rows].join('\n'))
        const { totals, reasons } = await run()
        const bars = store.get<{ n: number }>('SELECT count(*) AS n FROM bar')!.n
        const quarantined = listQuarantine(store, 1000)
        expect(totals.rowsIn).toBe(rows.filter((row) => row.trim() !== '').length)
        expect(totals).toMatchObject({
          rowsIn: bars + quarantined.length,
          rowsStored: bars,
          rowsQuarantined: quarantined.length,
        })
        expect(Object.values(reasons).reduce((sum, count) => sum + count, 0)).toBe(quarantined.length)
        // What was refused is the row itself, at its line.
        for (const { row, raw } of quarantined) expect(raw).toBe(rows[row - 2])
      }),
      { numRuns: 60 },
    )
  })

  it('or an error with its place and nothing stored, for any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.nat({ max: 200 }), async (noise, at) => {
        const { store, write, import: run } = workspace()
        const text = Buffer.from(
          `date,symbol,open,high,low,close,volume\n${'2020-01-02,A,1,1,1,1,1\n'.repeat(6)}`,
        )
        const path = write('bars.csv', Buffer.concat([text.subarray(0, at), noise, text.subarray(at)]))
        try {
          const { totals } = await run()
          expect(totals.rowsIn).toBe(totals.rowsStored + totals.rowsQuarantined)
        } catch (error) {
          expect(error).toBeInstanceOf(PlateauError)
          expect((error as PlateauError).code).not.toBe('internal')
          expect((error as PlateauError).place.file).toBe(path)
          expect(store.all('SELECT * FROM import_batch')).toEqual([])
        }
      }),
      { numRuns: 60 },
    )
  })

  it('and every code comes back with its leading zeros', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.stringMatching(/^0\d{0,7}$/), { minLength: 1, maxLength: 100 }),
        async (codes) => {
          const { store, write, import: run } = workspace()
          write(
            'bars.csv',
            ['date,symbol,open,high,low,close,volume', ...codes.map((c) => `20200102,${c},1,1,1,1,1`)].join(
              '\n',
            ),
          )
          await run()
          const stored = listInstruments(store).map((instrument) => instrument.symbol)
          expect(stored).toEqual(codes.map((code) => (code.length === 6 ? `${code}.SZ` : code)).sort())
        },
      ),
      { numRuns: 20 },
    )
  })
})
