import { fillPlaceholders } from '../../../src-shared/locales/index.ts'
import type { ReportContext } from '../context.ts'
import type { Html } from '../html.ts'
import { html } from '../html.ts'

/** The end of every report: the fixed risk note, then the firm's own, and which chapters were left out, to which others may refer. */
export function riskNote({ options, text }: ReportContext): Html {
  const left = [...new Set(options.without)].map((chapter) => text.sections[chapter])
  const leftOut = fillPlaceholders(text.leftOut, { chapters: left.join(text.listSeparator) })
  const parts = [
    html`<p class="disclaimer">${text.appendix.disclaimer}</p>`,
    options.disclaimer === '' ? null : html`<p class="disclaimer own">${options.disclaimer}</p>`,
    left.length === 0 ? null : html`<p class="disclaimer">${leftOut}</p>`,
  ]
  // prettier-ignore
  return html`
    ${parts}`
}
