import { describe, expect, it } from 'vitest'
import type { StudyResult } from '../../../src-shared/domain/result.ts'
import { formatIc, formatPercent, formatRatio } from '../../../src-shared/format.ts'
import { findings } from '../../../src-main/report/findings.ts'
import { buildStudyResult, neverBuilt } from '../../fixtures/studyResult.ts'

const find = (result: StudyResult, lead: string) =>
  findings(result, 'en').filter((finding) => finding.lead === lead)

function withRankIc(means: readonly [number, number]): StudyResult {
  const result = buildStudyResult()
  const composites = result.factors.filter(({ frequency }) => frequency === 'composite')
  composites.forEach((factor, at) => {
    factor.rankIcSummary.mean = means[at]
  })
  return result
}

type Portfolio = StudyResult['comparisons']['portfolios'][number]

/** SAM less AdamW with these differences of RankIC and of the excess on each of the two indices. */
function compared(
  { rankIc, t }: { rankIc: number | null; t: number | null },
  ...portfolios: readonly (readonly [number | null, Portfolio['interval']])[]
): StudyResult {
  const result = buildStudyResult()
  const { comparisons } = result
  Object.assign(comparisons.rankIc[0], {
    commonDates: 100,
    meanRankIcDifference: rankIc,
    rankIcDifferenceT: t,
  })
  portfolios.forEach(([meanDifference, interval], at) => {
    Object.assign(comparisons.portfolios[at], { meanDifference, interval })
  })
  return result
}

describe('findings', () => {
  it('rank the composites by RankIC, best first', () => {
    const [{ text }] = find(withRankIc([0.08, 0.05]), 'Factor')
    expect(text.indexOf('AdamW 0.0800')).toBeGreaterThan(0)
    expect(text.indexOf('AdamW 0.0800')).toBeLessThan(text.indexOf('SAM 0.0500'))
  })

  it('say what the paired tests show: in favour, against, or undecided', () => {
    const result = compared(
      { rankIc: 0.0212, t: 2.31 },
      [0.046, { lower: 0.0012, upper: 0.0912 }],
      [-0.031, { lower: -0.06, upper: -0.0003 }],
    )
    expect(find(result, 'Optimizer')[0].text).toBe(
      'Difference to AdamW in mean RankIC: SAM +0.0212 (paired NW t 2.31, significant). ' +
        'Difference to AdamW in mean excess a year, 95% interval excludes 0: ' +
        'SAM / CSI 300 +4.60% (0.12% to 9.12%), SAM / CSI 500 −3.10% (−6.00% to −0.03%). ' +
        'The 3 comparisons are not corrected for their number.',
    )
  })

  it('say that nothing is established where the interval contains 0', () => {
    const result = compared(
      { rankIc: -0.03, t: -1.99 },
      [0.046, { lower: -0.0063, upper: 0.097 }],
      [0, { lower: 0, upper: 0 }],
    )
    expect(find(result, 'Optimizer')[0].text).toBe(
      'Difference to AdamW in mean RankIC: SAM −0.0300 (paired NW t −1.99, not significant). ' +
        'Difference to AdamW in mean excess a year, 95% interval contains 0 (nothing established): ' +
        'SAM / CSI 300 +4.60% (−0.63% to 9.70%), SAM / CSI 500 0.00% (0.00% to 0.00%).',
    )
  })

  it('keep apart what is established, what is not, and what has no interval', () => {
    const intervals = { lower: 0.01, upper: 0.02 }
    const mixed = compared({ rankIc: null, t: null }, [0.015, intervals], [0.01, null])
    expect(find(mixed, 'Optimizer')[0].text).toBe(
      'Difference to AdamW in mean RankIC: SAM — (paired NW t —, not significant). ' +
        'Difference to AdamW in mean excess a year, 95% interval excludes 0: SAM / CSI 300 +1.50% (1.00% to 2.00%); ' +
        'too few common days for an interval: SAM / CSI 500 +1.00%. ' +
        'The 2 comparisons are not corrected for their number.',
    )
    const both = compared({ rankIc: 0, t: 0 }, [0, { lower: -0.01, upper: 0.01 }], [0.015, intervals])
    expect(find(both, 'Optimizer')[0].text).toContain(
      'excludes 0: SAM / CSI 500 +1.50% (1.00% to 2.00%); ' +
        '95% interval contains 0 (nothing established): SAM / CSI 300 0.00% (−1.00% to 1.00%).',
    )
  })

  it('compare every later optimizer with the first, whatever its method', () => {
    const models = (['SAM', 'AdamW', 'ASAM'] as const).map((name) => ({
      name,
      method: name === 'AdamW' ? ('plain' as const) : ('sam' as const),
      strength: 1,
    }))
    const [{ text }] = find(buildStudyResult({ models, indices: ['000300.SH'] }), 'Optimizer')
    expect(text).toMatch(
      /^Difference to SAM in mean RankIC: AdamW [^,]+, [^,]+, ASAM [^,]+, [^,]+\. Difference to SAM/,
    )
    for (const name of ['AdamW', 'ASAM']) expect(text).toContain(`${name} / CSI 300`)
  })

  it('say when a RankIC does not differ from zero', () => {
    const result = buildStudyResult()
    for (const factor of result.factors) Object.assign(factor.rankIcSummary, { n: 50, neweyWestT: 3 })
    expect(find(result, 'Factor')[0].text).not.toContain('NW t of')
    result.factors[0].rankIcSummary.neweyWestT = -1.2
    expect(find(result, 'Factor')[0].text).toContain('The NW t of AdamW is below 2')
  })

  it('call nothing significant on few dates', () => {
    const result = compared({ rankIc: 0.0212, t: 2.31 })
    for (const factor of result.factors) Object.assign(factor.rankIcSummary, { n: 49, neweyWestT: 3 })
    result.comparisons.rankIc[0].commonDates = 49
    expect(find(result, 'Factor')[0].text).toMatch(
      /On fewer than 50 test dates an NW t of 2 does not make a RankIC significant: (AdamW, SAM|SAM, AdamW)\.$/,
    )
    expect(find(result, 'Optimizer')[0].text).toContain(
      'SAM +0.0212 (paired NW t 2.31, too few dates to tell)',
    )
  })

  it('say of several comparisons of RankIC that they are not corrected', () => {
    const models = (['AdamW', 'SAM', 'ASAM'] as const).map((name) => ({
      name,
      method: name === 'AdamW' ? ('plain' as const) : ('sam' as const),
      strength: 1,
    }))
    const result = buildStudyResult({ models, indices: ['000300.SH'] })
    for (const one of result.comparisons.portfolios) one.interval = null
    for (const one of result.comparisons.rankIc)
      Object.assign(one, { commonDates: 100, meanRankIcDifference: 0.01, rankIcDifferenceT: 1.9 })
    expect(find(result, 'Optimizer')[0].text).not.toContain('corrected')
    result.comparisons.rankIc[1].rankIcDifferenceT = 2.1
    expect(find(result, 'Optimizer')[0].text).toMatch(
      /The 2 comparisons are not corrected for their number\.$/,
    )
  })

  it('rank the portfolios of each index by information ratio, an undefined one last', () => {
    const result = buildStudyResult({ indices: ['000300.SH'] })
    const [adamw, sam] = result.portfolios
    adamw.performance!.full.informationRatio = null
    const [{ text }] = find(result, 'Portfolio')
    expect(text).toContain(
      `SAM ${formatRatio(sam.performance!.full.informationRatio)} (annualised excess ${formatPercent(sam.performance!.full.annualisedExcess)}`,
    )
    expect(text).toMatch(/; AdamW — \(annualised excess [\d.]+%\)\.$/)
  })

  it('name the portfolios that were never built, and rank the others', () => {
    const result = neverBuilt(buildStudyResult({ indices: ['000300.SH'] }), 0)
    const [{ text }] = find(result, 'Portfolio')
    expect(text).toMatch(/highest first: SAM [^;]*\. CSI 300, never built: AdamW\.$/)
    const none = neverBuilt(result, 1)
    expect(find(none, 'Portfolio')[0].text).toBe('CSI 300, never built: AdamW, SAM.')
    expect(find(none, 'By year')).toEqual([])
  })

  it('say of under 60 trading days that annualised figures of them say little', () => {
    const result = buildStudyResult({ indices: ['000300.SH'] })
    const said = 'Annualised figures of under 60 trading days say little: AdamW / CSI 300.'
    result.portfolios[0].performance!.full.days = 60
    expect(find(result, 'Portfolio')[0].text).not.toContain('say little')
    result.portfolios[0].performance!.full.days = 59
    expect(find(result, 'Portfolio')[0].text.endsWith(`. ${said}`)).toBe(true)
    const absent = neverBuilt(result, 1)
    expect(find(absent, 'Portfolio')[0].text.endsWith(`. ${said} CSI 300, never built: SAM.`)).toBe(true)
  })

  it('name every year behind the benchmark', () => {
    const result = buildStudyResult({ indices: ['000300.SH'] })
    for (const { performance } of result.portfolios) {
      for (const year of performance!.years) year.excessTotal = Math.abs(year.excessTotal)
    }
    expect(find(result, 'By year')[0].text).toBe(
      'The total excess of every portfolio was positive in every calendar year.',
    )
    result.portfolios[1].performance!.years[1].excessTotal = -0.0312
    expect(find(result, 'By year')[0].text).toBe(
      'Years without a positive total excess: SAM / CSI 300 2022 (−3.12%).',
    )
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

  it('compare nothing when there is one optimizer', () => {
    const result = buildStudyResult({ models: [{ name: 'SAM', method: 'sam', strength: 1 }] })
    expect(find(result, 'Optimizer')).toEqual([])
  })
})
