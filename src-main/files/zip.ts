import { crc32 } from 'node:zlib'

/** A file of an archive, with `/` between folders in its name. */
export interface ZipFile {
  readonly name: string
  readonly bytes: Uint8Array
}

const LOCAL = 0x04034b50
const ENTRY = 0x02014b50
const END = 0x06054b50
/** Version that reads it, then: names are UTF-8, stored as it is, 1980-01-01. Equal files give equal archives. */
const FACTS = [20, 1 << 11, 0, 0, (1 << 5) | 1]

/**
 * A zip archive (APPNOTE.TXT 4.3) of files that deflating would not shorten, such as pictures.
 * @param files fewer than 65 536, together less than 4 GiB: more need ZIP64
 */
export function zipArchive(files: readonly ZipFile[]): Buffer {
  const parts: Uint8Array[] = []
  const directory: Uint8Array[] = []
  let offset = 0
  for (const { name, bytes } of files) {
    const nameBytes = Buffer.from(name)
    const facts = fields(
      [2, ...FACTS],
      [4, crc32(bytes), bytes.length, bytes.length],
      [2, nameBytes.length, 0],
    )
    const local = [fields([4, LOCAL]), facts, nameBytes, bytes]
    // Made by; then of the file: comment, disk, attributes twice, place.
    directory.push(fields([4, ENTRY], [2, FACTS[0]]), facts, fields([2, 0, 0, 0], [4, 0, offset]), nameBytes)
    parts.push(...local)
    offset += lengthOf(local)
  }
  const end = fields(
    [4, END],
    [2, 0, 0, files.length, files.length],
    [4, lengthOf(directory), offset],
    [2, 0],
  )
  return Buffer.concat([...parts, ...directory, end])
}

const lengthOf = (parts: readonly Uint8Array[]): number => parts.reduce((sum, { length }) => sum + length, 0)

/** Little-endian integers, group by group: the bytes of each, then their values. */
function fields(...groups: readonly (readonly [size: number, ...values: number[]])[]): Buffer {
  return Buffer.concat(
    groups.flatMap(([size, ...values]) =>
      values.map((value) => {
        const bytes = Buffer.alloc(size)
        bytes.writeUIntLE(value, 0, size)
        return bytes
      }),
    ),
  )
}
