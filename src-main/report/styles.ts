import { FONT_FAMILY } from './fonts.ts'

/** Of the machine: the embedded family has no Greek and few of the signs that formulas need. */
const FORMULA_FONTS = "'DejaVu Sans Mono', Menlo, 'Cascadia Mono', Consolas, monospace"

/** Also of the machine: in the embedded family quotation marks and the apostrophe are as wide as a Chinese character. */
const LATIN_QUOTES = "'Latin quotes'"

/** A4, ruled, one accent. Sizes in pt and mm: the document is made for paper and shown on screen as the same page. */
export const STYLES = `
@page { size: A4; margin: 17mm 16mm 17mm 7mm }
:root { --accent: #a61c28; --navy: #1d3f72; --ink: #1d2126; --muted: #666c75; --rule: #c9cdd3; --tint: #f4f5f7 }
* { box-sizing: border-box }
html { -webkit-print-color-adjust: exact; print-color-adjust: exact }
body { margin: 0; color: var(--ink); background: #fff;
  font: 400 9pt/1.6 '${FONT_FAMILY}', sans-serif; font-variant-numeric: tabular-nums; text-wrap: pretty }
@font-face { font-family: ${LATIN_QUOTES}; src: local('Arial'), local('Liberation Sans'), local('DejaVu Sans');
  unicode-range: U+2018-2019, U+201C-201D }
body:lang(en) { font-family: ${LATIN_QUOTES}, '${FONT_FAMILY}', sans-serif }
h1, h2, h3, p, dl, dd, ul, figure { margin: 0 }
h1, h2, h3, b, th { font-weight: 700 }
svg { display: block; max-width: 100% }

.synthetic { color: var(--accent); background: #f8e9ea; font-weight: 700; font-size: 8.5pt; letter-spacing: .1em; text-align: center }
@media print { .synthetic { position: fixed; left: 0; top: 0; bottom: 0; width: 5.5mm; padding: 3mm 0;
  writing-mode: vertical-rl; line-height: 5.5mm }
  body { padding-left: 9mm } }
@media screen {
  html { background: #e9ebee }
  body { width: 210mm; margin: 0 auto; padding: 16mm; box-shadow: 0 0 6mm rgb(0 0 0 / .12) }
  .synthetic { position: sticky; top: 0; margin: -16mm -16mm 8mm; padding: .6mm; z-index: 1 }
}

.masthead { display: flex; justify-content: space-between; align-items: baseline; border-top: 1.2mm solid var(--accent);
  padding-top: 2mm; color: var(--muted); font-size: 8.5pt; letter-spacing: .04em }
.masthead b { color: var(--accent) }
.kicker { color: var(--navy); font-size: 8pt; font-weight: 700; letter-spacing: .08em; text-transform: uppercase }
h1 { font-size: 21pt; line-height: 1.3; margin-top: 7mm; overflow-wrap: anywhere }
.subtitle { font-size: 11.5pt; color: var(--muted); margin: 1mm 0 5mm; padding-bottom: 4mm; border-bottom: .3mm solid var(--rule) }
.summary { display: grid; grid-template-columns: 1fr 56mm; gap: 8mm; margin-bottom: 5mm }
.abstract { margin-bottom: 4mm }
.findings { list-style: none; padding: 0 }
.findings li { display: grid; grid-template-columns: 19mm 1fr; padding: 1.6mm 0; border-top: .2mm solid var(--rule) }
.findings b { color: var(--accent) }
.facts { background: var(--tint); padding: 3.5mm 4mm; align-self: start }
.facts .kicker { display: block; margin-bottom: 1.5mm }
.facts dl > div { padding: 1.1mm 0; border-top: .2mm solid var(--rule) }
.facts dt { color: var(--muted); font-size: 7.5pt; line-height: 1.4 }
.facts dd { overflow-wrap: anywhere; line-height: 1.45 }

section { margin-top: 8mm }
h2 { font-size: 14pt; line-height: 1.35; padding-bottom: 1.5mm; margin-bottom: 3mm; border-bottom: .5mm solid var(--accent) }
h2 i { font-style: normal; color: var(--accent); margin-right: 3mm }
h3 { font-size: 10.5pt; color: var(--navy); margin: 5mm 0 2mm }
h2, h3 { break-after: avoid; break-inside: avoid }
.lead { margin-bottom: 3mm; break-after: avoid; break-inside: avoid }

.exhibit { margin: 0 0 5mm; break-inside: avoid }
figcaption { display: flex; gap: 3mm; align-items: baseline; border-top: .4mm solid var(--ink); border-bottom: .2mm solid var(--rule);
  padding: .9mm 0; margin-bottom: 1.5mm; font-size: 8.5pt; font-weight: 700; break-after: avoid }
figcaption b { color: var(--navy); white-space: nowrap }
.source { break-before: avoid; color: var(--muted); font-size: 7pt; line-height: 1.5; border-top: .2mm solid var(--rule); margin-top: 1.5mm; padding-top: .8mm }
.panel-title { font-size: 8pt; font-weight: 700; text-align: center }
.warning { color: var(--accent); font-size: 8pt; font-weight: 700; margin-bottom: 1.5mm }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 0 5.3mm }
/* More than a pair may not fit what is left of a page: rows stay whole, the last one with what is under it, not the exhibit. */
.exhibit:has(.row ~ .row) { break-inside: auto }
.row, .pair > *, .parts > * { break-inside: avoid }
.exhibit:has(.parts) { break-inside: auto }
.parts > :has(.dense) { break-inside: auto }
.parts > * + * { margin-top: 2.5mm }
.parts.pair > :nth-child(2) { margin-top: 0 }

table { width: 100%; table-layout: fixed; border-collapse: collapse; font-size: 8pt; line-height: 1.4 }
thead { display: table-header-group }
tr { break-inside: avoid }
th { color: var(--muted); font-size: 7pt; word-break: keep-all; overflow-wrap: break-word; border-bottom: .3mm solid var(--ink); vertical-align: bottom }
th, td { padding: 1mm 0 1mm 1.5mm }
th.left, td.left { padding-left: 3mm }
th:first-child, td:first-child { padding-left: 0 }
td { border-bottom: .15mm solid var(--rule); overflow-wrap: anywhere }
tbody tr:last-child td { border-bottom: 0 }
.left { text-align: left }
.right { text-align: right }
td.right { white-space: nowrap }
.dense td { padding-top: .25mm; padding-bottom: .25mm; line-height: 1.3 }

.notes { padding-left: 5mm }
.notes li { margin-bottom: 1.5mm; break-inside: avoid }
.notes li::marker { color: var(--accent); font-weight: 700 }
.definitions > div { display: grid; grid-template-columns: 32mm 1fr; gap: 4mm; padding: 1mm 0; border-bottom: .15mm solid var(--rule);
  break-inside: avoid; font-size: 8pt; line-height: 1.5 }
.columns { columns: 2; column-gap: 8mm; break-inside: avoid }
.columns .definitions > div { grid-template-columns: 27mm 1fr; gap: 3mm }
.columns h3:first-child { margin-top: 0 }
.definitions dt { font-weight: 700 }
.letters { font-size: 8pt; line-height: 1.5; margin-bottom: 1mm }
.definitions dd { overflow-wrap: anywhere }
.optimizers dd > * + * { margin-top: .8mm }
.optimizers .muted { color: var(--muted) }
.formula { font: 400 7.5pt/1.5 ${FORMULA_FONTS}; background: var(--tint); padding: .8mm 2mm; white-space: pre-wrap }
.config { columns: 4; column-gap: 4mm; column-rule: .2mm solid var(--rule); margin: 0; break-inside: avoid; white-space: pre-wrap; overflow-wrap: anywhere;
  font: 400 6.5pt/1.45 '${FONT_FAMILY}', sans-serif; font-variant-ligatures: none }
.next-page { break-before: page }
.gap { height: 4mm }
.disclaimer { margin-top: 6mm; padding-top: 2mm; border-top: .4mm solid var(--ink); color: var(--muted); font-size: 7.5pt }
`

/** Of what a firm adds: in reports that have such. */
export const FIRM_STYLES = `
.logo { display: block; max-width: 60mm; max-height: 14mm; margin-top: 6mm }
.authors { white-space: pre-line; color: var(--muted); font-size: 9pt; margin-top: 2mm }
.disclaimer.own { white-space: pre-line; overflow-wrap: anywhere; border-top-width: .2mm; margin-top: 2mm }
`
