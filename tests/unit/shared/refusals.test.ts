import { describe, expect, it } from 'vitest'
import { composition, type CompositionInput, refusals } from '../../../src-shared/domain/optimizer/index.ts'
import { mappingFile } from '../../../src-shared/domain/importing.ts'
import { fieldsOf } from '../../../src-shared/domain/importTables.ts'
import { REFUSAL_CODES, type RefusalCode, refusalOf } from '../../../src-shared/domain/refusal.ts'
import { studyConfig, type StudyInput } from '../../../src-shared/domain/study.ts'
import { LOCALES } from '../../../src-shared/locales/index.ts'
import { refusalText } from '../../../src-shared/locales/refusals.ts'

const ascent = { direction: { kind: 'gradient' } } as const
const noise = { direction: { kind: 'noise' } } as const
const curvature = { direction: { kind: 'curvature' } } as const
const dual = { direction: { kind: 'dual' } } as const
const sharpest = { samples: { kind: 'sharpest' } } as const
const next = { samples: { kind: 'next' } } as const
const past = { kind: 'past' } as const
const gap = { kind: 'surrogateGap' } as const
const norm = { kind: 'gradientNorm' } as const
const penalty = { kind: 'gradientNormPenalty' } as const

/** Parts that go together but for one thing, by the code that says which. */
const REFUSED: Partial<Record<RefusalCode, CompositionInput>> = {
  final_without_perturbation: { finalGradient: gap },
  steps_without_perturbation: { schedule: { steps: { kind: 'look' } } },
  samples_without_perturbation: { schedule: next },
  clients_without_perturbation: { federated: {} },
  noise_scaled: { perturbation: { ...noise, scaling: { kind: 'elementwise' } } },
  noise_masked: { perturbation: { ...noise, mask: { kind: 'fisher' } } },
  noise_final: { perturbation: noise, finalGradient: gap },
  noise_sharpest: { perturbation: noise, schedule: sharpest },
  noise_past_target: { perturbation: noise, target: past },
  penalty_direction: { perturbation: ascent, finalGradient: penalty },
  curvature_final: { perturbation: curvature },
  curvature_scaled_masked: {
    perturbation: { ...curvature, mask: { kind: 'dynamic' } },
    finalGradient: penalty,
  },
  curvature_sharpest: { perturbation: curvature, finalGradient: penalty, schedule: sharpest },
  norm_direction: { perturbation: { direction: { kind: 'friendly' } }, finalGradient: norm },
  norm_masked: { perturbation: { mask: { kind: 'tensors' } }, finalGradient: norm },
  norm_samples: { perturbation: ascent, finalGradient: norm, schedule: sharpest },
  next_final: { perturbation: ascent, finalGradient: gap, schedule: next },
  next_steps: { perturbation: noise, schedule: { ...next, steps: { kind: 'bernoulli' } } },
  next_target: { perturbation: ascent, schedule: next, target: past },
  sharpest_final: { perturbation: ascent, finalGradient: gap, schedule: sharpest },
  sharpest_steps: { perturbation: ascent, schedule: { ...sharpest, steps: { kind: 'look' } } },
  curve_without_end: { perturbation: ascent, schedule: { steps: { kind: 'bernoulli', curve: 'cosine' } } },
  sharpest_target: { perturbation: ascent, schedule: sharpest, target: { kind: 'average' } },
  dual_without_clients: { perturbation: dual },
  clients_without_dual: { perturbation: ascent, federated: {} },
  clients_final: { perturbation: dual, finalGradient: gap, federated: {} },
  clients_rho_schedule: {
    perturbation: { ...dual, rhoSchedule: { kind: 'linear', end: 0 } },
    federated: {},
  },
  clients_scaled_masked: { perturbation: { ...dual, scaling: { kind: 'single' } }, federated: {} },
  clients_schedule: { perturbation: dual, schedule: { steps: { kind: 'bernoulli' } }, federated: {} },
  clients_target: { perturbation: dual, target: past, federated: {} },
}

type Optimizer = StudyInput['optimizers'][number]
/** Optimizers refused by more than their parts. */
const REFUSED_OPTIMIZERS: Partial<Record<RefusalCode, Optimizer>> = {
  proportional_without_decay: {
    name: 'GSAM',
    method: 'gsam',
    rhoSchedule: { kind: 'proportional', end: 0.01 },
  },
  past_target_too_early: { name: 'SAF', method: 'saf', startEpoch: 2, epochsBack: 9 },
  target_after_training: { name: 'MESA', method: 'mesa', startEpoch: 200 },
  warm_up_after_training: {
    name: 'AdamW',
    method: 'plain',
    learningRateSchedule: { warmUpEpochs: 100, decay: { kind: 'cosine' } },
  },
  decay_after_training: {
    name: 'AdamW',
    method: 'plain',
    learningRateSchedule: { decay: { kind: 'step', everyEpochs: 120 } },
  },
  nesterov: { name: 'SGD', method: 'plain', base: { rule: 'sgd', nesterov: true, dampening: 0.1 } },
}

const SOUND: StudyInput = {
  version: 1,
  name: 'study',
  universe: { index: null },
  period: { fitStart: '2010-01-01', fitEnd: '2015-01-01', predictEnd: '2016-01-01' },
  models: [{ frequency: 'daily', sequenceLength: 30 }],
  optimizers: [{ name: 'AdamW', method: 'plain' }],
  portfolio: { indices: ['000905.SH'] },
}

/** Studies refused, each by where and with which values. */
const REFUSED_STUDIES: Partial<
  Record<RefusalCode, [study: Partial<StudyInput>, path: string, values: Record<string, string>]>
> = {
  date_form: [{ period: { ...SOUND.period, fitStart: '2010-02-30' } }, 'period.fitStart', {}],
  period_order: [{ period: { ...SOUND.period, fitEnd: '2017-01-01' } }, 'period', {}],
  dropout_without_layers: [
    { models: [{ frequency: 'daily', sequenceLength: 30, layers: 1, dropout: 0.5 }] },
    'models.0.dropout',
    {},
  ],
  landscape_without_trajectories: [
    { landscape: {}, training: { trajectories: 'none' } },
    'training.trajectories',
    {},
  ],
  joint_without_pca: [{ landscape: { directions: 'random', axes: 'joint' } }, 'landscape.axes', {}],
  region_empty: [{ landscape: { region: { x: [0, 1], y: [2, 2] } } }, 'landscape.region.y', {}],
  risk_model_missing: [
    { portfolio: { indices: ['000905.SH'], limits: { riskAversion: 1 } } },
    'portfolio.risk',
    {},
  ],
  capital_missing: [{ backtest: { lots: true } }, 'backtest.capital', {}],
  stock_bounds_crossed: [
    {
      portfolio: {
        indices: ['000905.SH'],
        limits: { stocks: [{ symbol: '600000.SH', min: 0.2, max: 0.1 }] },
      },
    },
    'portfolio.limits.stocks.0.max',
    {},
  ],
  stock_repeated: [
    { portfolio: { indices: ['000905.SH'], limits: { hold: ['600000.SH'], sell: ['600000.SH'] } } },
    'portfolio.limits',
    { symbol: '600000.SH' },
  ],
  optimizer_repeated: [
    {
      optimizers: [
        { name: 'SAM', method: 'plain' },
        { name: 'SAM', method: 'sam' },
      ],
    },
    'optimizers',
    { name: 'SAM' },
  ],
  frequency_repeated: [
    {
      models: [
        { frequency: 'weekly', sequenceLength: 30 },
        { frequency: 'weekly', sequenceLength: 20 },
      ],
    },
    'models',
    { frequency: 'weekly' },
  ],
  seed_repeated: [{ training: { seeds: [1, 2000, 2000] } }, 'training.seeds', { seed: '2000' }],
  factor_repeated: [{ factorTest: { imported: ['ep', 'ep'] } }, 'factorTest.imported', { name: 'ep' }],
  index_repeated: [
    { portfolio: { indices: ['000905.SH', '000905.SH'] } },
    'portfolio.indices',
    { symbol: '000905.SH' },
  ],
}

const BARS = { symbol: 's', date: 'd', open: 'o', high: 'h', low: 'l', close: 'c', volume: 'v', amount: 'a' }
/** Mappings refused, in the same way. */
const REFUSED_MAPPINGS: Partial<
  Record<RefusalCode, [mapping: object, path: string, values: Record<string, string>]>
> = {
  subject_stars: [{ columns: BARS, subject: '*_*' }, 'subject', {}],
  extra_missing: [
    { table: 'extraFactors', columns: { symbol: 's', date: 'd' } },
    'extra',
    { table: 'extraFactors' },
  ],
  extra_not_kept: [{ columns: BARS, extra: { ep: 'x' } }, 'extra', { table: 'bars' }],
  price_column_missing: [
    { columns: BARS, factor: 'preclose' },
    'columns.preclose',
    { field: 'preclose', prices: 'raw', factor: 'preclose' },
  ],
  field_unknown: [
    { columns: { ...BARS, colour: 'x' } },
    'columns.colour',
    { table: 'bars', field: 'colour', fields: fieldsOf('bars').join(', ') },
  ],
  field_missing: [
    { columns: { symbol: 's', date: 'd' }, table: 'factors' },
    'columns.factor',
    { table: 'factors', field: 'factor' },
  ],
}

/** The issues of a study whose only fault is its optimizer. */
function issues(optimizer: Optimizer) {
  return studyConfig.safeParse({ ...SOUND, optimizers: [optimizer] }).error?.issues ?? []
}

describe('refusals', () => {
  it.each(Object.entries(REFUSED))(
    '%s is what these parts are refused for, at a part of theirs',
    (code, parts) => {
      const input = composition.parse(parts)
      const found = refusals(input)
      expect(found.map((refusal) => refusal.code)).toEqual([code])
      const at = found[0].path.reduce<unknown>(
        (value, name) => (value as Record<string, unknown>)[name],
        input,
      )
      expect(at).toBeDefined()
    },
  )

  it.each(Object.entries(REFUSED))('%s reaches the issues of a study with its code', (code, parts) => {
    const found = issues({ name: 'own', method: 'composed', parts })
    expect(found.map((issue) => refusalOf(issue)?.code)).toEqual([code])
    expect(found[0].path.slice(0, 3)).toEqual(['optimizers', 0, 'parts'])
  })

  it('of an optimizer and of a study have their codes and numbers', () => {
    const found = Object.fromEntries(
      Object.entries(REFUSED_OPTIMIZERS).map(([code, optimizer]) => [
        code,
        issues(optimizer).map((issue) => [issue.path.slice(2).join('.'), refusalOf(issue)]),
      ]),
    )
    expect(found).toEqual({
      proportional_without_decay: [['rhoSchedule', { code: 'proportional_without_decay', values: {} }]],
      past_target_too_early: [
        ['epochsBack', { code: 'past_target_too_early', values: { first: 4, back: 9 } }],
      ],
      target_after_training: [
        ['startEpoch', { code: 'target_after_training', values: { first: 202, last: 100 } }],
      ],
      warm_up_after_training: [
        [
          'learningRateSchedule.warmUpEpochs',
          { code: 'warm_up_after_training', values: { epochs: 100, last: 100 } },
        ],
      ],
      decay_after_training: [
        [
          'learningRateSchedule.decay.everyEpochs',
          { code: 'decay_after_training', values: { epochs: 120, last: 100 } },
        ],
      ],
      nesterov: [['base.nesterov', { code: 'nesterov', values: {} }]],
    })
  })

  it.each(Object.entries(REFUSED_STUDIES))('%s is what this study is refused for', (code, refused) => {
    const [study, path, values] = refused
    const found = studyConfig.safeParse({ ...SOUND, ...study }).error!.issues
    expect(found.map((issue) => [issue.path.join('.'), refusalOf(issue)])).toEqual([[path, { code, values }]])
  })

  it.each(Object.entries(REFUSED_MAPPINGS))('%s is what this mapping is refused for', (code, refused) => {
    const [mapping, path, values] = refused
    const found = mappingFile.safeParse(mapping).error!.issues
    expect(found.map((issue) => [issue.path.join('.'), refusalOf(issue)])).toEqual([[path, { code, values }]])
  })

  it('are all met above', () => {
    const met = { ...REFUSED, ...REFUSED_OPTIMIZERS, ...REFUSED_STUDIES, ...REFUSED_MAPPINGS }
    expect(Object.keys(met).sort()).toEqual([...REFUSAL_CODES].sort())
  })

  it('are not read into other issues', () => {
    expect(issues({ name: '', method: 'plain' }).map(refusalOf)).toEqual([null])
    expect(refusalOf({ code: 'custom', params: { refusal: 'unknown', values: {} } })).toBeNull()
  })
})

describe.each(LOCALES)('refusalText in %s', (locale) => {
  it('has a sentence of its own for every code', () => {
    const texts = REFUSAL_CODES.map((code) => refusalText({ code, values: {} }, locale))
    expect(new Set(texts).size).toBe(REFUSAL_CODES.length)
    for (const text of texts) {
      expect(text.trim()).not.toBe('')
      expect(/\p{Script=Han}/u.test(text), text).toBe(locale === 'zh-CN')
    }
  })

  it('fills in the names of a refusal', () => {
    const all = { ...REFUSED_STUDIES, ...REFUSED_MAPPINGS }
    for (const [code, [, , values]] of Object.entries(all)) {
      const text = refusalText({ code: code as RefusalCode, values }, locale)
      expect(text).not.toMatch(/[{}]/)
      for (const value of Object.values(values)) expect(text).toContain(value)
    }
  })

  it('fills in the numbers of a refusal', () => {
    for (const optimizer of Object.values(REFUSED_OPTIMIZERS))
      for (const issue of issues(optimizer)) {
        const refusal = refusalOf(issue)!
        const text = refusalText(refusal, locale)
        expect(text).not.toMatch(/[{}]/)
        for (const value of Object.values(refusal.values)) expect(text).toContain(String(value))
      }
  })
})
