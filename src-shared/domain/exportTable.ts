import { z } from 'zod'

/** A value of an exported table: a number in full precision, text, or null where there is none. */
export const exportCell = z.union([z.number(), z.string().max(32_767), z.null()])
export type ExportCell = z.infer<typeof exportCell>

const MAX_CELLS = 4_000_000

/** A table as it is exported: rows as wide as the header. */
export const exportTable = z
  .object({
    columns: z.array(z.string().max(500)).min(1).max(1_000),
    rows: z.array(z.array(exportCell)).max(1_000_000),
  })
  .refine(({ columns, rows }) => rows.every((row) => row.length === columns.length), {
    message: 'a row is not as wide as the header',
  })
  .refine(({ columns, rows }) => columns.length * rows.length <= MAX_CELLS, {
    message: `more than ${MAX_CELLS} cells`,
  })
export type ExportTable = z.infer<typeof exportTable>

/** What a spreadsheet needs beside the values: the look of the table on the screen. */
export const exportSheet = z.object({
  table: exportTable,
  /** The sheet's name; characters a spreadsheet refuses are replaced. */
  name: z.string().max(500),
  /** Number formats, one a cell; empty for a cell's own. */
  formats: z.array(z.array(z.string().regex(/^[#0,.%+\-;E]*$/))).max(1_000_000),
  /** Widths of the columns in digits. */
  widths: z.array(z.number().positive().max(255)),
  /** Stands under the table, and as a property of the file: what a reader has to know of all of it. */
  note: z.string().max(500).nullable(),
})
export type ExportSheet = z.infer<typeof exportSheet>
