/** Something the user can ask for by name, in the palette, or by its keys. */
export interface Command {
  /** Stable: keys and recent commands are kept by it. */
  readonly id: string
  /** In the window's language. */
  readonly title: string
  /** What it is, where its title does not say so. */
  readonly note?: string
  /** What it is found by: its title in every language. */
  readonly words: readonly string[]
  readonly run: () => Promise<void> | void
}

/**
 * The commands that hold every word of what was typed, those first whose title begins with it. Nothing typed: the recent ones,
 * latest first, then the others.
 */
export function findCommands(
  commands: readonly Command[],
  typed: string,
  recent: readonly string[],
): Command[] {
  const asked = typed.trim().toLowerCase()
  if (asked === '') {
    const place = ({ id }: Command) => (recent.includes(id) ? recent.indexOf(id) : recent.length)
    return commands.toSorted((a, b) => place(a) - place(b))
  }
  const parts = asked.split(/\s+/)
  const rank = ({ words }: Command): number | null => {
    const texts = words.map((word) => word.toLowerCase())
    if (!parts.every((part) => texts.some((text) => text.includes(part)))) return null
    return texts.some((text) => text.startsWith(asked)) ? 0 : 1
  }
  return commands
    .flatMap((command) => {
      const found = rank(command)
      return found === null ? [] : [{ command, found }]
    })
    .sort((a, b) => a.found - b.found)
    .map(({ command }) => command)
}
