import fs from 'node:fs'
import path from 'node:path'
import { z } from 'zod'

const remembered = z.object({
  /** Where the window was, in DIP of the desktop, and whether it filled its display. */
  window: z
    .object({
      x: z.int(),
      y: z.int(),
      width: z.int().positive(),
      height: z.int().positive(),
      maximised: z.boolean(),
    })
    .nullable()
    .catch(null),
  /** Path of the store that was open last. */
  store: z.string().nullable().catch(null),
  /** Folder for projects that the user chose; null: the app's own. */
  dataFolder: z.string().nullable().catch(null),
  /** The server that the app was connected to last; its token encrypted by the system, null where it is not kept. */
  server: z.object({ address: z.string(), token: z.string().nullable() }).nullable().catch(null),
})
export type Remembered = z.infer<typeof remembered>

/** What the shell keeps from one start to the next, in one small file. */
export interface Memory {
  readonly value: Remembered
  /** What cannot be written is only lost to the next start: it goes to standard error. */
  keep(change: Partial<Remembered>): void
}

/** What of `text` can be read; the rest has its default. */
export function parseRemembered(text: string): Remembered {
  try {
    return remembered.parse(JSON.parse(text))
  } catch {
    return remembered.parse({})
  }
}

export function openMemory(file: string): Memory {
  const text = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '{}'
  let value = parseRemembered(text)
  return {
    get value() {
      return value
    },
    keep(change) {
      const next = { ...value, ...change }
      if (JSON.stringify(next) === JSON.stringify(value)) return
      value = next
      try {
        // At once: the app may be closing. Beside it first: half a file would be none.
        fs.mkdirSync(path.dirname(file), { recursive: true })
        fs.writeFileSync(`${file}.tmp`, JSON.stringify(next))
        fs.renameSync(`${file}.tmp`, file)
      } catch (error) {
        console.error(`${file} was not written: ${String(error)}`)
      }
    },
  }
}
