import { z } from 'zod'
import { exportSheet, exportTable } from '../domain/exportTable.ts'
import { procedure } from './protocol.ts'

const MAX_PICTURE = 64_000_000
const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

/** What a window can have written to a file, by the file's ending. */
export const savedFile = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('csv'), table: exportTable }),
  z.object({ kind: z.literal('xlsx'), sheet: exportSheet }),
  z.object({
    kind: z.literal('png'),
    bytes: z
      .instanceof(Uint8Array)
      .refine(({ length }) => length <= MAX_PICTURE, { message: 'too large' })
      .refine((bytes) => PNG_SIGNATURE.every((byte, at) => bytes[at] === byte), { message: 'no PNG' }),
  }),
  z.object({
    kind: z.literal('svg'),
    // A picture is opened by a browser, which runs what is in it.
    text: z
      .string()
      .max(MAX_PICTURE)
      .startsWith('<svg')
      .refine((text) => !/<(script|foreignObject|iframe|a)\b/i.test(text), {
        message: 'more than a picture',
      }),
  }),
])
export type SavedFile = z.infer<typeof savedFile>

/** Made in the host, so that a large one does not hold up the windows. */
export const exportContract = {
  /** The bytes of an XLSX workbook of one sheet. */
  'exports.workbook': procedure(exportSheet, z.instanceof(Uint8Array)),
}

/** Answered by the shell: the file goes where its dialog says, never to a path from a window. */
export const saveContract = {
  /** Ask where to and write the file; null when the dialog was dismissed. */
  'shell.saveFile': procedure(
    z.object({ suggestedName: z.string().max(500), file: savedFile }),
    z.object({ path: z.string() }).nullable(),
  ),
  /** Put text on the clipboard, which a page may not do by itself: it has no permissions. */
  'shell.copyText': procedure(z.object({ text: z.string().max(50_000_000) }), z.object({})),
}
