/** Leaves room for the folder where a path may have 260 characters. */
const MAX_LENGTH = 120
const BEGINNING = 70
/** Devices on Windows, whatever their ending. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)$/i

/** The suggestion as a plain file name on every system, with that ending. */
export function fileName(suggested: string, extension: string): string {
  const ending = `.${extension}`
  const own = suggested.toLowerCase().endsWith(ending) ? suggested.slice(0, -ending.length) : suggested
  const name = shortened(own.replace(/[\\/:*?"<>|\0-\x1f]/g, '_')).replace(/^[. ]+|[. ]+$/g, '')
  return (name === '' || RESERVED.test(name) ? 'plateau' : name) + ending
}

/** What is too long loses its middle: at its end it says what it is, and that its data are synthetic. */
function shortened(name: string): string {
  const signs = [...name]
  if (signs.length <= MAX_LENGTH) return name
  return [...signs.slice(0, BEGINNING), '…', ...signs.slice(BEGINNING + 1 - MAX_LENGTH)].join('')
}
