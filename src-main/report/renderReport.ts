import type { StudyResult } from '../../src-shared/domain/result.ts'
import {
  type AskedReportOptions,
  type ReportChapter,
  reportOptions,
} from '../../src-shared/domain/reportOptions.ts'
import { createContext, type ReportContext } from './context.ts'
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
import { riskNote } from './sections/riskNote.ts'
import { portfolioSection } from './sections/portfolio.ts'
import { statisticsSection } from './sections/statistics.ts'
import { trainingSection } from './sections/training.ts'
import { FIRM_STYLES, STYLES } from './styles.ts'

type Chapter = ReportChapter | 'notes'

/** In the report's order; null: the study has nothing for it. */
const CHAPTERS: readonly (readonly [Chapter, (context: ReportContext) => Html | null])[] = [
  ['statistics', statisticsSection],
  ['training', trainingSection],
  ['convergence', convergenceSection],
  ['landscape', landscapeSection],
  ['factor', factorSection],
  ['portfolios', portfolioSection],
  ['notes', notesSection],
  ['method', methodSection],
  ['definitions', definitionsSection],
  ['appendix', appendixSection],
]

/**
 * A study as one self-contained HTML document for A4: charts are SVG, fonts and the logo are data URIs, nothing is fetched and
 * nothing runs. Equal results and options give equal bytes: there is no clock and no randomness. Numbers are those of the result
 * object, written by src-shared/format.ts; definitions are those of methods.md sections 2 to 8.
 */
export function renderReport(result: StudyResult, asked: AskedReportOptions): string {
  const options = reportOptions.parse(asked)
  const context = createContext(result, options)
  const { text } = context
  const title = `${result.synthetic ? `[${text.synthetic}] ` : ''}${context.title}`
  // prettier-ignore
  const body = html`${result.synthetic ? html`<div class="synthetic">${text.synthetic}</div>` : null}
  ${coverSection(context)}
  ${numbered(context)}`
  const styles = STYLES + (options.authors + options.disclaimer + options.logo === '' ? '' : FIRM_STYLES)
  return html`<!doctype html>
    <html lang="${options.locale}">
      <head>
        <meta charset="utf-8" />
        <meta name="generator" content="Plateau ${result.appVersion}" />
        <title>${title}</title>
        <style>
          ${trusted(fontFaces(title + body.markup))}
          ${trusted(styles)}
        </style>
      </head>
      <body>
        ${body}
      </body>
    </html>`.markup
}

/** The chapters that are asked for, written in order, so that exhibits are numbered without a gap; the risk note ends the last one. */
function numbered(context: ReportContext): Html {
  const { options, text } = context
  const left: readonly Chapter[] = options.without
  const sections = CHAPTERS.filter(([chapter]) => !left.includes(chapter)).flatMap(([chapter, write]) => {
    const content = write(context)
    return content === null ? [] : [{ heading: text.sections[chapter], content }]
  })
  return html`${sections.map(
    ({ heading, content }, at) =>
      html`<section>
        <h2><i>${at + 1}</i>${heading}</h2>
        ${[content, at === sections.length - 1 ? riskNote(context) : null]}
      </section>`,
  )}`
}
