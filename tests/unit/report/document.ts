/** Reads a rendered report back as text: what a reader sees, with entities decoded. */
export function visibleText(markup: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&lt;': '<',
    '&gt;': '>',
    '&quot;': '"',
    '&#39;': "'",
    '&amp;': '&',
  }
  return markup
    .replace(/<[^>]*>/g, '')
    .replace(/&(?:lt|gt|quot|#39|amp);/g, (entity) => entities[entity])
    .replace(/\s+/g, ' ')
    .trim()
}

export interface ExhibitText {
  readonly title: string
  /** Rows of cells, the head first; empty for a figure. */
  readonly rows: readonly (readonly string[])[]
  readonly svg: string | null
}

export function exhibits(report: string): ExhibitText[] {
  return [...report.matchAll(/<figure[\s\S]*?<\/figure>/g)].map(([figure]) => ({
    title: visibleText(/<figcaption>[\s\S]*?<span>([\s\S]*?)<\/span>/.exec(figure)?.[1] ?? ''),
    rows: [...figure.matchAll(/<tr>[\s\S]*?<\/tr>/g)].map(([row]) =>
      [...row.matchAll(/<t[hd]\b[\s\S]*?<\/t[hd]>/g)].map(([cell]) => visibleText(cell)),
    ),
    svg: /<svg[\s\S]*<\/svg>/.exec(figure)?.[0] ?? null,
  }))
}

/** The body's text without fonts and styles. */
export function bodyText(report: string): string {
  return visibleText(/<body>([\s\S]*)<\/body>/.exec(report)?.[1] ?? '')
}
