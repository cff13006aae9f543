import { createPinia, setActivePinia } from 'pinia'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { useComparison } from '../../../src-renderer/stores/comparison.ts'
import { matchRemark, onOtherData } from '../../../src-renderer/views/study/all/remarks.ts'
import { groupOf, SETTING_GROUPS, settingPath } from '../../../src-renderer/views/study/all/settingText.ts'
import { zhCN } from '../../../src-renderer/locales/zh-CN.ts'
import { studyConfig } from '../../../src-shared/domain/study.ts'
import type { StudyComparison } from '../../../src-shared/domain/studyComparison.ts'

const config = studyConfig.parse({
  version: 1,
  name: 'first',
  universe: { index: '000300.SH' },
  period: { fitStart: '2015-01-05', fitEnd: '2018-12-28', predictEnd: '2020-12-31' },
  models: [{ frequency: 'daily', sequenceLength: 30 }],
  optimizers: [{ name: 'AdamW', method: 'plain' }],
  portfolio: { indices: ['000300.SH'] },
})
const comparison = (...studies: readonly { id: string; name: string; dataHash: string }[]): StudyComparison =>
  ({ studies }) as unknown as StudyComparison

/** The text at a key of the window's texts. */
const textAt = (key: string): unknown =>
  key.split('.').reduce<unknown>((tree, name) => (tree as Record<string, unknown> | undefined)?.[name], zhCN)

describe('a setting that differs', () => {
  it('is told by the form’s name for it, its member of a list and its place', () => {
    expect(settingPath('training.patience')).toEqual({
      key: 'study.patience',
      path: 'training.patience',
      member: null,
      number: null,
    })
    expect(settingPath('models[daily].hiddenSize')).toEqual({
      key: 'study.model.hiddenSize',
      path: 'hiddenSize',
      member: 'daily',
      number: null,
    })
    expect(settingPath('training.seeds[2]')).toMatchObject({ key: 'study.seeds', member: null, number: 3 })
    expect(settingPath('optimizers[SAM 2].base.learningRate')).toEqual({
      key: null,
      path: 'base.learningRate',
      member: 'SAM 2',
      number: null,
    })
    expect(settingPath('optimizers[A [x].y]')).toMatchObject({ path: '', member: 'A [x].y' })
    expect(settingPath('portfolio.limits.stocks[600000.SH].max')).toMatchObject({
      path: 'max',
      member: '600000.SH',
    })
  })

  it('has a text under its key, and is a setting', () => {
    const paths: string[] = []
    const visit = (path: string, value: unknown): void => {
      paths.push(path)
      if (Array.isArray(value)) value.forEach((member) => visit(`${path}[x]`, member))
      else if (typeof value === 'object' && value !== null)
        for (const [name, own] of Object.entries(value)) visit(path === '' ? name : `${path}.${name}`, own)
    }
    visit('', config)
    const keys = new Set(paths.flatMap((path) => settingPath(path).key ?? []))
    for (const key of keys) expect([key, typeof textAt(key)]).toEqual([key, 'string'])
    // All that the form has words for.
    expect(keys.size).toBe(33)
  })

  it('belongs to a group of the form, whatever it is', () => {
    for (const name of Object.keys(config)) expect(SETTING_GROUPS).toContain(groupOf(name))
    expect(groupOf('optimizers[SAM].rho')).toBe('optimizers')
    expect(groupOf('period.fitEnd')).toBe('basic')
    fc.assert(
      fc.property(fc.string(), (path) => {
        expect(SETTING_GROUPS).toContain(groupOf(path))
        settingPath(path)
      }),
      { numRuns: 200 },
    )
  })
})

describe('what cannot be paired', () => {
  it('is told why', () => {
    const of = (pairs: number, windows: number, otherData = false) =>
      matchRemark({ pairs, windows }, otherData)
    expect(of(0, 0, true)).toBe('otherData')
    expect(of(0, 0)).toBe('noPairs')
    expect(of(1, 1)).toBe('onePair')
    expect(of(3, 1)).toBe('seeds')
    expect(of(2, 2)).toBe('windows')
  })

  it('is what is on other data than the first study', () => {
    const [a, b, c] = ['x', 'y', 'x'].map((dataHash, at) => ({ id: String(at), name: '', dataHash }))
    expect(onOtherData(comparison(a, b, c))).toEqual([b])
    expect(onOtherData(comparison(b, a, c))).toEqual([a, c])
  })
})

describe('the comparison that is shown', () => {
  beforeEach(() => setActivePinia(createPinia()))

  it('is of the chosen studies under their names, in whatever order', () => {
    const store = useComparison()
    const [a, b, c] = ['a', 'b', 'c'].map((id) => ({ id, name: id, dataHash: '' }))
    expect(store.of([])).toBeNull()
    store.loaded = comparison(a, b)
    expect(store.of([b, a])).toBe(store.loaded)
    for (const others of [[a], [a, c], [a, b, c], [a, { ...b, name: 'renamed' }]])
      expect(store.of(others)).toBeNull()
  })
})
