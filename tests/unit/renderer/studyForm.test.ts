import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { reactive } from 'vue'
import { type StudyConfig, studyConfig, type StudyInput } from '../../../src-shared/domain/study.ts'
import { LOCALES } from '../../../src-shared/locales/index.ts'
import { differsBehindMore } from '../../../src-renderer/views/study/moreSettings.ts'
import { readSeeds, SEED_RANGE } from '../../../src-renderer/views/study/seeds.ts'
import { openViews, type TextField, type Views } from './mounted.ts'

const INPUT: StudyInput = {
  version: 1,
  name: 'study',
  universe: { index: '000905.SH' },
  period: { fitStart: '2010-01-01', fitEnd: '2015-01-01', predictEnd: '2016-01-01' },
  models: [{ frequency: 'weekly', sequenceLength: 12, hiddenSize: 8 }],
  optimizers: [{ name: 'SAM', method: 'sam', rho: 0.2 }],
  portfolio: { indices: ['000905.SH'] },
}

describe('what is behind "more"', () => {
  const after = (change: (study: StudyConfig) => void): boolean => {
    const study = studyConfig.parse(INPUT)
    change(study)
    return differsBehindMore(study)
  }

  it('is all at its defaults, whatever the fields at sight have, also while they are refused', () => {
    const changes: ((study: StudyConfig) => void)[] = [
      () => {},
      (study) => (study.name = ''),
      (study) => (study.refitMonths = 6),
      (study) => Object.assign(study.training, { seeds: [], maxEpochs: 0.5, patience: 3, loss: 'mse' }),
      (study) => (study.training.engine = 'reference'),
      (study) => Object.assign(study.portfolio.limits, { stockActiveMax: 0.1, sizeActiveMax: null }),
      (study) => (study.backtest.costRate = 0),
    ]
    expect(changes.map(after)).toEqual(changes.map(() => false))
  })

  it.each<[string, (study: StudyConfig) => void]>([
    ['the age of stocks', (study) => (study.universe.minListedDays = 120)],
    ['ST stocks', (study) => (study.universe.excludeSt = false)],
    ['the horizon', (study) => (study.samples.horizon = 5)],
    ['the stand-in', (study) => (study.samples.vwapStandIn = 'none')],
    ['the fit period', (study) => (study.fitMonths = 60)],
    ['trajectories', (study) => (study.training.trajectories = 'all')],
    ['a landscape', (study) => (study.landscape = {} as never)],
    ['layers', (study) => (study.factorTest.layers = 5)],
    ['imported factors', (study) => study.factorTest.imported.push('value')],
    ['a weight', (study) => (study.composite.weights.weekly = 2)],
    ['what is neutralised', (study) => study.composite.neutralise.push('size')],
    ['the risk model', (study) => (study.portfolio.risk = {} as never)],
    ['risk aversion', (study) => (study.portfolio.limits.riskAversion = 1)],
    ['a price', (study) => (study.portfolio.limits.linearCost = 0.1)],
    ['a soft limit', (study) => (study.portfolio.limits.soft = { size: 1 })],
    ['a rule of a stock', (study) => study.portfolio.limits.sell.push('600000.SH')],
    ['capital', (study) => (study.backtest.capital = 1e8)],
    ['the days of a year', (study) => (study.backtest.tradingDaysPerYear = 242)],
    ['the rule of the excess', (study) => (study.backtest.annualisedExcess = 'ratio')],
  ])('is not where it has %s of its own', (_name, change) => {
    expect(after(change)).toBe(true)
    expect(differsBehindMore(reactive(studyConfig.parse(INPUT)))).toBe(false)
  })
})

describe('seeds that are typed', () => {
  it.each([
    ['11', [11]],
    ['11,12,13', [11, 12, 13]],
    [' 11 12\u300013 ', [11, 12, 13]],
    ['１１，１２、１３；０', [11, 12, 13, 0]],
    ['', []],
    [' \u3000，', []],
    ['4294967295', [4294967295]],
  ])('%j are %j', (text, seeds) => {
    expect(readSeeds(text)).toEqual({ seeds, refused: [] })
  })

  it.each([
    ['1.5', ['1.5']],
    ['-1', ['-1']],
    ['1e3', ['1e3']],
    ['0x10', ['0x10']],
    ['11, 1.5, 12 种', ['1.5', '种']],
    ['1，４２９４９６７２９７', ['4294967297']],
  ])('%j have none while there is %j among them', (text, refused) => {
    expect(readSeeds(text)).toEqual({ seeds: [], refused })
  })

  it('are told their range', () => {
    expect(SEED_RANGE).toBe('[0, 4294967295]')
  })
})

describe('the form of a study', () => {
  let views: Views
  beforeAll(async () => {
    views = await openViews()
  })
  afterAll(() => views.close())

  const form = (study: StudyInput, locale: (typeof LOCALES)[number]) =>
    views.render('views/study/StudyForm.vue', { modelValue: reactive(studyConfig.parse(study)) }, locale)

  it.each(LOCALES)('is not submitted by Enter in one of its fields, in %s', async (locale) => {
    const html = await form(INPUT, locale)
    expect(/^<form/.test(html)).toBe(true)
    expect(/<button[^>]*data-testid="start-study"/.test(html)).toBe(true)
    expect(/<button[^>]*type="submit"/.test(html)).toBe(false)
  })

  it('shows what is behind "more" where it is not as by default', async () => {
    const more = (html: string) => /data-testid="study-more".*?aria-expanded="(\w+)"/s.exec(html)![1]
    expect(more(await form(INPUT, 'en'))).toBe('false')
    expect(more(await form({ ...INPUT, samples: { stride: 20 } }, 'en'))).toBe('true')
  })

  it.each(LOCALES)('has every seed, and a field for others that is there at once, in %s', async (locale) => {
    const html = await form({ ...INPUT, training: { seeds: [7, 11] } }, locale)
    const field = /data-testid="study-seeds".*?<input[^>]*>/s.exec(html)?.[0] ?? ''
    for (const seed of ['7', '11']) expect(new RegExp(`>(<!--\\[-->)?${seed}<`).test(field)).toBe(true)
    expect(/<input[^>]*aria-label="(添加种子|Add a seed)"/.test(field)).toBe(true)
  })

  describe('has of imported factors', () => {
    const after = async (act: (field: TextField) => void) => {
      const config = reactive(studyConfig.parse({ ...INPUT, factorTest: { imported: ['value', 'size'] } }))
      const props = { modelValue: config }
      const [field] = await views.fields('views/study/FactorFields.vue', props, 'en', 'Imported factors')
      act(field!)
      return config.factorTest.imported
    }

    it('what is typed, when its field is left as when Enter is pressed', async () => {
      for (const done of [(field: TextField) => field.leave(), (field: TextField) => field.press('Enter')]) {
        const names = await after((field) => {
          field.type(' turnover, 20 days ')
          done(field)
        })
        expect(names).toEqual(['value', 'size', 'turnover, 20 days'])
      }
    })

    it.each(['value', ' ', ''])('each once, and none without a name: %j', async (text) => {
      const names = await after((field) => {
        field.type(text)
        field.leave()
      })
      expect(names).toEqual(['value', 'size'])
    })

    it('the last one no more when the empty field is erased further', async () => {
      expect(await after((field) => field.press('Backspace'))).toEqual(['value'])
    })
  })

  it('takes the seeds that were typed when their field is left', async () => {
    const training = reactive(studyConfig.parse(INPUT).training)
    const props = {
      modelValue: training.seeds,
      'onUpdate:modelValue': (to: number[]) => (training.seeds = to),
    }
    const [field] = await views.fields('views/study/SeedsField.vue', props, 'en', 'Add a seed')
    field!.type('11, 12')
    field!.leave()
    expect(training.seeds).toEqual([1, 2, 3, 11, 12])
  })
})
