/** Longest name of a study, in characters. */
const LONGEST = 80

/** The first of `NAME (2)`, `NAME (3)`, ... that is not taken; a number that the name has already counts on. */
export function cloneName(name: string, taken: readonly string[]): string {
  const stem = name.replace(/ \(\d+\)$/, '')
  for (let count = 2; ; count++) {
    const ending = ` (${count})`
    const wanted = `${stem.slice(0, LONGEST - ending.length).trimEnd()}${ending}`
    if (!taken.includes(wanted)) return wanted
  }
}
