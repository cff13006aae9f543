import { parseArgs } from 'node:util'

/** What the app is started with. */
export type ShellArguments =
  | { readonly mode: 'window'; readonly store: string | null; readonly userData: string | null }
  | { readonly mode: 'print'; readonly html: string; readonly pdf: string }

/**
 * Read the arguments of the executable. Chromium's own switches stand among them, so what is not ours is ignored.
 * @param argv process.argv less the executable
 * @throws Error when only one of --print-html and --print-pdf is given
 */
export function parseShellArguments(argv: readonly string[]): ShellArguments {
  const { values } = parseArgs({
    args: [...argv],
    strict: false,
    allowPositionals: true,
    options: {
      store: { type: 'string' },
      'user-data': { type: 'string' },
      'print-html': { type: 'string' },
      'print-pdf': { type: 'string' },
    },
  })
  const text = (value: string | boolean | undefined): string | null =>
    typeof value === 'string' ? value : null
  const html = text(values['print-html'])
  const pdf = text(values['print-pdf'])
  if (html !== null && pdf !== null) return { mode: 'print', html, pdf }
  if (html !== null || pdf !== null) throw new Error('--print-html and --print-pdf belong together.')
  return { mode: 'window', store: text(values.store), userData: text(values['user-data']) }
}
