import { describe, expect, it } from 'vitest'
import {
  compareStudies,
  differingSettings,
  matchedDifference,
  type MatchedRun,
} from '../../../src-main/study/compareStudies.ts'
import type { StudyResult } from '../../../src-shared/domain/result.ts'
import { createRandom } from '../../../src-shared/random.ts'
import { mean, standardDeviation } from '../../../src-shared/statistics.ts'
import { buildStudyResult } from '../../fixtures/studyResult.ts'

const result = buildStudyResult()
const [, second] = result.config.optimizers

/** The same study with every best validation IC of its second optimizer moved by `shift(seed)`. */
function moved(of: StudyResult, shift: (seed: number) => number): StudyResult {
  return {
    ...of,
    runs: of.runs.map((run) =>
      run.key.optimizer === second.name
        ? {
            ...run,
            epochs: run.epochs.map((epoch) => ({ ...epoch, validIc: epoch.validIc + shift(run.key.seed) })),
          }
        : run,
    ),
  }
}

describe('studies side by side', () => {
  it('lists the settings that differ by their path, and nothing else', () => {
    expect(
      differingSettings([
        { a: 1, b: { c: [1, 2] } },
        { a: 1, b: { c: [1, 3] }, d: null },
      ]),
    ).toEqual([
      { path: 'b.c[1]', values: ['2', '3'] },
      { path: 'd', values: [null, 'null'] },
    ])
    const other = { ...result.config, training: { ...result.config.training, patience: 3 } }
    expect(
      compareStudies([
        { id: 'a', result },
        { id: 'b', result: { ...result, config: other } },
      ]).settings,
    ).toEqual([{ path: 'training.patience', values: [String(result.config.training.patience), '3'] }])
  })

  it('matches the members of a list by their names, where all have one of their own', () => {
    const of = (optimizers: readonly object[]) => ({ optimizers })
    const [adam, sam, asam] = [
      { name: 'AdamW', lr: 1 },
      { name: 'SAM', lr: 1, rho: 0.1 },
      { name: 'ASAM', lr: 1, rho: 0.5 },
    ]
    expect(differingSettings([of([adam, sam]), of([asam, { ...sam, rho: 0.2 }])])).toEqual([
      { path: 'optimizers[AdamW]', values: [JSON.stringify({ lr: 1, name: 'AdamW' }), null] },
      { path: 'optimizers[SAM].rho', values: ['0.1', '0.2'] },
      { path: 'optimizers[ASAM]', values: [null, JSON.stringify({ lr: 1, name: 'ASAM', rho: 0.5 })] },
    ])
    expect(differingSettings([of([adam, adam]), of([adam, sam])]).map(({ path }) => path)).toEqual([
      'optimizers[1].name',
      'optimizers[1].rho',
    ])
  })

  it('has the figures of every arm by itself', () => {
    const { metrics } = compareStudies([
      { id: 'a', result },
      { id: 'b', result },
    ])
    expect(metrics.map(({ studyId, optimizer }) => `${studyId} ${optimizer}`)).toEqual(
      ['a', 'b'].flatMap((id) => result.config.optimizers.map(({ name }) => `${id} ${name}`)),
    )
    for (const { optimizer, rankIc, portfolios } of metrics) {
      const factor = result.factors.find(
        (one) => one.optimizer === optimizer && one.frequency === 'composite',
      )!
      expect(rankIc).toEqual(factor.rankIcSummary)
      const own = result.portfolios.filter(({ model }) => model === optimizer)
      expect(portfolios).toEqual(
        own.map(({ index, performance }) => ({ index, performance: performance!.full })),
      )
    }
  })

  it('matches the runs of a study that tests imported factors beside its own', () => {
    const compared = (importedHash: string | null) =>
      compareStudies([
        { id: 'a', result },
        { id: 'b', result: { ...result, importedHash } },
      ]).arms
    expect(compared('f')).toEqual(compared(null))
  })

  it('matches no runs of other data', () => {
    const { arms } = compareStudies([
      { id: 'a', result },
      { id: 'b', result: { ...result, dataHash: 'other' } },
    ])
    for (const { studyId, validIc } of arms)
      for (const { pairs, mean } of validIc)
        expect([pairs > 0, mean !== null]).toEqual(studyId === 'a' ? [true, true] : [false, false])
  })

  it('pairs runs of the same window, frequency and seed', () => {
    const comparison = compareStudies([
      { id: 'a', result },
      { id: 'b', result: moved(result, (seed) => seed) },
    ])
    expect(comparison.baseline).toEqual({
      studyId: 'a',
      study: result.config.name,
      optimizer: result.config.optimizers[0].name,
    })
    // The other optimizers of the first study, then all of the second.
    expect(comparison.arms.map(({ studyId, optimizer }) => `${studyId} ${optimizer}`)).toEqual([
      ...result.config.optimizers.slice(1).map(({ name }) => `a ${name}`),
      ...result.config.optimizers.map(({ name }) => `b ${name}`),
    ])
    const itself = comparison.arms.find(
      ({ studyId, optimizer }) => studyId === 'b' && optimizer === result.config.optimizers[0].name,
    )!
    for (const { mean, pairs } of itself.validIc) {
      expect(pairs).toBeGreaterThan(0)
      expect(mean).toBe(0)
    }
    for (const { meanDifference } of itself.portfolios) expect(meanDifference).toBe(0)
    const [near] = comparison.arms
    const far = comparison.arms.find(
      ({ studyId, optimizer }) => studyId === 'b' && optimizer === second.name,
    )!
    const seeds = result.config.training.seeds
    const meanSeed = seeds.reduce((sum, seed) => sum + seed, 0) / seeds.length
    far.validIc.forEach(({ mean, pairs, windows }, k) => {
      expect(pairs).toBe(seeds.length * result.windows.length)
      expect(windows).toBe(result.windows.length)
      expect(mean! - near.validIc[k].mean!).toBeCloseTo(meanSeed, 12)
    })
  })

  it('refuses a single optimizer', () => {
    const alone = {
      ...result,
      config: { ...result.config, optimizers: result.config.optimizers.slice(0, 1) },
    }
    expect(() => compareStudies([{ id: 'a', result: alone }])).toThrow(
      expect.objectContaining({ code: 'usage' }),
    )
  })
})

describe('the interval of a matched difference', () => {
  const runs = (
    windows: number,
    seeds: number,
    valueOf: (window: number, seed: number) => number,
  ): MatchedRun[] =>
    Array.from({ length: windows }, (_, window) =>
      Array.from({ length: seeds }, (_, seed) => ({
        window: `window ${window}`,
        seed,
        value: valueOf(window, seed),
      })),
    ).flat()
  const of = (windows: number, seeds: number, valueOf: (window: number, seed: number) => number) =>
    matchedDifference(
      runs(windows, seeds, valueOf),
      runs(windows, seeds, () => 0),
    )

  it('covers the true difference as often as it says where windows have an effect of their own', () => {
    const random = createRandom(7, 1)
    const trials = 4000
    let covered = 0
    for (let trial = 0; trial < trials; trial++) {
      const effects = Array.from({ length: 6 }, () => random.normal())
      const { lower, upper } = of(6, 3, (window) => effects[window] + random.normal()).interval!
      if (lower <= 0 && 0 <= upper) covered++
    }
    // Four standard errors of the share.
    expect(Math.abs(covered / trials - 0.95)).toBeLessThan(4 * Math.sqrt((0.95 * 0.05) / trials))
  })

  it('is over the means of two windows or more, over the seeds of a single one', () => {
    // t(0.975) with 1 degree of freedom, and with 2.
    const several = of(2, 3, (window, seed) => [1, 3][window] + [-0.5, 0, 0.5][seed])
    expect(several).toMatchObject({ pairs: 6, windows: 2, mean: 2 })
    expect(several.interval!.upper).toBeCloseTo(2 + 12.706204736, 8)
    const seeds = [1, 2, 4]
    const single = of(1, 3, (_, seed) => seeds[seed])
    expect(single).toMatchObject({ pairs: 3, windows: 1 })
    const error = standardDeviation(seeds)! / Math.sqrt(3)
    expect(single.interval!.lower).toBeCloseTo(mean(seeds) - 4.30265272991 * error, 8)
    expect(single.t).toBeCloseTo(mean(seeds) / error, 12)
  })

  it('is not there for one pair, or none', () => {
    expect(of(1, 1, () => 5)).toEqual({ pairs: 1, windows: 1, mean: 5, interval: null, t: null })
    expect(of(0, 0, () => 5)).toEqual({ pairs: 0, windows: 0, mean: null, interval: null, t: null })
  })
})
