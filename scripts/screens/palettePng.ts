import { crc32, deflateSync, inflateSync } from 'node:zlib'

/** Colours a palette holds. */
const MOST = 256
/** Of these the commonest, those of surfaces and lines, are kept as they are. */
const EXACT = 64
const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10])

/**
 * A screenshot, as PNG of 8 bits a channel, as a PNG of at most 256 colours: a third of the size. The commonest colours are kept,
 * the others, those of the edges of letters, take the nearest kept one. The format: PNG, third edition, W3C 2025.
 */
export function palettePng(png: Buffer): Buffer {
  const { width, height, colours } = decode(png)
  const counts = new Map<number, number>()
  for (const colour of colours) counts.set(colour, (counts.get(colour) ?? 0) + 1)
  const byCount = [...counts.keys()].sort((a, b) => counts.get(b)! - counts.get(a)!)
  const kept = spread(byCount)
  const place = new Map(byCount.map((colour) => [colour, nearest(kept, colour)]))

  const rows = Buffer.alloc(height * (width + 1))
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = place.get(colours[y * width + x]!)!
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  // Eight bits a pixel, of a palette.
  header.set([8, 3, 0, 0, 0], 8)
  const palette = Buffer.from(kept.flatMap(channels))
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', palette),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** The commonest, then by how common they are those that are not close to one that is kept; closer ones while there is room. */
function spread(byCount: readonly number[]): number[] {
  if (byCount.length <= MOST) return [...byCount]
  for (let apart = 12; ; apart--) {
    const kept = byCount.slice(0, EXACT)
    for (const colour of byCount.slice(EXACT)) {
      if (kept.length === MOST) break
      if (kept.every((other) => distance(colour, other) > apart ** 2)) kept.push(colour)
    }
    if (kept.length === MOST) return kept
  }
}

const channels = (colour: number): [number, number, number] => [
  (colour >> 16) & 255,
  (colour >> 8) & 255,
  colour & 255,
]

function distance(one: number, other: number): number {
  const [a, b] = [channels(one), channels(other)]
  return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2
}

function nearest(kept: readonly number[], colour: number): number {
  let best = 0
  for (let at = 1; at < kept.length; at++)
    if (distance(kept[at]!, colour) < distance(kept[best]!, colour)) best = at
  return best
}

/** Colours 0xRRGGBB by rows. Opacity is left out: a window has none. */
function decode(png: Buffer): { width: number; height: number; colours: Uint32Array } {
  const data: Buffer[] = []
  let [width, height, channelCount] = [0, 0, 0]
  for (let at = SIGNATURE.length; at < png.length;) {
    const length = png.readUInt32BE(at)
    const type = png.toString('latin1', at + 4, at + 8)
    const body = png.subarray(at + 8, at + 8 + length)
    if (type === 'IHDR') {
      ;[width, height] = [body.readUInt32BE(0), body.readUInt32BE(4)]
      channelCount = { 2: 3, 6: 4 }[body[9]!] ?? 0
      if (body[8] !== 8 || channelCount === 0 || body[12] !== 0)
        throw new Error('Not a PNG of 8 bits a channel without interlace.')
    } else if (type === 'IDAT') data.push(body)
    at += 12 + length
  }
  const raw = inflateSync(Buffer.concat(data))
  const stride = width * channelCount
  const colours = new Uint32Array(width * height)
  let before = Buffer.alloc(stride)
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)]!
    const row = raw.subarray(y * (stride + 1) + 1, (y + 1) * (stride + 1))
    for (let x = 0; x < stride; x++) {
      const left = x < channelCount ? 0 : row[x - channelCount]!
      const corner = x < channelCount ? 0 : before[x - channelCount]!
      row[x] = (row[x]! + predicted(filter, left, before[x]!, corner)) & 255
    }
    for (let x = 0; x < width; x++) {
      const [red, green, blue] = row.subarray(x * channelCount, x * channelCount + 3)
      colours[y * width + x] = (red! << 16) | (green! << 8) | blue!
    }
    before = row
  }
  return { width, height, colours }
}

/** What a filter expects of a byte from those before and above it (section 9.2). */
function predicted(filter: number, left: number, above: number, corner: number): number {
  if (filter === 0) return 0
  if (filter === 1) return left
  if (filter === 2) return above
  if (filter === 3) return (left + above) >> 1
  const estimate = left + above - corner
  const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - above), Math.abs(estimate - corner)]
  return a <= b && a <= c ? left : b <= c ? above : corner
}

function chunk(type: string, body: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), body])
  const ends = Buffer.alloc(8)
  ends.writeUInt32BE(body.length, 0)
  ends.writeUInt32BE(crc32(named), 4)
  return Buffer.concat([ends.subarray(0, 4), named, ends.subarray(4)])
}
