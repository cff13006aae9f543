import { describe, expect, it } from 'vitest'
import { MAX_LOGO_BYTES, MAX_LOGO_PIXELS, pngUri } from '../../../src-shared/domain/logo.ts'
import { REPORT_CHAPTERS, reportOptions } from '../../../src-shared/domain/reportOptions.ts'
import { LOCALES } from '../../../src-shared/locales/index.ts'
import { renderReport } from '../../../src-main/report/renderReport.ts'
import { reportTexts } from '../../../src-main/report/text/index.ts'
import { buildStudyResult } from '../../fixtures/studyResult.ts'
import { bodyText, visibleText } from './document.ts'

const result = buildStudyResult()
const text = reportTexts.en
const headings = (report: string) =>
  [...report.matchAll(/<h2>([\s\S]*?)<\/h2>/g)].map(([, heading]) => visibleText(heading))

/** The beginning of a PNG of this size, filled up to so many bytes. */
function png(width: number, height: number, bytes = 64): Uint8Array {
  const file = new Uint8Array(bytes)
  file.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52])
  const view = new DataView(file.buffer)
  view.setUint32(16, width)
  view.setUint32(20, height)
  return file
}
const refused = (logo: string) => reportOptions.safeParse({ logo }).error?.issues[0].message

describe('without options', () => {
  it.each(LOCALES)('a report in %s is the one of defaults written out, with nothing of a firm', (locale) => {
    const report = renderReport(result, { locale })
    const defaults = { locale, without: [], title: '', authors: '', disclaimer: '', logo: '', watermark: '' }
    expect(renderReport(result, defaults)).toBe(report)
    expect(report).not.toMatch(/\.logo|\.authors|watermark|class="(logo|authors|disclaimer own)"/)
    expect(report.match(/class="disclaimer"/g)).toHaveLength(1)
  })
})

describe('chapters left out', () => {
  const report = renderReport(result, { locale: 'en', without: ['training', 'appendix', 'training'] })

  it('leave the others numbered without a gap, exhibits too', () => {
    const { statistics, convergence, factor, portfolios, notes, method, definitions } = text.sections
    expect(headings(report)).toEqual(
      [statistics, convergence, factor, portfolios, notes, method, definitions].map(
        (one, at) => `${at + 1}${one}`,
      ),
    )
    const numbers = [...report.matchAll(/id="exhibit-(\d+)"/g)].map(([, number]) => Number(number))
    expect(numbers).toEqual(numbers.map((_, at) => at + 1))
    expect(bodyText(report)).not.toContain(result.configHash)
  })

  it('are named once, after the risk note', () => {
    const named = 'Chapters left out of this version: Training, Data and reproduction.'
    expect(bodyText(report).split(`${text.appendix.disclaimer}${named}`)).toHaveLength(2)
  })

  it('may be all of them: cover, notes and risk note stay', () => {
    const least = renderReport(result, { locale: 'en', without: [...REPORT_CHAPTERS] })
    expect(headings(least)).toEqual([`1${text.sections.notes}`])
    expect(least).toContain('class="masthead"')
    expect(bodyText(least)).toContain(text.appendix.disclaimer)
  })
})

describe('texts of the firm', () => {
  const hostile = '<script>alert(1)</script>"&\nsecond line'
  const report = renderReport(result, { locale: 'en', title: hostile, authors: hostile, disclaimer: hostile })

  it('are never markup', () => {
    expect(report).not.toContain('<script')
    expect(report.match(/<\/title>/g)).toHaveLength(1)
  })

  it('stand on the cover and below the risk note, which stays', () => {
    expect(visibleText(/<h1>([\s\S]*?)<\/h1>/.exec(report)![1])).toBe(hostile.replace('\n', ' '))
    expect(report).toMatch(/<p class="authors">[^<]*\nsecond line<\/p>/)
    expect(report).toMatch(/<p class="disclaimer own">[^<]*\nsecond line<\/p>/)
    expect(bodyText(report)).toContain(`${text.appendix.disclaimer}<script>`)
    expect(report).toMatch(/<title>\[[^\]]*SYNTHETIC DATA\]/)
  })
})

describe('a watermark', () => {
  const report = renderReport(result, { locale: 'en', watermark: ' 仅供 <内部> & "使用" ' })
  const mark = /<div class="watermark" aria-hidden="true">([\s\S]*?)<\/div>/

  it('stands again and again, hidden from screen readers and never markup', () => {
    const copies = [...mark.exec(report)![1].matchAll(/<span>([\s\S]*?)<\/span>/g)]
    expect(copies.length).toBeGreaterThan(10)
    for (const [, copy] of copies) expect(copy).toBe('仅供 &lt;内部&gt; &amp; &quot;使用&quot;')
  })

  it('adds itself, its styles and its fonts to the document, and changes nothing else', () => {
    const content = (document: string) => /<body>[\s\S]*<\/html>/.exec(document.replace(mark, ''))![0]
    expect(content(report)).toBe(content(renderReport(result, { locale: 'en' })))
    expect(report).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/)
  })

  it('has forty characters at most', () => {
    expect(reportOptions.parse({ watermark: '水'.repeat(40) }).watermark).toHaveLength(40)
    expect(reportOptions.safeParse({ watermark: '水'.repeat(41) }).error?.issues[0].path).toEqual([
      'watermark',
    ])
  })
})

describe('a logo', () => {
  it('is a PNG within its limits, embedded as its bytes', () => {
    for (const bytes of [64, 65, 66, MAX_LOGO_BYTES]) {
      const file = png(1, MAX_LOGO_PIXELS, bytes)
      const logo = pngUri(file)
      expect(logo).toBe(`data:image/png;base64,${Buffer.from(file).toString('base64')}`)
      expect(reportOptions.parse({ logo }).logo).toBe(logo)
    }
    const logo = pngUri(png(300, 80))
    expect(renderReport(result, { locale: 'en', logo })).toContain(
      `<img class="logo" src="${logo}" alt="" />`,
    )
  })

  it('is refused beyond them', () => {
    expect(refused(pngUri(png(1, MAX_LOGO_PIXELS + 1)))).toContain('wider or higher')
    expect(refused(pngUri(png(0, 1)))).toContain('wider or higher')
    expect(refused(pngUri(png(9, 9, MAX_LOGO_BYTES + 3)))).toContain('bytes')
  })

  it('is nothing else', () => {
    const svg = `data:image/svg+xml;base64,${Buffer.from('<svg onload="alert(1)"/>'.repeat(4)).toString('base64')}`
    const jpeg = png(9, 9).with(0, 0xff)
    for (const uri of [
      svg,
      pngUri(jpeg),
      pngUri(png(9, 9).slice(0, 16)),
      'https://firm/logo.png',
      `${pngUri(png(9, 9))}" x="`,
    ])
      expect(refused(uri)).toBe('not a PNG as a data URI')
  })
})

it('an option that there is none of is refused', () => {
  expect(reportOptions.safeParse({ chapters: [] }).success).toBe(false)
  expect(reportOptions.safeParse({ without: ['notes'] }).success).toBe(false)
})
