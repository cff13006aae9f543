/** Characters that stand for themselves in a POSIX shell, and those that do in both cmd.exe and PowerShell. */
const PLAIN = /^[\p{L}\p{N}_@%+:,./-]+$/u
const PLAIN_ON_WINDOWS = /^[\p{L}\p{N}_+:./\\-]+$/u

/**
 * A call of the command line that can be typed as it stands: `plateau`, the words, then the options that have a value. What a shell would
 * take apart is quoted.
 */
export function commandLine(
  words: readonly string[],
  options: Readonly<Record<string, string | undefined>> = {},
  platform: NodeJS.Platform = process.platform,
): string {
  const given = Object.entries(options).flatMap(([name, value]) => {
    if (value === undefined) return []
    // Apart from its option it would be taken for one.
    return value.startsWith('-') ? [`--${name}=${value}`] : [`--${name}`, value]
  })
  const quoted = platform === 'win32' ? quotedOnWindows : quotedForPosix
  return ['plateau', ...words, ...given].map(quoted).join(' ')
}

const quotedForPosix = (word: string): string =>
  PLAIN.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`

/** Paths have no quotation mark there. A backslash before the closing one would make it part of the word. */
const quotedOnWindows = (word: string): string =>
  PLAIN_ON_WINDOWS.test(word) ? word : `"${word.replace(/\\+$/, '$&$&')}"`
