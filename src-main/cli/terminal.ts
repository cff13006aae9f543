import { exitCode, PlateauError } from '../../src-shared/errors.ts'
import { write } from './streams.ts'

/** Where a command writes: with `--json` one object on standard output, everything else on standard error. */
export interface Terminal {
  readonly json: boolean
  /** A line of progress or advice, standard error. */
  note(line: string): void
  /** The command's answer: the object with `--json`, the lines without. */
  answer(value: unknown, lines: readonly string[]): void
}

export function createTerminal(json: boolean): Terminal {
  return {
    json,
    note: (line) => write(process.stderr, printable(line)),
    answer: (value, lines) =>
      write(process.stdout, json ? JSON.stringify(value) : printable(lines.join('\n'))),
  }
}

/** Print an error where the command's caller looks for it; returns the exit code. */
export function printError(error: unknown, json: boolean): number {
  const known = PlateauError.from(error)
  if (json) write(process.stdout, JSON.stringify({ error: known.toData() }))
  write(process.stderr, `plateau: ${printable(known.describe())}`)
  if (known.code === 'internal' && error instanceof Error) write(process.stderr, `${error.stack}`)
  return exitCode(known)
}

/** Text of files and their names, with the control characters that a terminal would act on written out. */
function printable(text: string): string {
  return text.replace(/[\0-\x08\x0b-\x1f\x7f-\x9f]/g, (control) => {
    return `\\x${control.charCodeAt(0).toString(16).padStart(2, '0')}`
  })
}

/** Rows as columns padded to equal width; numbers are formatted by the caller. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, column) =>
    Math.max(...[title, ...rows.map((row) => row[column])].map(displayWidth)),
  )
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell + ' '.repeat(widths[column] - displayWidth(cell)))
      .join('  ')
      .trimEnd()
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)]
}

/** Terminal cells of a text: CJK characters take two. */
function displayWidth(text: string): number {
  let width = 0
  for (const character of text) width += /[\u2E80-\u9FFF\uF900-\uFAFF\uFF00-\uFF60]/.test(character) ? 2 : 1
  return width
}
