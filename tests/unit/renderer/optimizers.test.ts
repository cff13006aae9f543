import { describe, expect, it } from 'vitest'
import {
  composition,
  compositionOf,
  type Method,
  optimizerConfig,
  type OptimizerConfig,
} from '../../../src-shared/domain/optimizer/index.ts'
import { LOCALES } from '../../../src-shared/locales/index.ts'
import {
  asParts,
  defaultName,
  fieldPlaces,
  freeName,
  lostBy,
  METHOD_GROUPS,
  METHODS,
  optimizerFields,
  optimizerOf,
  partsOf,
  reportOptimizers,
  withBase,
  withMethod,
} from '../../../src-renderer/views/study/optimizers.ts'
import {
  type Field,
  fieldsOf,
  fitOneLine,
  type NumberField,
  rangeText,
  type Values,
  valueOfOption,
  valueOfSection,
  type VariantField,
} from '../../../src-renderer/views/study/schemaFields.ts'

const byName = (fields: readonly Field[], name: string) => fields.find((field) => field.name === name)!
const variantOf = (fields: readonly Field[], name: string) => byName(fields, name) as VariantField
const allFields = (method: Method) => Object.values(optimizerFields(method)).flat() as Field[]

/** Every number of an optimizer's own or its base rule's, with its path. */
function numbersOf(optimizer: OptimizerConfig): [string[], NumberField][] {
  const { rowBase, moreBase, rowOwn, moreOwn, moreCommon, schedule } = fieldPlaces(optimizer)
  const at = (path: string[], fields: readonly Field[]) =>
    fields.flatMap((field): [string[], NumberField][] =>
      field.kind === 'number' ? [[[...path, field.name], field]] : [],
    )
  return [
    ...at(['base'], [...rowBase, ...moreBase]),
    ...at(['learningRateSchedule'], schedule.fields),
    ...at([], [...rowOwn, ...moreOwn, ...moreCommon]),
  ]
}

/** Whether the schema takes a number at a path, whatever else it refuses. */
function takes(optimizer: OptimizerConfig, path: readonly string[], value: number): boolean {
  const changed = structuredClone(optimizer)
  const holder = path
    .slice(0, -1)
    .reduce((inner, name) => inner[name] as Values, changed as unknown as Values)
  holder[path.at(-1)!] = value
  const issues = optimizerConfig.safeParse(changed).error?.issues ?? []
  return !issues.some((issue) => issue.code !== 'custom' && issue.path.join('.') === path.join('.'))
}

describe('the fields of an optimizer', () => {
  it.each(METHODS)('of %s are those of the schema, each in one place', (method) => {
    const optimizer = optimizerOf('name', method)
    const { base, rowBase, moreBase, rowOwn, moreOwn, schedule, moreCommon } = fieldPlaces(optimizer)
    const names = (fields: readonly Field[]) => fields.map(({ name }) => name)
    const placed = names([base, schedule, ...rowOwn, ...moreOwn, ...moreCommon])
    expect([...placed, 'name', 'method'].sort()).toEqual(Object.keys(optimizer).sort())
    expect([...names([...rowBase, ...moreBase]), 'rule'].sort()).toEqual(Object.keys(optimizer.base).sort())
    expect(rowBase.length + rowOwn.length).toBeGreaterThanOrEqual(2)
    expect(rowBase.length + rowOwn.length).toBeLessThanOrEqual(3)
  })

  it.each(METHODS)('of %s have the schema’s ranges and defaults', (method) => {
    for (const rule of ['adamw', 'sgd', 'adagrad', 'rmsprop'] as const) {
      const plain = optimizerOf('name', method)
      const base = valueOfOption(fieldPlaces(plain).base, rule, null) as OptimizerConfig['base']
      const optimizer = optimizerConfig.parse({ ...plain, base })
      for (const [path, field] of numbersOf(optimizer)) {
        const { least, most, aboveLeast, belowMost } = field.range
        const message = `${rule} ${path.join('.')} ${rangeText(field.range)}`
        const value = path.reduce<unknown>((inner, name) => (inner as Values)[name], optimizer)
        expect(value, message).toEqual(field.preset)
        expect(takes(optimizer, path, least), message).toBe(!aboveLeast)
        expect(takes(optimizer, path, least - 1), message).toBe(false)
        if (most !== Infinity) {
          expect(takes(optimizer, path, most), message).toBe(!belowMost)
          expect(takes(optimizer, path, most + 1), message).toBe(false)
        }
        const inside = least + (Math.min(most, least + 2) - least) / 2
        expect(takes(optimizer, path, inside), message).toBe(!field.integer || Number.isInteger(inside))
      }
    }
  })

  it('know what may be left out and what is chosen from', () => {
    expect(byName(allFields('rst'), 'endProbability')).toMatchObject({ kind: 'number', nullable: true })
    expect(byName(allFields('rst'), 'probability')).toMatchObject({ kind: 'number', nullable: false })
    expect(byName(allFields('gam'), 'adaptive')).toMatchObject({ kind: 'switch', preset: false })
    expect(byName(allFields('gsam'), 'scaling')).toMatchObject({
      kind: 'choice',
      options: ['none', 'paper', 'code'],
      preset: 'none',
    })
    expect(byName(allFields('ssamf'), 'samples')).toMatchObject({ kind: 'number', integer: true })
    expect(byName(allFields('composed'), 'parts')).toMatchObject({ kind: 'section', nullable: false })
  })

  it('have the text groups of their kind', () => {
    const [parts] = optimizerFields('composed').own
    const groups = (fields: readonly Field[]): string[] =>
      fields.flatMap((field): string[] => [
        `${field.group}/${field.name}`,
        ...(field.kind === 'section' ? groups(field.fields) : []),
        ...(field.kind === 'variant' ? field.variants.flatMap((variant) => groups(variant.fields)) : []),
      ])
    expect(groups([parts])).toEqual(
      expect.arrayContaining([
        'composed/parts',
        'composition/target',
        'perturbation/rho',
        'direction.friendly/sigma',
        'federated/clipNorm',
        'steps.bernoulli/endProbability',
      ]),
    )
    expect(groups(optimizerFields('plain').common)).toEqual(
      expect.arrayContaining(['optimizer/clipNorm', 'sgd/momentum', 'decay.cosine/floor']),
    )
  })

  it('write ranges as intervals', () => {
    const ranges = numbersOf(optimizerOf('name', 'ssamf')).map(([path, field]) => [
      path.at(-1),
      rangeText(field.range),
    ])
    expect(Object.fromEntries(ranges)).toMatchObject({
      learningRate: '(0, 10]',
      beta1: '[0, 1)',
      weightDecay: '[0, ∞)',
      clipNorm: '(0, ∞)',
      rho: '[0, 10]',
      samples: '[1, 4096]',
    })
  })
})

describe('kinds', () => {
  const parts = fieldsOf(composition.shape, 'composition')

  it('are complete with their defaults, and what is left out is null', () => {
    for (const field of parts) {
      if (field.kind !== 'variant') continue
      for (const { option } of field.variants)
        expect(composition.parse({ [field.name]: valueOfOption(field, option, null) })).toEqual(
          composition.parse({ [field.name]: { [field.discriminator]: option } }),
        )
      if (field.nullable) expect(valueOfOption(field, null, { kind: 'past' })).toBeNull()
    }
    for (const name of ['perturbation', 'federated']) {
      const field = byName(parts, name)
      if (field.kind !== 'section') throw new Error(`${name} is no section`)
      expect(composition.parse({ [name]: valueOfSection(field) })).toEqual(composition.parse({ [name]: {} }))
    }
  })

  it('take over what they need and have no default for', () => {
    const field = variantOf(allFields('sam'), 'rhoSchedule')
    expect(valueOfOption(field, 'linear', { kind: 'cosine', end: 0.3 })).toEqual({ kind: 'linear', end: 0.3 })
    expect(valueOfOption(field, 'linear', { kind: 'constant' })).toEqual({ kind: 'linear', end: 0 })
  })

  it('start from their own defaults, not from another kind’s value of that name', () => {
    const field = variantOf(parts, 'target')
    expect(valueOfOption(field, 'average', { kind: 'past', strength: 0.3 })).toMatchObject({ strength: 0.8 })
  })

  it('share no default between two optimizers', () => {
    const base = (method: Method) => fieldPlaces(optimizerOf('name', method)).base
    const [first, second] = [1, 2].map(() => valueOfOption(base('sam'), 'sgd', null) as Values)
    first['momentum'] = 0.1
    expect(second['momentum']).toBe(0.9)
  })

  it('stand on one line where they and their fields find room there', () => {
    const { schedule } = fieldPlaces(optimizerOf('name', 'plain'))
    expect(fitOneLine(schedule.fields)).toBe(true)
    expect(fitOneLine(parts)).toBe(false)
  })
})

describe('methods', () => {
  it('stand where their parts say', () => {
    expect(Object.fromEntries(METHOD_GROUPS)).toEqual({
      base: ['plain'],
      ascent: ['sam', 'asam', 'gsam', 'gam', 'gamExact', 'fsam'],
      efficient: ['looksam', 'esam', 'rst', 'ssamf', 'ssamd'],
      outputs: ['saf', 'mesa'],
      noise: ['rwp', 'arwp', 'mrwp', 'marwp'],
      federated: ['fedsmoo'],
      composed: ['composed'],
    })
  })

  const sam = optimizerConfig.parse({
    name: 'SAM',
    method: 'sam',
    rho: 0.3,
    base: { rule: 'sgd', learningRate: 0.05 },
    learningRateSchedule: { decay: { kind: 'cosine' } },
    clipNorm: 2,
  })

  it.each(METHODS)('%s takes over what every optimizer has, and has its own defaults', (method) => {
    const next = withMethod(sam, method, [], 'en')
    const defaults = optimizerOf('name', method)
    const { base, learningRateSchedule, clipNorm } = sam
    expect(next).toEqual({
      ...defaults,
      name: method === 'plain' ? 'SGD' : defaultName(defaults, 'en'),
      base,
      learningRateSchedule,
      clipNorm,
    })
    expect(optimizerConfig.parse(next)).toEqual(next)
  })

  it('rename an optimizer that has a default name, and no other', () => {
    const named = (name: string, others: OptimizerConfig[] = []) =>
      withMethod({ ...sam, name }, 'gsam', others, 'en').name
    expect(named('SAM')).toBe('GSAM')
    expect(named('SAM 3')).toBe('GSAM')
    expect(named('SAM', [optimizerOf('GSAM', 'gsam')])).toBe('GSAM 2')
    for (const own of ['SAM wide', 'my SAM', 'SAM 3b', '']) expect(named(own)).toBe(own)
  })

  it('know a default name in every language', () => {
    for (const locale of LOCALES) {
      const composed = withMethod(sam, 'composed', [], locale)
      expect(composed.name).toBe(defaultName(composed, locale))
      expect(withMethod(composed, 'fsam', [], 'en').name).toBe('FSAM')
    }
  })

  it('name a base optimizer by its rule', () => {
    const adamw = optimizerOf('AdamW', 'plain')
    const rules = fieldPlaces(adamw).base
    const base = (rule: string) => valueOfOption(rules, rule, null) as OptimizerConfig['base']
    expect(withBase(adamw, base('rmsprop'), [], 'zh-CN')).toEqual({
      ...adamw,
      name: 'RMSprop',
      base: base('rmsprop'),
    })
    expect(withBase({ ...adamw, name: 'mine' }, base('adam'), [], 'en').name).toBe('mine')
    expect(withBase(sam, base('adam'), [], 'en').name).toBe('SAM')
  })

  it.each(METHODS)('%s as parts is the same optimizer', (method) => {
    const preset = { ...withMethod(sam, method, [], 'en'), name: 'kept' }
    const taken = asParts(preset)
    const { base, learningRateSchedule, clipNorm } = preset
    expect(taken).toMatchObject({ method: 'composed', name: 'kept', base, learningRateSchedule, clipNorm })
    expect(compositionOf(taken)).toEqual(compositionOf(preset))
    expect(optimizerConfig.parse(taken)).toEqual(taken)
  })

  it('have no parts while a value is out of range', () => {
    expect(partsOf(sam)).toEqual(compositionOf(sam))
    expect(partsOf({ ...sam, rho: -1 } as OptimizerConfig)).toBeNull()
  })

  it('give a new optimizer a name that is not taken', () => {
    expect(freeName('SAM', [])).toBe('SAM')
    expect(freeName('SAM', [{ name: 'SAM' }])).toBe('SAM 2')
    expect(freeName('SAM', [{ name: 'SAM' }, { name: 'SAM 2' }])).toBe('SAM 3')
  })
})

describe('the report’s optimizers', () => {
  it.each(LOCALES)('are its six with their defaults in %s', (locale) => {
    const six = reportOptimizers(locale)
    expect(six.map(({ name }) => name)).toEqual(['AdamW', 'SAM', 'ASAM', 'GSAM', 'GAM', 'FSAM'])
    for (const optimizer of six) expect(optimizer).toEqual(optimizerOf(optimizer.name, optimizer.method))
  })

  it('say which settings a list would lose to them', () => {
    const six = reportOptimizers('en')
    expect(lostBy(six.slice(2), six)).toEqual([])
    // As they come back from a study file.
    const reordered = Object.fromEntries(Object.entries(six[1]).reverse()) as OptimizerConfig
    expect(lostBy([reordered], six)).toEqual([])
    expect(lostBy([six[0], { ...six[1], rho: 0.2 } as OptimizerConfig], six)).toEqual(['SAM'])
    expect(lostBy([{ ...six[1], rho: -1 } as OptimizerConfig], six)).toEqual(['SAM'])
  })
})
