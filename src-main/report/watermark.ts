import { type Html, html } from './html.ts'

const COLUMNS = 3
const ROWS = 5

/**
 * The text again and again across the page, for the eye alone: hidden from screen readers and outside the structure of a
 * tagged PDF, as its page numbers are. It is text and not a picture, whose fonts would not be those of the document. Empty: nothing.
 */
export function watermark(text: string): Html | null {
  if (text === '') return null
  const copies = Array.from({ length: COLUMNS * ROWS }, () => html`<span>${text}</span>`)
  return html`<div class="watermark" aria-hidden="true">${copies}</div>`
}

/**
 * Fixed: once on every printed page, and over what is looked at on a screen. Black that lets through nearly all under it darkens
 * and never lightens, so that figures and colours stay readable; on a screen it is in nobody's way. Lines break between words, a
 * name stays whole; even the longest text is narrower than the way to the next copy.
 */
export const WATERMARK_STYLES = `
.watermark { position: fixed; inset: 0; display: grid; grid-template: repeat(${ROWS}, 1fr) / repeat(${COLUMNS}, 1fr);
  place-items: center; overflow: hidden; color: rgb(0 0 0 / .08); font-size: 15pt; line-height: 1.3; text-align: center;
  text-wrap: balance; word-break: keep-all; overflow-wrap: anywhere; pointer-events: none; user-select: none }
.watermark span { max-width: 10em; transform: rotate(-30deg) }
@media print { .watermark { left: 9mm } }
@media screen { .watermark { width: 210mm; min-height: 297mm; margin: 0 auto } }
`
