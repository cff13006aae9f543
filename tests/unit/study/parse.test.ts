import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type StudyInput, studyConfig } from '../../../src-shared/domain/study.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { parseStoredStudy, parseStudy, readStudyFile } from '../../../src-main/study/parse.ts'

const small: StudyInput = {
  version: 1,
  name: 'small',
  universe: { index: 'IDX' },
  period: { fitStart: '2015-01-05', fitEnd: '2018-12-31', predictEnd: '2020-12-31' },
  models: [{ frequency: 'daily', sequenceLength: 30 }],
  optimizers: [{ name: 'SAM', method: 'sam' }],
  portfolio: { indices: ['IDX'] },
}

function refusal(value: unknown): PlateauError {
  try {
    parseStudy(value, 'study.json')
  } catch (error) {
    if (error instanceof PlateauError) return error
    throw error
  }
  throw new Error('the study was accepted')
}

describe('parseStudy', () => {
  it('fills the defaults of methods.md sections 2 to 7', () => {
    const study = parseStudy(small)
    expect(study.samples).toEqual({ horizon: 10, stride: 5, vwapStandIn: 'typical', minStocks: 30 })
    expect(study.training).toEqual({
      seeds: [1, 2, 3],
      maxEpochs: 100,
      patience: 10,
      loss: 'ic',
      engine: 'auto',
      trajectories: 'first_seed',
    })
    expect(study.models[0]).toMatchObject({ hiddenSize: 64, layers: 2, dropout: 0 })
    expect(study.optimizers[0]).toMatchObject({ rho: 0.05, base: { learningRate: 1e-3, weightDecay: 0.01 } })
    expect(study.portfolio.limits).toMatchObject({
      stockActiveMax: 0.008,
      turnoverMax: 0.3,
      memberWeightMin: 0.8,
    })
    expect(study.backtest).toEqual({
      costRate: 0.002,
      capital: null,
      lots: false,
      tradingDaysPerYear: 252,
      annualisedExcess: 'compound',
    })
  })

  it('lists every problem in both languages', () => {
    const study = { ...small, colour: 'red', training: { patience: 0, seeds: [1, 1] } }
    const { message, remedy, inChinese } = refusal(study)
    expect(message).toBe(
      'Too small: expected number to be >=1; and colour: unknown field; training.seeds: the seed 1 is listed twice',
    )
    expect(remedy).toContain('docs/guide/en/study-file.md')
    expect(inChinese?.message).toMatch(
      /^设置有误：数值过小：.*；另有 colour：未知字段；training.seeds：种子 1 重复：删去其一。$/,
    )
    expect(inChinese?.remedy).toContain('docs/guide/zh-CN/study-file.md')
  })

  it.each([
    ['an unknown field', { ...small, colour: 'red' }, 'colour'],
    ['an unknown field inside', { ...small, training: { seed: [1] } }, 'training.seed'],
    [
      'an impossible value',
      { ...small, optimizers: [{ name: 'SAM', method: 'sam', rho: -1 }] },
      'optimizers[0].rho',
    ],
    [
      'a target that never acts',
      { ...small, optimizers: [{ name: 'A', method: 'mesa', startEpoch: 99 }] },
      'optimizers[0].startEpoch',
    ],
    [
      'a target among own parts that never acts',
      {
        ...small,
        optimizers: [
          { name: 'A', method: 'composed', parts: { target: { kind: 'average', startEpoch: 99 } } },
        ],
      },
      'optimizers[0].parts.target.startEpoch',
    ],
    ['an impossible date', { ...small, period: { ...small.period, fitEnd: '2018-02-30' } }, 'period.fitEnd'],
    ['periods out of order', { ...small, period: { ...small.period, fitEnd: '2021-01-01' } }, 'period'],
    ['a repeated seed', { ...small, training: { seeds: [1, 1] } }, 'training.seeds'],
    [
      'a seed that gives the numbers of another',
      { ...small, training: { seeds: [1, 2 ** 32 + 1] } },
      'training.seeds[1]',
    ],
    ['such a seed of draws', { ...small, landscape: { seed: 2 ** 32 } }, 'landscape.seed'],
    ['an engine there is not', { ...small, training: { engine: 'cuda' } }, 'training.engine'],
    ['a loss there is not', { ...small, training: { loss: 'mae' } }, 'training.loss'],
    [
      'dropout of everything',
      { ...small, models: [{ frequency: 'daily', sequenceLength: 30, dropout: 1 }] },
      'models[0].dropout',
    ],
    [
      'dropout without a layer above',
      { ...small, models: [{ frequency: 'daily', sequenceLength: 30, layers: 1, dropout: 0.1 }] },
      'models[0].dropout',
    ],
    ['a missing field', { ...small, universe: undefined }, 'universe'],
  ])('refuses %s and names the field', (_what, value, field) => {
    const error = refusal(value)
    expect(error.code).toBe('study_invalid')
    expect(error.place).toEqual({ file: 'study.json', field })
    expect(error.remedy).toBeTruthy()
  })

  it('takes every seed that has numbers of its own, and of a stored study any other', () => {
    const of = (seed: number) => ({ ...small, training: { seeds: [0, seed] }, landscape: { seed } })
    expect(parseStudy(of(2 ** 32 - 1))).toMatchObject(of(2 ** 32 - 1))
    expect(parseStoredStudy(of(2 ** 32))).toMatchObject(of(2 ** 32))
    expect(() => parseStoredStudy({ ...of(2 ** 32), colour: 'red' })).toThrow(
      expect.objectContaining({ code: 'study_invalid', place: { field: 'colour' } }),
    )
  })

  it('names the row of broken JSON', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'plateau-')), 'study.json')
    await writeFile(file, '{\n  "version": 1,\n  "name": oops\n}\n')
    await expect(readStudyFile(file)).rejects.toMatchObject({
      code: 'study_invalid',
      place: { file, row: 3 },
    })
  })

  it('names a file that is not there', async () => {
    await expect(readStudyFile('/nowhere/study.json')).rejects.toMatchObject({ code: 'file_not_found' })
  })
})

describe('the guide to the study file', () => {
  const all = fields(z.toJSONSchema(studyConfig, { io: 'input', unrepresentable: 'any' }) as Schema)
  const ofOptimizers = 'optimizers[].'

  it.each(['en', 'zh-CN'])(
    'lists every field, those of optimizers on a page of their own (%s)',
    async (locale) => {
      const page = (name: string) =>
        readFile(new URL(`../../../docs/guide/${locale}/${name}`, import.meta.url), 'utf8')
      const study = await page('study-file.md')
      const optimizers = await page('optimizers.md')
      expect(study).toContain('](optimizers.md)')
      for (const field of all) {
        if (field.startsWith(ofOptimizers))
          expect(optimizers, field).toContain(`\`${field.slice(ofOptimizers.length)}\``)
        else expect(study, field).toContain(`\`${field}\``)
      }
    },
  )
})

interface Schema {
  properties?: Record<string, Schema>
  items?: Schema
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
}

/** Dotted paths of the leaves of a JSON schema, arrays of objects as `[]`. */
function fields(schema: Schema, prefix = ''): string[] {
  const branches = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])]
  const nested = [
    ...Object.entries(schema.properties ?? {}).flatMap(([key, part]) =>
      fields(part, prefix === '' ? key : `${prefix}.${key}`),
    ),
    ...(schema.items === undefined || !isObject(schema.items) ? [] : fields(schema.items, `${prefix}[]`)),
    ...branches.filter(isObject).flatMap((branch) => fields(branch, prefix)),
  ]
  return nested.length === 0 ? [prefix] : [...new Set(nested)]
}

function isObject(schema: Schema): boolean {
  return schema.properties !== undefined || [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].some(isObject)
}
