import type { ExportCell } from '../../src-shared/domain/exportTable.ts'
import { cellOf, type Column } from './table.ts'

/** By which column the rows stand, and which way. */
export interface TableOrder {
  readonly key: string
  readonly direction: 'ascending' | 'descending'
}

/** After another press on that column's head: ascending, descending, then as the rows came. */
export function nextOrder(order: TableOrder | null, key: string): TableOrder | null {
  if (order?.key !== key) return { key, direction: 'ascending' }
  return order.direction === 'ascending' ? { key, direction: 'descending' } : null
}

/** Rows in that order, equal ones as they came, missing values last either way. Text goes by the locale's alphabet. */
export function sortedRows<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  order: TableOrder | null,
  locale: string,
): readonly Row[] {
  const column = columns.find(({ key }) => key === order?.key)
  if (order === null || column === undefined) return rows
  const { compare } = new Intl.Collator(locale, { numeric: true })
  const sign = order.direction === 'ascending' ? 1 : -1
  const before = (a: ExportCell, b: ExportCell): number => {
    if (a === null || b === null) return Number(a === null) - Number(b === null)
    return sign * (typeof a === 'number' && typeof b === 'number' ? a - b : compare(String(a), String(b)))
  }
  return rows
    .map((row) => ({ row, cell: cellOf(column, row) }))
    .sort((a, b) => before(a.cell, b.cell))
    .map(({ row }) => row)
}
