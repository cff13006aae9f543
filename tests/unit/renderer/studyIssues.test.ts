import { describe, expect, it } from 'vitest'
import { type StudyConfig, studyConfig, type StudyInput } from '../../../src-shared/domain/study.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { type Locale, LOCALES } from '../../../src-shared/locales/index.ts'
import { i18n } from '../../../src-renderer/i18n.ts'
import {
  optimizerIssues,
  parseStudy,
  requireStartable,
  type Unread,
  studyIssues,
  type Translate,
} from '../../../src-renderer/views/study/issues.ts'

const translate =
  (locale: Locale): Translate =>
  (key, values) =>
    i18n.global.t(key, values, { locale })

const INPUT: StudyInput = {
  version: 1,
  name: 'study',
  universe: { index: null },
  period: { fitStart: '2010-01-01', fitEnd: '2015-01-01', predictEnd: '2016-01-01' },
  models: [{ frequency: 'daily', sequenceLength: 30 }],
  optimizers: [
    { name: 'AdamW', method: 'plain' },
    { name: 'mine', method: 'composed', parts: { perturbation: { direction: { kind: 'noise' } } } },
    { name: 'SAF', method: 'saf' },
  ],
  portfolio: { indices: ['000905.SH'] },
}

/** A study of the form after a change that the schema may refuse. */
function changed(change: (study: StudyConfig) => void): StudyConfig {
  const study = studyConfig.parse(INPUT)
  change(study)
  return study
}
function issues(locale: Locale, change: (study: StudyConfig) => void) {
  return studyIssues(changed(change), locale, translate(locale))
}
/** What an act is refused with. */
function refusalOf(act: () => unknown): PlateauError {
  try {
    act()
  } catch (error) {
    return PlateauError.from(error)
  }
  throw new Error('nothing was refused')
}
/** The form edits an object of any shape that its fields have. */
const at = (study: StudyConfig, optimizer: number) =>
  study.optimizers[optimizer] as unknown as Record<string, never>

describe('a study’s issues', () => {
  it('are none when it may be started', () => {
    for (const locale of LOCALES) expect(issues(locale, () => {})).toEqual([])
  })

  it('name the part that is refused, in both languages', () => {
    const mask = (study: StudyConfig) => {
      at(study, 1)['parts']['perturbation']['mask'] = { kind: 'tensors', beta: 0.5 } as never
    }
    const path = ['optimizers', 1, 'parts', 'perturbation', 'mask']
    expect(issues('zh-CN', mask)).toEqual([
      { path, subject: 'mine · 扰动掩码', text: '掩码是对梯度的取舍，而噪声不用梯度：掩码选“无”' },
    ])
    expect(issues('en', mask)).toEqual([
      {
        path,
        subject: 'mine · Mask',
        text: 'Masks choose among gradients, and noise has none: choose no mask',
      },
    ])
  })

  it('say what a number may be', () => {
    const numbers = (study: StudyConfig) => {
      study.optimizers[0].base.learningRate = 0
      study.optimizers[0].clipNorm = -1
      at(study, 2)['epochsBack'] = 1.5 as never
      at(study, 1)['parts']['perturbation']['rho'] = 11 as never
    }
    const texts = (locale: Locale) =>
      issues(locale, numbers).map(({ subject, text }) => `${subject}: ${text}`)
    expect(texts('en')).toEqual([
      'AdamW · Learning rate: must be in (0, 10]',
      'AdamW · Gradient clipping: must be in (0, ∞)',
      'mine · Radius ρ: must be in [0, 10]',
      'SAF · Epochs back M: must be a whole number in [1, 50]',
    ])
    expect(texts('zh-CN')[3]).toBe('SAF · 回看轮数 M: 须为 [1, 50] 内的整数')
  })

  it('of names stand at the later one, or at one that is missing', () => {
    const found = issues('zh-CN', ({ optimizers }) => {
      optimizers[2].name = 'AdamW'
      optimizers[1].name = ''
    })
    expect(found).toEqual([
      { path: ['optimizers', 2, 'name'], subject: 'AdamW · 名称', text: '另一优化器已用此名称' },
      { path: ['optimizers', 1, 'name'], subject: '名称', text: '不能为空' },
    ])
  })

  it('of other settings are told in the language of the window, by their place', () => {
    const patience = (study: StudyConfig) => (study.training.patience = 0)
    const [english] = issues('en', patience)
    expect(english.subject).toBe('training.patience')
    expect(english.text).not.toMatch(/\p{Script=Han}/u)
    const [{ text }] = issues('zh-CN', patience)
    expect(text).toMatch(/\p{Script=Han}/u)
  })

  it('say of what is left empty that it is', () => {
    const empty = (study: StudyConfig) => {
      study.name = ''
      study.portfolio.indices = []
      study.portfolio.limits.stocks = [{ symbol: '', min: 0, max: 1 }]
    }
    for (const [locale, text] of [
      ['zh-CN', '不能为空'],
      ['en', 'must not be empty'],
    ] as const)
      expect(issues(locale, empty).map((issue) => [issue.path.join('.'), issue.text])).toEqual([
        ['name', text],
        ['portfolio.indices', text],
        ['portfolio.limits.stocks.0.symbol', text],
      ])
  })

  it('say what any number of the form may be, as it is edited', () => {
    const numbers = (study: StudyConfig) => {
      study.training.patience = 0.5
      study.models[0].hiddenSize = 300
      study.portfolio.limits.turnoverMax = 2.5
      study.backtest.costRate = -0.1
    }
    const found = issues('en', numbers).map(({ subject, text }) => [subject, text])
    expect(Object.fromEntries(found)).toEqual({
      'training.patience': 'must be a whole number in [1, 1000]',
      'models[0].hiddenSize': 'must be a whole number in [1, 128]',
      'portfolio.limits.turnoverMax': 'must be in [0%, 200%]',
      'backtest.costRate': 'must be in [0%, 10%]',
    })
  })

  it('of settings that do not go together are in the language of the window', () => {
    const period = (study: StudyConfig) => (study.period.fitEnd = '2009-01-01')
    expect(issues('zh-CN', period)).toEqual([
      { path: ['period'], subject: 'period', text: '日期须满足：训练起始日 < 训练截止日 < 预测截止日' },
    ])
    expect(issues('en', period)[0].text).toBe(
      'The fit period begins before it ends, and ends before the prediction does',
    )
  })

  it('of a target that never acts carry its numbers', () => {
    const [issue] = issues('en', (study) => (study.training.maxEpochs = 4))
    expect(issue.path).toEqual(['optimizers', 2, 'startEpoch'])
    expect(issue.text).toContain('from epoch 7 on')
  })

  it('are handed to their optimizer by field', () => {
    const found = issues('en', (study) => {
      study.optimizers[0].base.learningRate = 20
      study.optimizers[2].name = 'mine'
      at(study, 2)['strength'] = 0 as never
    })
    expect([...optimizerIssues(found, 0)]).toEqual([['base.learningRate', ['must be in (0, 10]']]])
    expect([...optimizerIssues(found, 1)]).toEqual([])
    expect([...optimizerIssues(found, 2)]).toEqual([
      ['name', ['another optimizer has this name']],
      ['strength', ['must be in (0, 100]']],
    ])
  })
})

describe('a study that is to be started', () => {
  it('is refused with what, where and why, in both languages', () => {
    const study = changed(({ optimizers }) => (optimizers[0].base.learningRate = 20))
    expect(refusalOf(() => requireStartable(study, [], translate)).toData()).toEqual({
      code: 'study_invalid',
      message: 'AdamW · Learning rate: must be in (0, 10]',
      inChinese: { message: 'AdamW · 学习率：须在 (0, 10] 内' },
      place: { field: 'optimizers[0].base.learningRate' },
    })
  })

  it('is refused beside a text that is in no setting', () => {
    const unread: Unread = {
      path: ['training', 'seeds'],
      typed: '1.5',
      why: (t) => t('study.wholeNumberIn', { range: '[0, 9]' }),
    }
    expect(refusalOf(() => requireStartable(studyConfig.parse(INPUT), [unread], translate)).toData()).toEqual(
      {
        code: 'study_invalid',
        message: '1.5: must be a whole number in [0, 9]',
        inChinese: { message: '1.5：须为 [0, 9] 内的整数' },
        place: { field: 'training.seeds' },
      },
    )
  })

  it('is let pass without an issue', () => {
    expect(requireStartable(studyConfig.parse(INPUT), [], translate)).toBeUndefined()
  })
})

describe('parseStudy', () => {
  it('gives a study with its defaults', () => {
    expect(parseStudy(JSON.parse(JSON.stringify(INPUT)))).toEqual(studyConfig.parse(INPUT))
  })

  it('refuses data of any shape in both languages, at its place', () => {
    for (const value of [null, 3, [], { optimizers: 7 }, { ...INPUT, optimizers: [{ method: 'sam' }, 3] }])
      expect(refusalOf(() => parseStudy(value)).toData()).toMatchObject({
        code: 'study_invalid',
        message: expect.stringMatching(/[a-z]/),
        inChinese: { message: expect.stringMatching(/[\u4e00-\u9fff]/) },
      })
    const parts = { finalGradient: { kind: 'surrogateGap' } }
    const refused = { ...INPUT, optimizers: [{ name: 'mine', method: 'composed', parts }] }
    expect(refusalOf(() => parseStudy(refused))).toMatchObject({
      inChinese: { message: expect.stringContaining('没有扰动就没有扰动后的梯度可供组合') },
      place: { field: 'optimizers[0].parts.finalGradient' },
    })
  })
})
