/** Leaves room for the folder where a path may have 260 characters. */
const MAX_LENGTH = 120
/** Devices on Windows, whatever their ending. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)$/i

/** The suggestion as a plain file name on every system, with that ending. */
export function fileName(suggested: string, extension: string): string {
  const ending = `.${extension}`
  const own = suggested.toLowerCase().endsWith(ending) ? suggested.slice(0, -ending.length) : suggested
  const name = own
    .replace(/[\\/:*?"<>|\0-\x1f]/g, '_')
    .slice(0, MAX_LENGTH)
    .replace(/^[. ]+|[. ]+$/g, '')
  return (name === '' || RESERVED.test(name) ? 'plateau' : name) + ending
}
