export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n')
}

export const inline = (code: string): string => `\`${code}\``

export const block = (code: string, language = ''): string => `\`\`\`${language}\n${code}\n\`\`\``

/** On one line, with spaces. */
export const json = (value: unknown): string => JSON.stringify(value, null, 1).replace(/\s*\n\s*/g, ' ')

/** At most three decimals. */
export const number = (value: number): string => String(Number(value.toFixed(3)))
