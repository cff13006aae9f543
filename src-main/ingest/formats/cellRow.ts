import type { Field } from '../../../src-shared/domain/importTables.ts'
import type { Columns, RowShape } from '../layout.ts'
import { fieldText, Row } from '../row.ts'

/** A record whose cells are texts: with quotes, or of another format. */
export class CellRow extends Row {
  line = 0
  readonly #columns: Columns
  #cells: readonly string[] = []
  #raw: string | null = null

  constructor({ columns, dates }: RowShape) {
    super(dates)
    this.#columns = columns
  }

  /** Move to the next record; without `raw` its cells stand for it, joined by commas. */
  read(cells: readonly string[], line: number, raw: string | null = null): void {
    this.#cells = cells
    this.line = line
    this.#raw = raw
  }

  get width(): number {
    return this.#cells.length
  }

  text(field: Field): string | null {
    const column = this.#columns[field]
    if (column === undefined || column >= this.#cells.length) return null
    return fieldText(this.#cells[column], field)
  }

  cells(): readonly string[] {
    return this.#cells
  }

  raw(): string {
    return this.#raw ?? this.#cells.join(',')
  }
}
