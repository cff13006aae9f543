import { describe, expect, it } from 'vitest'
import { portfolioLimits, riskSettings, studyConfig } from '../../../src-shared/domain/study.ts'
import { numberSetting } from '../../../src-renderer/views/study/numberSettings.ts'
import { sources } from './sources.ts'

describe('a number among the settings', () => {
  it('has its range and default from the schema, in the unit that it is edited in', () => {
    expect(numberSetting('training.maxEpochs')).toEqual({
      percent: false,
      integer: true,
      range: '[1, 1000]',
      preset: '100',
    })
    expect(numberSetting('models[1].dropout')).toEqual({
      percent: false,
      integer: false,
      range: '[0, 1)',
      preset: '0',
    })
    expect(numberSetting('portfolio.limits.stockActiveMax')).toEqual({
      percent: true,
      integer: false,
      range: '[0%, 100%]',
      preset: '0.8%',
    })
    // Switched off by default.
    expect(numberSetting('portfolio.limits.participationMax')).toMatchObject({
      range: '(0%, 100%]',
      preset: null,
    })
    expect(numberSetting('backtest.capital')).toMatchObject({ range: '(0, ∞)', preset: null })
  })

  it('is not what the schema has no number for', () => {
    for (const path of ['name', 'period', 'training', 'training.engine', 'colour', 'models[0].colour'])
      expect(numberSetting(path)).toBeNull()
  })

  it('is what every field of the form is for', () => {
    const views = sources.filter(({ file }) => /^views\/study\/\w+Fields\.vue$/.test(file))
    const paths = views.flatMap(({ text }) =>
      [...text.matchAll(/<SettingField[^]*?\/>/g)].map(([field]) => /\bpath="([^"]+)"/.exec(field)![1]!),
    )
    expect(paths.length).toBeGreaterThan(10)
    for (const path of paths.filter((each) => !each.includes('${')))
      expect(numberSetting(path), path).not.toBeNull()
    const bound = [
      ...['sequenceLength', 'hiddenSize', 'layers'].map((size) => `models[0].${size}`),
      ...['maxEpochs', 'patience'].map((name) => `training.${name}`),
      ...['stockActiveMax', 'memberWeightMin', 'turnoverMax', 'sizeActiveMax', 'styleActiveMax'].map(
        (limit) => `portfolio.limits.${limit}`,
      ),
      ...['daily', 'weekly'].map((frequency) => `composite.weights.${frequency}`),
      ...Object.keys(riskSettings.shape).map((name) => `portfolio.risk.${name}`),
      ...Object.keys(portfolioLimits.shape.soft.unwrap().shape).map(
        (limit) => `portfolio.limits.soft.${limit}`,
      ),
      ...['min', 'max'].map((each) => `portfolio.limits.stocks[3].${each}`),
    ]
    for (const path of bound) expect(numberSetting(path), path).not.toBeNull()
  })

  it('has a field for every setting of a study but its texts and lists', () => {
    const views = sources.filter(({ file }) => /^views\/study\/\w+\.vue$/.test(file)).map(({ text }) => text)
    const all = views.join('\n')
    const named = (path: string) => new RegExp(`[.']${path.split('.').at(-1)!}\\b`).test(all)
    const leaves = (prefix: string, schema: object): string[] =>
      Object.keys(schema).map((key) => (prefix === '' ? key : `${prefix}.${key}`))
    const { samples, universe, factorTest, backtest, training } = studyConfig.shape
    for (const path of [
      ...leaves('samples', samples.unwrap().shape),
      ...leaves('universe', universe.shape),
      ...leaves('factorTest', factorTest.unwrap().shape),
      ...leaves('backtest', backtest.unwrap().shape),
      ...leaves('training', training.unwrap().shape).filter((each) => each !== 'training.trajectories'),
      ...leaves('', portfolioLimits.shape),
      ...leaves('', riskSettings.shape),
    ])
      expect(named(path), path).toBe(true)
    expect(named('samples.colour')).toBe(false)
  })
})
