import { noteText } from '../../../src-shared/locales/index.ts'
import type { ReportContext } from '../context.ts'
import type { Html } from '../html.ts'
import { html } from '../html.ts'

/** Every note of the study, in its order: fallbacks taken and assumptions made. */
export function notesSection({ result, locale }: ReportContext): Html {
  return html`<ol class="notes">
    ${result.notes.map((note) => html`<li>${noteText(note, locale)}</li>`)}
  </ol>`
}
