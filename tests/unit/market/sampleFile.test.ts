import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { readSamples, writeSamples } from '../../../src-main/market/sampleFile.ts'
import type { Sample } from '../../../src-main/market/samples.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { createRandom } from '../../../src-shared/random.ts'
import { canMount, smallDisk } from '../../fixtures/smallDisk.ts'

const folder = mkdtempSync(join(tmpdir(), 'plateau-samples-'))
afterAll(() => rmSync(folder, { recursive: true }))
const path = join(folder, 'window-0-daily.samples')

function samples(sizes: readonly number[], steps: number, features: number, labelled = true): Sample[] {
  const random = createRandom(7)
  return sizes.map((stocks, k) => ({
    date: 20200101 + k,
    stocks: Int32Array.from({ length: stocks }, (_, s) => 3 * s),
    crossSection: {
      stocks,
      steps,
      features,
      inputs: Float32Array.from({ length: stocks * steps * features }, () => random.normal()),
      labels: labelled ? Float64Array.from({ length: stocks }, () => random.normal()) : null,
    },
  }))
}

describe('sample file', () => {
  it('gives back what was written, for any sizes', () => {
    const shape = fc.integer({ min: 1, max: 5 })
    fc.assert(
      fc.property(
        fc.array(fc.nat(9), { maxLength: 6 }),
        shape,
        shape,
        fc.boolean(),
        (sizes, steps, features, labelled) => {
          const written = samples(sizes, steps, features, labelled)
          writeSamples(path, written)
          expect(readSamples(path)).toEqual(written)
        },
      ),
      { numRuns: 50 },
    )
    expect(readdirSync(folder)).toEqual(['window-0-daily.samples'])
  })

  it('reads views of one buffer', () => {
    writeSamples(path, samples([4, 5], 3, 6))
    const buffers = new Set(readSamples(path).flatMap((s) => [s.stocks.buffer, s.crossSection.inputs.buffer]))
    expect(buffers.size).toBe(1)
  })

  it.each([
    ['file_not_found', join(folder, 'none.samples')],
    ['file_unreadable', folder],
  ])('that cannot be had is %s with its path', (code, file) => {
    let error: unknown = null
    try {
      readSamples(file)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(PlateauError)
    expect(error).toMatchObject({ code, place: { file }, remedy: expect.stringContaining('rebuilt') })
  })

  it('leaves the old file and no temporary one when the samples fail half-way', () => {
    const before = samples([4], 2, 6)
    writeSamples(path, before)
    const failing = function* (): Generator<Sample> {
      yield* samples([3], 2, 6)
      throw new Error('store closed')
    }
    expect(() => writeSamples(path, failing())).toThrow('store closed')
    expect(readSamples(path)).toEqual(before)
    expect(readdirSync(folder)).toEqual(['window-0-daily.samples'])
  })

  it.skipIf(!canMount)(
    'names the file and where it belongs on a full disk (needs root: mounts a tmpfs)',
    () => {
      const disk = smallDisk(65_536)
      try {
        const file = join(disk.folder, 'x.samples')
        const write = () => writeSamples(file, samples([500, 500], 10, 6))
        expect(write).toThrow(PlateauError)
        try {
          write()
        } catch (error) {
          expect((error as PlateauError).toData()).toMatchObject({
            code: 'disk_full',
            place: { file },
            remedy: expect.stringContaining('the store or TMPDIR'),
          })
        }
        expect(readdirSync(disk.folder)).toEqual([])
      } finally {
        disk.remove()
      }
    },
  )

  it('refuses samples of two shapes', () => {
    const mixed = [...samples([3], 2, 6), ...samples([3], 2, 6, false)]
    expect(() => writeSamples(path, mixed)).toThrow('one shape')
  })

  it('refuses any truncation and any flipped byte', () => {
    writeSamples(path, samples([3, 2], 2, 6))
    const good = readFileSync(path)
    const damaged = join(folder, 'damaged')
    const refuse = (bytes: Buffer, what: string) => {
      writeFileSync(damaged, bytes)
      try {
        readSamples(damaged)
      } catch (error) {
        expect(error, what).toBeInstanceOf(PlateauError)
        expect((error as PlateauError).code, what).toBe('file_corrupt')
        return
      }
      throw new Error(`accepted: ${what}`)
    }
    for (let length = 0; length < good.length; length++) refuse(good.subarray(0, length), `${length} bytes`)
    for (let at = 0; at < good.length; at++) {
      const flipped = Buffer.from(good)
      flipped[at] ^= 1
      refuse(flipped, `byte ${at}`)
    }
    rmSync(damaged)
  })
})
