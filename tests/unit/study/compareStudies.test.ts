import { describe, expect, it } from 'vitest'
import { compareStudies, differingSettings } from '../../../src-main/study/compareStudies.ts'
import type { StudyResult } from '../../../src-shared/domain/result.ts'
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
    far.validIc.forEach(({ mean, pairs }, k) => {
      expect(pairs).toBe(seeds.length * result.windows.length)
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
