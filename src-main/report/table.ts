import { type Cell, cellText, type TableContent } from './cells.ts'
import type { Html } from './html.ts'
import { html } from './html.ts'

/** One column of a table of `Row`s: its heading, what a cell shows, and whether it is text (left) or a number (right). */
export interface Column<Row> {
  readonly head: string
  readonly cell: (row: Row) => Cell
  /** What a spreadsheet has in its place where the cell holds several quantities. */
  readonly parts?: readonly Pick<Column<Row>, 'head' | 'cell'>[]
  readonly align?: 'left' | 'right'
  /** Width relative to the other columns, 1 unless said. */
  readonly width?: number
}

type Spacing = 'normal' | 'dense'

/** What the width of the page has room for. */
const MOST_COLUMNS = 12

/**
 * A ruled table; the head repeats on every page the table reaches. `dense`: for some thirty rows that are to leave room beside them.
 * One that is too wide for the page is printed in pieces; a spreadsheet has it whole.
 */
export function table<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  spacing: Spacing = 'normal',
): Html {
  const held = columns.flatMap((column) => column.parts ?? [column])
  const content: TableContent = {
    title: null,
    columns: held.map(({ head }) => head),
    rows: rows.map((row) => held.map(({ cell }) => cell(row))),
  }
  const printed = pieces(columns).map((piece) => ruled(piece, rows, spacing))
  const { markup } =
    printed.length === 1
      ? printed[0]
      : html`<div class="parts">${printed.map((piece) => html`<div>${piece}</div>`)}</div>`
  return { markup, tables: [content] }
}

/** Columns that fit beside each other; those of names, which come first, in every piece. */
function pieces<Row>(columns: readonly Column<Row>[]): (readonly Column<Row>[])[] {
  if (columns.length <= MOST_COLUMNS) return [columns]
  const first = columns.findIndex(({ align }) => align !== 'left')
  const [names, others] = [columns.slice(0, first), columns.slice(first)]
  const count = Math.ceil(others.length / (MOST_COLUMNS - names.length))
  const each = Math.ceil(others.length / count)
  return Array.from({ length: count }, (_, at) => [...names, ...others.slice(at * each, (at + 1) * each)])
}

function ruled<Row>(columns: readonly Column<Row>[], rows: readonly Row[], spacing: Spacing): Html {
  const side = ({ align }: Column<Row>) => align ?? 'right'
  const total = columns.reduce((sum, { width = 1 }) => sum + width, 0)
  const share = ({ width = 1 }: Column<Row>) => `${((100 * width) / total).toFixed(2)}%`
  return html`<table class="${spacing}">
    <colgroup>
      ${columns.map((column) => html`<col style="width: ${share(column)}" />`)}
    </colgroup>
    <thead>
      <tr>
        ${columns.map((column) => html`<th class="${side(column)}" scope="col">${column.head}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (row) =>
          html`<tr>
            ${columns.map((column) => html`<td class="${side(column)}">${cellText(column.cell(row))}</td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`
}

/** Several tables of one exhibit, each under its own name; two side by side where they are narrow enough. */
export function parts(tables: readonly (readonly [title: string, body: Html])[], sideBySide: boolean): Html {
  const { markup } = html`<div class="${sideBySide ? 'parts pair' : 'parts'}">
    ${tables.map(
      ([title, body]) =>
        html`<div>
          <p class="panel-title">${title}</p>
          ${body}
        </div>`,
    )}
  </div>`
  return {
    markup,
    tables: tables.flatMap(([title, body]) => body.tables.map((content) => ({ ...content, title }))),
  }
}

/** Terms and what they are, two columns. */
export function definitions(pairs: readonly (readonly [string, string | Html])[]): Html {
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
