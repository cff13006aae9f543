/** One column of a DataTable. Text is already formatted; numbers stand on the right. */
export interface Column<Row> {
  readonly key: string
  readonly title: string
  readonly text: (row: Row) => string
  /** Definition of the column's quantity, shown on hover. */
  readonly hint?: string
  /** Definition of the row's quantity, shown on hover of this cell. */
  readonly rowHint?: (row: Row) => string
  readonly align?: 'left' | 'right'
  /** Long text breaks into lines instead of widening the table. */
  readonly wrap?: boolean
  readonly tone?: (row: Row) => 'up' | 'down' | 'flat'
}
