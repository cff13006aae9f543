import type { StudyResult } from '../../src-shared/domain/result.ts'
import type { Locale } from '../../src-shared/locales/index.ts'
import { createContext } from './context.ts'
import { fontFaces } from './fonts.ts'
import type { Html } from './html.ts'
import { html, trusted } from './html.ts'
import { appendixSection } from './sections/appendix.ts'
import { convergenceSection } from './sections/convergence.ts'
import { coverSection } from './sections/cover.ts'
import { factorSection } from './sections/factor.ts'
import { landscapeSection } from './sections/landscape.ts'
import { definitionsSection, methodSection } from './sections/method.ts'
import { notesSection } from './sections/notes.ts'
import { portfolioSection } from './sections/portfolio.ts'
import { statisticsSection } from './sections/statistics.ts'
import { trainingSection } from './sections/training.ts'
import { STYLES } from './styles.ts'

/**
 * A study as one self-contained HTML document for A4: charts are SVG, fonts are data URIs, nothing is fetched and
 * nothing runs. Equal results give equal bytes: there is no clock and no randomness. Numbers are those of the result
 * object, written by src-shared/format.ts; definitions are those of methods.md sections 2 to 8.
 */
export function renderReport(result: StudyResult, { locale }: { readonly locale: Locale }): string {
  const context = createContext(result, locale)
  const { text } = context
  const { sections } = text
  const title = `${result.synthetic ? `[${text.synthetic}] ` : ''}${result.config.name}`
  const body = html`${result.synthetic ? html`<div class="synthetic">${text.synthetic}</div>` : null}
  ${coverSection(context)}
  ${numbered([
    { heading: sections.statistics, content: statisticsSection(context) },
    { heading: sections.training, content: trainingSection(context) },
    ...optional(sections.convergence, convergenceSection(context)),
    ...optional(sections.landscape, landscapeSection(context)),
    { heading: sections.factor, content: factorSection(context) },
    { heading: sections.portfolios, content: portfolioSection(context) },
    { heading: sections.notes, content: notesSection(context) },
    { heading: sections.method, content: methodSection(context) },
    { heading: sections.definitions, content: definitionsSection(context) },
    { heading: sections.appendix, content: appendixSection(context) },
  ])}`
  return html`<!doctype html>
    <html lang="${locale}">
      <head>
        <meta charset="utf-8" />
        <meta name="generator" content="Plateau ${result.appVersion}" />
        <title>${title}</title>
        <style>
          ${trusted(fontFaces(title + body.markup))}
          ${trusted(STYLES)}
        </style>
      </head>
      <body>
        ${body}
      </body>
    </html>`.markup
}

interface Section {
  readonly heading: string
  readonly content: Html
}

/** A section of results that not every study has. */
function optional(heading: string, content: Html | null): Section[] {
  return content === null ? [] : [{ heading, content }]
}

function numbered(sections: readonly Section[]): Html {
  return html`${sections.map(
    ({ heading, content }, at) =>
      html`<section>
        <h2><i>${at + 1}</i>${heading}</h2>
        ${content}
      </section>`,
  )}`
}
