import { describe, expect, it } from 'vitest'
import { decision, portfolioReport } from '../../../src-shared/domain/portfolio.ts'
import { isBuilt, notBuiltNotes } from '../../../src-shared/notBuilt.ts'
import { buildStudyResult, neverBuilt } from '../../fixtures/studyResult.ts'

const result = buildStudyResult()
const [report] = result.portfolios

describe('results of earlier versions', () => {
  it('do not say why holdings were kept, nor which limit alone would have been enough', () => {
    const { reason: _, remedies: __, ...earlier } = report.decisions[40]
    expect(decision.parse(earlier)).toMatchObject({ status: 'relaxed', reason: null, remedies: null })
    expect(decision.parse({ ...earlier, remedies: [] }).remedies).toEqual([])
  })
})

describe('a portfolio never built', () => {
  const none = neverBuilt(result, 1)

  it('is told by its performance, and its notes are its own', () => {
    expect(portfolioReport.parse(none.portfolios[1])).toEqual(none.portfolios[1])
    expect(none.portfolios.map(isBuilt)).toEqual([true, false, true, true])
    expect(notBuiltNotes(none.notes, none.portfolios[1]).map(({ values }) => values['reason'])).toEqual([
      'no_alpha',
      'bands',
    ])
    expect(notBuiltNotes(none.notes, none.portfolios[3])).toEqual([])
  })
})
