import { crc32, deflateSync, inflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { palettePng } from '../../../scripts/screens/palettePng.ts'
import { createRandom } from '../../../src-shared/random.ts'

const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10])
type Colour = readonly [red: number, green: number, blue: number]

function chunk(type: string, body: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), body])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(body.length)
  sum.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, sum])
}

interface Written {
  readonly opaque?: boolean
  readonly depth?: number
  readonly interlace?: number
}

/** A PNG whose rows take the five filters in turn; its bytes come in chunks of at most `part`. */
function written(rows: readonly (readonly Colour[])[], how: Written = {}, part = 1e6): Buffer {
  const { opaque = true, depth = 8, interlace = 0 } = how
  const size = opaque ? 3 : 4
  const plain = rows.map((row) => row.flatMap((colour) => (opaque ? [...colour] : [...colour, 255])))
  const filtered = plain.map((row, y) => {
    const filter = y % 5
    const at = (line: readonly number[] | undefined, x: number) => (x < 0 ? 0 : (line?.[x] ?? 0))
    const bytes = row.map((byte, x) => {
      const [left, above] = [at(row, x - size), at(plain[y - 1], x)]
      return (
        byte -
        [0, left, above, Math.floor((left + above) / 2), paeth(left, above, at(plain[y - 1], x - size))][
          filter
        ]
      )
    })
    return Buffer.from([filter, ...bytes])
  })
  const header = Buffer.alloc(13)
  header.writeUInt32BE(rows[0].length, 0)
  header.writeUInt32BE(rows.length, 4)
  header.set([depth, opaque ? 2 : 6, 0, 0, interlace], 8)
  const data = deflateSync(Buffer.concat(filtered))
  const parts = Array.from({ length: Math.ceil(data.length / part) }, (_, at) =>
    chunk('IDAT', data.subarray(at * part, (at + 1) * part)),
  )
  return Buffer.concat([SIGNATURE, chunk('IHDR', header), ...parts, chunk('IEND', Buffer.alloc(0))])
}

/** Of the three, that nearest to left + above − corner; of equals the first. */
function paeth(left: number, above: number, corner: number): number {
  const off = (value: number) => Math.abs(left + above - corner - value)
  return [left, above, corner].reduce((best, value) => (off(value) < off(best) ? value : best))
}

/** The palette and the pixels of what was made; every chunk has its sum. */
function read(png: Buffer): { palette: Colour[]; rows: Colour[][] } {
  expect(png.subarray(0, 8)).toEqual(SIGNATURE)
  const bodies = new Map<string, Buffer>()
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at)
    const named = png.subarray(at + 4, at + 8 + length)
    expect(png.readUInt32BE(at + 8 + length)).toBe(crc32(named))
    bodies.set(named.toString('latin1', 0, 4), named.subarray(4))
    at += 12 + length
  }
  expect([...bodies.keys()]).toEqual(['IHDR', 'PLTE', 'IDAT', 'IEND'])
  const [header, colours] = [bodies.get('IHDR')!, bodies.get('PLTE')!]
  expect([...header.subarray(8)]).toEqual([8, 3, 0, 0, 0])
  const palette = Array.from({ length: colours.length / 3 }, (_, at): Colour => {
    const [red, green, blue] = colours.subarray(at * 3)
    return [red, green, blue]
  })
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)]
  const places = inflateSync(bodies.get('IDAT')!)
  expect(places).toHaveLength(height * (width + 1))
  const rows = Array.from({ length: height }, (_, y) => {
    const [filter, ...row] = places.subarray(y * (width + 1), (y + 1) * (width + 1))
    expect(filter).toBe(0)
    return row.map((place) => palette[place])
  })
  return { palette, rows }
}

const random = createRandom(7)
const anyColour = (): Colour => {
  const value = random.below(2 ** 24)
  return [value >> 16, (value >> 8) & 255, value & 255]
}
const distance = (one: Colour, other: Colour) =>
  one.reduce((sum, channel, at) => sum + (channel - other[at]) ** 2, 0)

describe('palettePng', () => {
  const few = Array.from({ length: 200 }, anyColour)
  const picture = Array.from({ length: 15 }, () =>
    Array.from({ length: 23 }, () => few[random.below(few.length)]),
  )

  it.each([
    ['three channels', {}, 1e6],
    ['four channels', { opaque: false }, 1e6],
    ['data in many chunks', {}, 100],
  ])('keeps every pixel of a picture of few colours: %s', (_, how, part) => {
    const { palette, rows } = read(palettePng(written(picture, how, part)))
    expect(rows).toEqual(picture)
    expect(palette).toHaveLength(new Set(picture.flat()).size)
  })

  it('keeps the commonest colours of many, and gives the others the nearest one that is kept', () => {
    const common = Array.from({ length: 64 }, anyColour)
    // Each of the common ones as often as its row is long, every other colour once.
    const many = Array.from({ length: 100 }, (_, y) =>
      Array.from({ length: 40 }, (): Colour => (y < 64 ? common[y] : anyColour())),
    )
    const { palette, rows } = read(palettePng(written(many)))
    expect(palette).toHaveLength(256)
    expect(rows.slice(0, 64)).toEqual(many.slice(0, 64))
    for (const [y, row] of many.entries())
      for (const [x, colour] of row.entries()) {
        const least = Math.min(...palette.map((kept) => distance(kept, colour)))
        expect(distance(rows[y][x], colour)).toBe(least)
      }
  })

  it('refuses what no window gives: other depths, other channels, interlaced rows', () => {
    for (const how of [{ depth: 16 }, { interlace: 1 }])
      expect(() => palettePng(written(picture, how))).toThrow('8 bits a channel without interlace')
    expect(() => palettePng(palettePng(written(picture)))).toThrow('8 bits a channel')
  })
})
