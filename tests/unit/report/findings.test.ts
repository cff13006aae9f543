import { describe, expect, it } from 'vitest'
import type { StudyResult } from '../../../src-shared/domain/result.ts'
import { formatIc, formatPercent, formatRatio } from '../../../src-shared/format.ts'
import { findings } from '../../../src-main/report/findings.ts'
import { buildStudyResult } from '../../fixtures/studyResult.ts'

const find = (result: StudyResult, lead: string) =>
  findings(result, 'en').filter((finding) => finding.lead === lead)

function withComposite(mean: readonly [number, number], topExcess: readonly [number, number]): StudyResult {
  const result = buildStudyResult()
  const composites = result.factors.filter(({ frequency }) => frequency === 'composite')
  composites.forEach((factor, at) => {
    factor.rankIcSummary.mean = mean[at]
    factor.layers[0].annualisedExcess = topExcess[at]
  })
  return result
}

describe('findings', () => {
  it('rank the composites by RankIC, best first', () => {
    const [{ text }] = find(withComposite([0.08, 0.05], [0.1, 0.1]), 'Factor')
    expect(text.indexOf('AdamW 0.0800')).toBeGreaterThan(0)
    expect(text.indexOf('AdamW 0.0800')).toBeLessThan(text.indexOf('SAM 0.0500'))
  })

  it('say that SAM is better when it is', () => {
    const [{ text }] = find(withComposite([0.05, 0.0712], [0.1, 0.13]), 'Optimizer')
    expect(text).toContain(
      'SAM against AdamW: mean RankIC higher by 0.0212, TOP annualised excess higher by 3.00%',
    )
  })

  it('say that SAM is worse when it is', () => {
    const [{ text }] = find(withComposite([0.08, 0.05], [0.13, 0.1]), 'Optimizer')
    expect(text).toContain('mean RankIC lower by 0.0300, TOP annualised excess lower by 3.00%')
    expect(text).toContain('No paired test')
  })

  it('call a difference that rounds to zero equal', () => {
    const [{ text }] = find(withComposite([0.06, 0.060001], [0.1, 0.1]), 'Optimizer')
    expect(text).toContain('mean RankIC equal, TOP annualised excess equal')
  })

  it('say when a RankIC does not differ from zero', () => {
    const result = buildStudyResult()
    for (const factor of result.factors) factor.rankIcSummary.neweyWestT = 3
    expect(find(result, 'Factor')[0].text).not.toContain('below 2')
    result.factors[0].rankIcSummary.neweyWestT = -1.2
    expect(find(result, 'Factor')[0].text).toContain('The NW t of AdamW is below 2')
  })

  it('rank the portfolios of each index by information ratio, an undefined one last', () => {
    const result = buildStudyResult({ indices: ['000300.SH'] })
    const [adamw, sam] = result.portfolios
    adamw.performance.full.informationRatio = null
    const [{ text }] = find(result, 'Portfolio')
    expect(text).toContain(
      `SAM ${formatRatio(sam.performance.full.informationRatio)} (annualised excess ${formatPercent(sam.performance.full.annualisedExcess)}`,
    )
    expect(text).toMatch(/; AdamW — \(annualised excess [\d.]+%\)\.$/)
  })

  it('name every year behind the benchmark', () => {
    const result = buildStudyResult({ indices: ['000300.SH'] })
    for (const { performance } of result.portfolios) {
      for (const year of performance.years) year.excessTotal = Math.abs(year.excessTotal)
    }
    expect(find(result, 'By year')[0].text).toBe(
      'Every portfolio was ahead of its benchmark in every calendar year.',
    )
    result.portfolios[1].performance.years[1].excessTotal = -0.0312
    expect(find(result, 'By year')[0].text).toBe('Years behind the benchmark: SAM / CSI 300 2022 (−3.12%).')
  })

  it('rank the gaps between train and valid IC, smallest first', () => {
    const result = buildStudyResult()
    for (const run of result.runs) {
      const best = run.epochs[run.bestEpoch - 1]
      best.validIc = 0.05
      best.trainIc = run.key.optimizer === 'SAM' ? 0.06 : 0.09
    }
    expect(find(result, 'Fit')[0].text).toBe(
      `Train IC less valid IC at the best epoch, smallest first: SAM ${formatIc(0.01)}, AdamW ${formatIc(0.04)}.`,
    )
  })

  it('compare nothing when there is no plain optimizer', () => {
    const result = buildStudyResult({ models: [{ name: 'SAM', method: 'sam', strength: 1 }] })
    expect(find(result, 'Optimizer')).toEqual([])
  })
})
