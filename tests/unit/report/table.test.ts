import { describe, expect, it } from 'vitest'
import { cellText, icCell } from '../../../src-main/report/cells.ts'
import { html } from '../../../src-main/report/html.ts'
import { type Column, parts, table } from '../../../src-main/report/table.ts'
import { exhibits } from './document.ts'

interface Row {
  readonly name: string
  readonly values: readonly number[]
}
const rows: Row[] = ['AdamW', 'SAM'].map((name, at) => ({
  name,
  values: Array.from({ length: 40 }, (_, layer) => layer + at / 10),
}))
const columns = (count: number): Column<Row>[] => [
  { head: 'Model', cell: ({ name }) => name, align: 'left' },
  ...Array.from({ length: count }, (_, at) => ({
    head: `L${at}`,
    cell: ({ values }: Row) => icCell(values[at]),
  })),
]
const printed = (body: ReturnType<typeof table>) =>
  exhibits(
    html`<figure>
      <figcaption><span></span></figcaption>
      ${body}
    </figure>`.markup,
  )[0].rows
const tablesOf = ({ markup }: ReturnType<typeof table>) => markup.match(/<table/g)!.length

describe('a table', () => {
  it('of up to twelve columns is one', () => {
    const body = table(columns(11), rows)
    expect(tablesOf(body)).toBe(1)
    expect(printed(body)).toHaveLength(1 + rows.length)
  })

  it.each([
    [12, [7, 7]],
    [21, [12, 11]],
    [22, [12, 12]],
    [23, [9, 9, 8]],
    [40, [11, 11, 11, 11]],
  ])('of %i columns beside the names is several of even width, names in each', (count, widths) => {
    const body = table(columns(count), rows)
    expect(tablesOf(body)).toBe(widths.length)
    const pieces = printed(body)
    expect(pieces.map((row) => row.length)).toEqual(widths.flatMap((width) => [width, width, width]))
    const heads = pieces.filter(([first]) => first === 'Model')
    expect(heads.flatMap((row) => row.slice(1))).toEqual(
      columns(count)
        .slice(1)
        .map(({ head }) => head),
    )
    const sam = pieces.filter(([first]) => first === 'SAM')
    expect(sam.flatMap((row) => row.slice(1))).toEqual(
      rows[1].values.slice(0, count).map((value) => icCell(value).text),
    )
  })

  it('is whole for a spreadsheet, also as a part of an exhibit', () => {
    const { tables } = parts([['RankIC', table(columns(21), rows, 'dense')]], false)
    expect(tables.map(({ title, columns: heads }) => [title, heads.length])).toEqual([['RankIC', 22]])
    expect(
      tables[0].rows.map((row) => row.map(cellText)).map(([name, ...values]) => [name, values.length]),
    ).toEqual([
      ['AdamW', 21],
      ['SAM', 21],
    ])
  })
})
