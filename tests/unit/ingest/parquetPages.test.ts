import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { inspectFile, readRecords } from '../../../src-main/ingest/formats/index.ts'
import { CELLS_ALONE } from '../../../src-main/ingest/layout.ts'
import type { Source } from '../../../src-main/ingest/source.ts'
import { AUTOMATIC } from '../../../src-shared/domain/importing.ts'
import { eachWorkspace, refusal } from './workspace.ts'

const workspace = eachWorkspace()

const PARQUET = fileURLToPath(new URL('../../fixtures/parquet/', import.meta.url))
const ROWS = 20_000

/** The record that fixtures/parquet/make.py writes at `row`. */
function written(row: number): string[] {
  const two = (n: number): string => String(n).padStart(2, '0')
  return [
    `${Math.floor(row / 365) + 1990}-${two((row % 12) + 1)}-${two((row % 28) + 1)}`,
    '000001.SZ',
    row % 7 === 0 ? '' : String(row / 8),
    String(row),
  ]
}

async function inspected(path: string): Promise<Source> {
  for await (const found of inspectFile(path, { readingOf: () => AUTOMATIC, part: 'whole' }))
    if ('sample' in found) return found
  throw new Error('no table')
}

describe('a row group of many pages', () => {
  it.each(['v1', 'v2'])(
    '(%s) gives every record once, though no column breaks where another does',
    async (v) => {
      const source = await inspected(join(PARQUET, `pages_${v}.parquet`))
      expect(source.sample).toEqual(Array.from({ length: 200 }, (_, row) => written(row)))
      const differing: number[] = []
      let rows = 0
      let pauses = 0
      await readRecords(
        source,
        CELLS_ALONE,
        (row) => {
          if (row.line !== rows + 2 || row.cells().join() !== written(rows).join()) differing.push(rows)
          rows++
        },
        () => void pauses++,
      )
      expect({ rows, differing }).toEqual({ rows: ROWS, differing: [] })
      expect(pauses).toBeGreaterThan(2)
    },
  )

  it('is read page by page: the records before damaged bytes are visited', async () => {
    const { write } = workspace()
    const bytes = readFileSync(join(PARQUET, 'pages_v1.parquet'))
    const path = write('damaged.parquet', bytes)
    const source = await inspected(path)
    // The last pages of the last column end where the metadata begin.
    const metadataBytes = bytes.readUInt32LE(bytes.length - 8)
    write(
      'damaged.parquet',
      bytes.fill(0xff, bytes.length - 8 - metadataBytes - 2000, bytes.length - 8 - metadataBytes),
    )
    let rows = 0
    const error = await refusal(() =>
      readRecords(
        source,
        CELLS_ALONE,
        () => void rows++,
        () => {},
      ),
    )
    expect([error.code, error.place.file]).toEqual(['file_corrupt', path])
    expect(rows).toBeGreaterThan(ROWS / 2)
    expect(rows).toBeLessThan(ROWS)
  })

  it('whose values would fill memory is refused with the column, before they are decoded', async () => {
    const path = join(PARQUET, 'many.parquet')
    const error = await refusal(() => inspected(path))
    expect([error.code, error.place]).toEqual(['file_unreadable', { file: path, field: 'date' }])
    expect(error.message).toContain('256 MiB')
  })
})
