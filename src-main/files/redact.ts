/** Codes of instruments: six digits, alone or with their exchange; those of other vendors have a suffix. */
const SYMBOLS = /\b(?:[A-Z0-9]{1,12}\.(?:SH|SZ|BJ|IDX|SS|XSHG|XSHE)|(?:SH|SZ|BJ)?\d{6})\b/gi
/** To the next sign that ends a path in messages and stack traces. Spaces may be in one: what follows a path in a sentence goes with it. */
const PATHS = /(?:file:\/\/\/?|\b[A-Za-z]:[\\/]|\\\\|(?<![\w.<>/])\/)[^"'`\n<>|*?()]*/g

/** `text` without instruments and without paths, but for those in `appFolder`, which are told by their way from it. */
export function redact(text: string, appFolder: string): string {
  const folder = appFolder.replace(/[\\/]+$/, '')
  // Not in another folder whose name begins like its own.
  const kept =
    folder === ''
      ? text
      : text
          .split(folder)
          .reduce((told, rest) => told + (/^(?:[\\/'"\s]|$)/.test(rest) ? '<app>' : folder) + rest)
  return kept.replace(PATHS, '<path>').replace(SYMBOLS, '<symbol>')
}
