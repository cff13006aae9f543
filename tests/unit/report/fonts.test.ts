import { describe, expect, it } from 'vitest'
import { fontFaces } from '../../../src-main/report/fonts.ts'
import { renderReport } from '../../../src-main/report/renderReport.ts'
import { buildStudyResult } from '../../fixtures/studyResult.ts'
import { bodyText } from './document.ts'

interface Face {
  readonly weight: string
  readonly ranges: readonly (readonly [number, number])[]
  readonly data: Buffer
}

function faces(css: string): Face[] {
  return [
    ...css.matchAll(
      /font-weight:(\d+);src:url\(data:font\/woff2;base64,([^)]+)\)[^;]*;unicode-range:([^}]+)}/g,
    ),
  ].map(([, weight, data, ranges]) => ({
    weight,
    data: Buffer.from(data, 'base64'),
    ranges: ranges.split(',').map((range) => {
      const [first, last = first] = range.trim().slice(2).split('-')
      return [parseInt(first, 16), parseInt(last, 16)] as const
    }),
  }))
}

const covers = (embedded: readonly Face[], weight: string, character: string) =>
  embedded.some(
    (face) =>
      face.weight === weight &&
      face.ranges.some(([first, last]) => {
        const code = character.codePointAt(0) ?? 0
        return first <= code && code <= last
      }),
  )

describe('embedded fonts', () => {
  it.each(['zh-CN', 'en'] as const)(
    'hold every character of the %s report in both weights, formulas and Greek letters left out',
    (locale) => {
      const report = renderReport(buildStudyResult(), { locale })
      const embedded = faces(report)
      const words = bodyText(report.replace(/<p class="formula">[\s\S]*?<\/p>/g, '')).replace(
        /\p{Script=Greek}/gu,
        '',
      )
      const missing = [...new Set(words)].filter(
        (character) => !covers(embedded, '400', character) || !covers(embedded, '700', character),
      )
      expect(missing).toEqual([])
    },
  )

  it('are real woff2 files', () => {
    for (const { data } of faces(fontFaces('平原 Plateau'))) {
      expect(data.subarray(0, 4).toString('latin1')).toBe('wOF2')
    }
  })

  it('are only the slices the text uses', () => {
    const latin = faces(fontFaces('Plateau'))
    const chinese = faces(fontFaces('Plateau 平原锐撤'))
    expect(latin).toHaveLength(2)
    expect(chinese.length).toBeGreaterThan(latin.length)
    expect(chinese.length).toBeLessThan(20)
  })

  it('leave out what the family does not have', () => {
    expect(fontFaces('\u{10ffff}')).toBe('')
  })
})
