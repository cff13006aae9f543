import { describe, expect, it } from 'vitest'
import { pngUri } from '../../../src-shared/domain/logo.ts'
import { parseReportOptions } from '../../../src-renderer/stores/reportOptions.ts'

const defaults = parseReportOptions(null)

describe('kept options of reports', () => {
  it('begin with every chapter, nothing of a firm, and the window’s language', () => {
    expect(defaults).toEqual({
      locale: null,
      without: [],
      firm: '',
      authors: '',
      disclaimer: '',
      logo: '',
      watermark: '',
      titles: {},
    })
  })

  it('come back as they were kept', () => {
    const kept = {
      ...defaults,
      locale: 'en',
      without: ['training'],
      firm: 'Firm',
      watermark: 'Reader',
      titles: { a: 'Title' },
    }
    expect(parseReportOptions(JSON.stringify(kept))).toEqual(kept)
  })

  it('lose what no report takes, and nothing else', () => {
    const broken = {
      locale: 'fr',
      without: ['notes'],
      logo: pngUri(new Uint8Array(64)),
      disclaimer: 'x'.repeat(5_000),
      watermark: 'x'.repeat(41),
      firm: 'Firm',
    }
    expect(parseReportOptions(JSON.stringify(broken))).toEqual({ ...defaults, firm: 'Firm' })
    expect(parseReportOptions('{')).toEqual(defaults)
  })
})
