import { type Refusal, RefusedRow, type Row, refusalOf } from '../row.ts'
import type { DaySet } from '../days.ts'
import { readRecords } from '../formats/index.ts'
import type { Layout } from '../layout.ts'
import type { OnRead, Source } from '../source.ts'
import { type BarBlock, BLOCK_ROWS, createBlockBuilder } from './block.ts'
import { createBarRules } from './rules.ts'
import type { SeenDays } from './seen.ts'

/** What reading one table of bars tells. */
export interface BarListener {
  onBlock(block: BarBlock): void
  onRefusal(refusal: Refusal): void
  readonly onRead: OnRead
}

/**
 * Read one table of bars; answers the rows in and how many of them were refused.
 *
 * Errors: those of readRecords and of the rules, with file and row; what `onRead` throws.
 */
export async function readBars(
  source: Source,
  layout: Layout,
  calendar: DaySet,
  seen: SeenDays,
  { onBlock, onRefusal, onRead }: BarListener,
): Promise<{ rowsIn: number; rowsRefused: number }> {
  const rules = createBarRules(layout, calendar, seen, source.path)
  const block = createBlockBuilder(layout.columns)
  const width = source.header.length
  let rowsIn = 0
  let rowsRefused = 0
  const take = (row: Row): void => {
    rowsIn++
    try {
      if (row.width !== width) throw new RefusedRow('wrong_field_count', '')
      block.add(rules.read(row))
      if (block.rows === BLOCK_ROWS) onBlock(block.take())
    } catch (error) {
      if (!(error instanceof RefusedRow)) throw error
      rowsRefused++
      onRefusal(refusalOf(row, error))
    }
  }
  await readRecords(source, layout, take, onRead)
  rules.finish()
  if (block.rows > 0) onBlock(block.take())
  return { rowsIn, rowsRefused }
}
