import { type DateInt, parseDate } from '../../src-shared/domain/date.ts'
import { tableName } from './source.ts'
import { normaliseSymbol } from './symbols.ts'

const A_SHARE = /^\d{6}\.(SH|SZ|BJ)$/

/**
 * The stock and day of a quarantined row, read from its text: its first date and the first cell that is a symbol of the
 * store, or else the symbol that the file is named by. Null where either is not to be found.
 */
export function refusedDay(
  { file, text }: { readonly file: string; readonly text: string },
  isKnown: (symbol: string) => boolean,
): { readonly symbol: string; readonly date: DateInt } | null {
  const cells = text.split(/[,;\t|]/).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'))
  const date = cells.map(parseDate).find((found) => found !== null)
  if (date === undefined) return null
  const symbolOf = (cell: string): string | null => {
    const symbol = normaliseSymbol(cell, 'stock')
    return isKnown(symbol) ? symbol : null
  }
  const candidates = [...cells, tableName(file)].filter((cell) => cell !== '' && parseDate(cell) === null)
  // A volume of six digits reads as a code: cells that are written as symbols go first.
  const written = candidates.filter(
    (cell) => !/^\d+$/.test(cell) && A_SHARE.test(normaliseSymbol(cell, 'stock')),
  )
  for (const cell of [...written, ...candidates]) {
    const symbol = symbolOf(cell)
    if (symbol !== null) return { symbol, date }
  }
  return null
}
