import type { Html } from './html.ts'
import { html } from './html.ts'

/** One column of a table of `Row`s: its heading, what a cell shows, and whether it is text (left) or a number (right). */
export interface Column<Row> {
  readonly head: string
  readonly cell: (row: Row) => string
  readonly align?: 'left' | 'right'
}

/** A ruled table; the head repeats on every page the table reaches. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): Html {
  const side = ({ align }: Column<Row>) => align ?? 'right'
  return html`<table>
    <thead>
      <tr>
        ${columns.map((column) => html`<th class="${side(column)}" scope="col">${column.head}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (row) =>
          html`<tr>
            ${columns.map((column) => html`<td class="${side(column)}">${column.cell(row)}</td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`
}

/** Terms and what they are, two columns. */
export function definitions(pairs: readonly (readonly [string, string])[]): Html {
  return html`<dl class="definitions">
    ${pairs.map(
      ([term, description]) =>
        html`<div>
          <dt>${term}</dt>
          <dd>${description}</dd>
        </div>`,
    )}
  </dl>`
}
