import type { OnProgress } from '../../src-shared/contract/progress.ts'
import type { StudyResult } from '../../src-shared/domain/result.ts'
import {
  type AskedReportOptions,
  type ReportChapter,
  type ReportOptions,
  reportOptions,
} from '../../src-shared/domain/reportOptions.ts'
import { createContext, type Exhibit, type ReportContext } from './context.ts'
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
import { watermark, WATERMARK_STYLES } from './watermark.ts'

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

/** A report as it is printed, and what spreadsheets and pictures take from it. */
export interface Report {
  /** One self-contained document. */
  readonly html: string
  readonly title: string
  /** Across whatever is taken out of the report; null: nothing has to be said. */
  readonly warning: string | null
  /** Those in it, in order. */
  readonly chapters: readonly ReportChapter[]
  readonly exhibits: readonly Exhibit[]
  /** Of every exhibit. */
  readonly source: string
  readonly options: ReportOptions
}

/** The document of composeReport alone. */
export const renderReport = (result: StudyResult, asked: AskedReportOptions): string =>
  composeReport(result, asked).html

/**
 * A study as one self-contained HTML document for A4: charts are SVG, fonts and the logo are data URIs, nothing is fetched and
 * nothing runs. Equal results and options give equal bytes: there is no clock and no randomness. Numbers are those of the result
 * object, written by src-shared/format.ts; definitions are those of methods.md sections 2 to 8.
 */
export function composeReport(
  result: StudyResult,
  asked: AskedReportOptions,
  report: OnProgress = () => {},
): Report {
  const options = reportOptions.parse(asked)
  const context = createContext(result, options)
  const { text } = context
  const title = `${result.synthetic ? `[${text.synthetic}] ` : ''}${context.title}`
  // In this order: exhibits are numbered as they are written.
  const cover = coverSection(context)
  const sections = writtenSections(context, report)
  // prettier-ignore
  const body = html`${result.synthetic ? html`<div class="synthetic">${text.synthetic}</div>` : null}
  ${cover}
  ${numbered(context, sections)}${watermark(options.watermark)}`
  const { authors, disclaimer, logo } = options
  const styles =
    STYLES +
    (authors + disclaimer + logo === '' ? '' : FIRM_STYLES) +
    (options.watermark === '' ? '' : WATERMARK_STYLES)
  const document = html`<!doctype html>
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
    </html>`
  return {
    html: document.markup,
    title: context.title,
    warning: result.synthetic ? text.synthetic : null,
    chapters: sections.flatMap(({ chapter }) => (chapter === 'notes' ? [] : [chapter])),
    exhibits: context.exhibits,
    source: context.source,
    options,
  }
}

interface Section {
  readonly chapter: Chapter
  readonly content: Html
}

/** The chapters that are asked for, written in order, so that exhibits are numbered without a gap. */
function writtenSections(context: ReportContext, report: OnProgress): Section[] {
  const left: readonly Chapter[] = context.options.without
  const asked = CHAPTERS.filter(([chapter]) => !left.includes(chapter))
  return asked.flatMap(([chapter, write], done) => {
    report({ stage: 'chapters', done, total: asked.length })
    const content = write(context)
    return content === null ? [] : [{ chapter, content }]
  })
}

/** The risk note ends the last one. */
function numbered(context: ReportContext, sections: readonly Section[]): Html {
  return html`${sections.map(
    ({ chapter, content }, at) =>
      html`<section>
        <h2><i>${at + 1}</i>${context.text.sections[chapter]}</h2>
        ${[content, at === sections.length - 1 ? riskNote(context) : null]}
      </section>`,
  )}`
}
