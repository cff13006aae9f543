import { describe, expect, it } from 'vitest'
import { solverFallback } from '../../../src-shared/domain/portfolio.ts'
import { noteText, terms } from '../../../src-shared/locales/index.ts'
import { portfolioNotes } from '../../../src-main/study/portfolioNotes.ts'
import { buildStudyResult } from '../../fixtures/studyResult.ts'

describe('what stands in for an optimum', () => {
  it('is told by a note for each kind, with the number of rebalances', () => {
    const [report] = buildStudyResult().portfolios
    const told = () => portfolioNotes(report).filter(({ code }) => code === 'solver_fallback')
    expect(told()).toEqual([])
    solverFallback.options.forEach((fallback, at) => {
      for (const decision of report.decisions.slice(10 * at, 11 * at + 1)) decision.fallback = fallback
    })
    const { index, model } = report
    expect(told().map(({ values }) => values)).toEqual(
      solverFallback.options.map((reason, at) => ({ index, model, reason, dates: at + 1 })),
    )
    for (const locale of ['en', 'zh-CN'] as const)
      told().forEach((note, at) => {
        const text = noteText(note, locale)
        expect(text).toContain(terms[locale].solverFallbacks[solverFallback.options[at]])
        expect(text).not.toMatch(/[{}]/)
      })
  })
})
