import { describe, expect, it } from 'vitest'
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
    const parts = { size: ['sequenceLength', 'hiddenSize', 'layers'], name: ['maxEpochs', 'patience'] }
    for (const size of parts.size) expect(numberSetting(`models[0].${size}`)).not.toBeNull()
    for (const name of parts.name) expect(numberSetting(`training.${name}`)).not.toBeNull()
    for (const limit of [
      'stockActiveMax',
      'memberWeightMin',
      'turnoverMax',
      'sizeActiveMax',
      'styleActiveMax',
    ])
      expect(numberSetting(`portfolio.limits.${limit}`)).not.toBeNull()
  })
})
