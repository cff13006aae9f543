import { describe, expect, it } from 'vitest'
import { comparisons } from '../../../src-shared/domain/comparison.ts'
import { compareModels } from '../../../src-main/study/comparisons.ts'
import { buildStudyResult } from '../../fixtures/studyResult.ts'

const names = ['AdamW', 'SAM', 'Same']
const study = buildStudyResult({
  models: names.map((name, at) => ({ name, method: at === 0 ? 'plain' : 'sam', strength: 1 })),
})

describe('comparisons of a study', () => {
  it('are of every later optimizer to the first, per index in the order of the settings', () => {
    const answer = compareModels(study.config, study)
    expect(comparisons.parse(answer)).toEqual(answer)
    expect(answer.baseline).toBe('AdamW')
    expect(answer.portfolios.map(({ index, model }) => `${index} ${model}`)).toEqual([
      '000300.SH SAM',
      '000300.SH Same',
      '000905.SH SAM',
      '000905.SH Same',
    ])
    expect(answer.rankIc.map(({ model }) => model)).toEqual(['SAM', 'Same'])
    expect(answer.portfolios.map(({ commonDays }) => commonDays)).toEqual(
      study.portfolios.filter(({ model }) => model !== 'AdamW').map(({ dates }) => dates.length),
    )
    expect(answer.rankIc[0].commonDates).toBe(study.factors[0].rankIcSummary.n)
  })

  it('are 0 for a copy of the first', () => {
    const copied = structuredClone(study)
    for (const index of copied.config.portfolio.indices) {
      const of = (name: string) => copied.portfolios.find((one) => one.model === name && one.index === index)!
      Object.assign(of('Same'), { returns: of('AdamW').returns })
    }
    const composite = (name: string) => copied.factors.find((factor) => factor.name === name)!
    composite('Same').rankIc = composite('AdamW').rankIc
    const { portfolios, rankIc } = compareModels(copied.config, copied)
    for (const { model, meanDifference, interval } of portfolios) {
      if (model === 'Same') expect([meanDifference, interval]).toEqual([0, { lower: 0, upper: 0 }])
      else expect(meanDifference).not.toBe(0)
    }
    expect(rankIc.map(({ meanRankIcDifference }) => meanRankIcDifference === 0)).toEqual([false, true])
  })

  it('hold the Sharpe of every portfolio against the others of its index as trials', () => {
    const { sharpe } = study.comparisons
    expect(sharpe.map(({ index, model, trials }) => [index, model, trials])).toEqual(
      study.config.portfolio.indices.flatMap((index) => names.map((model) => [index, model, 3])),
    )
    for (const { dailySharpe, probabilisticSharpe, deflatedSharpe, expectedMaximumSharpe } of sharpe) {
      expect(expectedMaximumSharpe).toBeGreaterThan(0)
      expect(deflatedSharpe).toBeLessThan(probabilisticSharpe!)
      expect(probabilisticSharpe! > 0.5).toBe(dailySharpe! > 0)
    }
  })

  it('have no deflated Sharpe for a single portfolio', () => {
    const single = buildStudyResult({ models: [{ name: 'SAM', method: 'sam', strength: 1 }] })
    expect(single.comparisons.sharpe[0]).toMatchObject({
      trials: 1,
      expectedMaximumSharpe: null,
      deflatedSharpe: null,
    })
  })

  it('do not depend on the order of the results', () => {
    const shuffled = { factors: study.factors.toReversed(), portfolios: study.portfolios.toReversed() }
    expect(compareModels(study.config, shuffled)).toEqual(study.comparisons)
  })
})
