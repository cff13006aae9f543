import { createPinia, setActivePinia } from 'pinia'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { useComparison } from '../../../src-renderer/stores/comparison.ts'
import { matchRemark, onOtherData } from '../../../src-renderer/views/study/all/remarks.ts'
import { i18n } from '../../../src-renderer/i18n.ts'
import { settingName } from '../../../src-renderer/views/study/all/settingNames.ts'
import { groupOf, SETTING_GROUPS, settingPath } from '../../../src-renderer/views/study/all/settingText.ts'
import { settingValue } from '../../../src-renderer/views/study/all/settingValues.ts'
import type { Words } from '../../../src-renderer/views/study/all/settingWords.ts'
import { numberSetting } from '../../../src-renderer/views/study/numberSettings.ts'
import { studyConfig } from '../../../src-shared/domain/study.ts'
import type { StudyComparison } from '../../../src-shared/domain/studyComparison.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { indexName, type Locale, LOCALES } from '../../../src-shared/locales/index.ts'

const comparison = (...studies: readonly { id: string; name: string; dataHash: string }[]): StudyComparison =>
  ({ studies }) as unknown as StudyComparison

const words = (locale: Locale): Words => {
  const { t, te } = i18n.global
  return {
    locale,
    t: (key, values) => t(key, values ?? {}, { locale }),
    te: (key) => te(key, locale),
    indexName: (symbol) => indexName(symbol, locale),
  }
}
const nameOf = (path: string, locale: Locale = 'zh-CN') => settingName(path, words(locale))
const valueOf = (path: string, value: unknown, locale: Locale = 'zh-CN') =>
  settingValue(path, JSON.stringify(value), 'wasm', words(locale))

/** What is read of the schema. */
interface Node {
  readonly properties?: Readonly<Record<string, Node>>
  readonly items?: Node
  readonly anyOf?: readonly Node[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
}
/** Every setting of a study without parts, as its path without members of lists, and what may be chosen there. */
function leaves(node: Node, path = ''): [path: string, choices: readonly unknown[]][] {
  const { properties, items, anyOf } = node
  if (properties !== undefined)
    return Object.entries(properties).flatMap(([name, inner]) =>
      leaves(inner, path === '' ? name : `${path}.${name}`),
    )
  if (items !== undefined) return leaves(items, path)
  const parted = anyOf?.find((option) => option.properties ?? option.items)
  return parted === undefined ? [[path, node.enum ?? []]] : leaves(parted, path)
}
const settings = leaves(z.toJSONSchema(studyConfig, { io: 'input', unrepresentable: 'any' }) as Node)
const plain = settings.filter(([path]) => !path.startsWith('optimizers'))
/** What the form has no field for. */
const NOT_IN_FORM = ['version', 'landscape.region.x', 'landscape.region.y']

describe('a setting that differs', () => {
  it('is taken apart into its member of a list, its place, and what is below', () => {
    expect(settingPath('training.patience')).toEqual({
      setting: 'training.patience',
      below: 'training.patience',
      member: null,
      number: null,
    })
    expect(settingPath('models[daily].hiddenSize')).toEqual({
      setting: 'models.hiddenSize',
      below: 'hiddenSize',
      member: 'daily',
      number: null,
    })
    expect(settingPath('training.seeds[2]')).toMatchObject({
      setting: 'training.seeds',
      member: null,
      number: 3,
    })
    expect(settingPath('optimizers[A [x].y]')).toMatchObject({ below: '', member: 'A [x].y' })
    expect(settingPath('portfolio.limits.stocks[600000.SH].max')).toMatchObject({
      below: 'max',
      member: '600000.SH',
    })
  })

  it.each(LOCALES)('has the form’s name, whatever it is, in %s', (locale) => {
    expect(plain.length).toBeGreaterThan(60)
    const unnamed = plain.map(([path]) => path).filter((path) => nameOf(path, locale) === path)
    expect(unnamed).toEqual(NOT_IN_FORM)
  })

  it('is told with its member of a list, its place or its heading', () => {
    expect(nameOf('models[daily].hiddenSize')).toBe('日频 · 隐藏层宽度')
    expect(nameOf('models[weekly]', 'en')).toBe('Weekly')
    expect(nameOf('training.seeds[2]')).toBe('随机种子 第 3 项')
    expect(nameOf('portfolio.limits.soft.turnover')).toBe('软约束 · 换手')
    expect(nameOf('portfolio.limits.stocks[600000.SH].max', 'en')).toBe('600000.SH · Most weight')
    expect(nameOf('composite.weights.weekly')).toBe('合成权重：周频')
    expect(nameOf('samples.colour')).toBe('samples.colour')
    expect(nameOf('constructor')).toBe('constructor')
  })

  it('of an optimizer has the name that all methods have for it, or else its symbol', () => {
    expect(nameOf('optimizers[SAM 2].base.learningRate')).toBe('SAM 2 · 学习率')
    expect(nameOf('optimizers[SAM].learningRateSchedule.decay.kind', 'en')).toBe('SAM · Decay')
    expect(nameOf('optimizers[SAM].method')).toBe('SAM · 方法')
    expect(nameOf('optimizers[SAM].rho')).toBe('SAM · rho')
    expect(nameOf('optimizers[mine].parts.perturbation.rho')).toBe('mine · 扰动半径 ρ')
  })
})

describe('the value of a setting that differs', () => {
  it('has the unit of the form', () => {
    for (const [path] of plain.filter(([each]) => numberSetting(each)?.percent))
      expect(valueOf(path, 0.07)).toBe('7%')
    expect(valueOf('backtest.costRate', 0.00125)).toBe('0.125%')
    expect(valueOf('portfolio.limits.stocks[600000.SH].max', 0.05)).toBe('5%')
    expect(valueOf('models[daily].hiddenSize', 64)).toBe('64')
    expect(valueOf('training.seeds[0]', 7)).toBe('7')
    expect(valueOf('optimizers[SAM].base.epsilon', 1e-8)).toBe('1e\u22128')
  })

  it('to choose from has a text of its own, whatever it is', () => {
    const chosen = plain.flatMap(([path, choices]) =>
      choices.filter((choice) => typeof choice === 'string').map((choice) => [path, choice] as const),
    )
    expect(chosen.length).toBeGreaterThan(20)
    // In English some are those of study files.
    expect(chosen.filter(([path, choice]) => valueOf(path, choice) === choice)).toEqual([])
  })

  it.each([
    ['training.loss', 'mse', '均方误差', 'Mean squared error'],
    ['training.trajectories', 'first_seed', '首个种子', 'First seed'],
    ['training.engine', 'reference', '参考', 'Reference'],
    ['training.engine', 'auto', '自动（WebAssembly）', 'Automatic (WebAssembly)'],
    ['backtest.annualisedExcess', 'compound', '复合日超额', 'Compounded daily excess'],
    ['samples.vwapStandIn', 'none', '保持缺失', 'Stays missing'],
    ['composite.neutralise[0]', 'size', '市值', 'Size'],
    ['landscape.part', 'valid', '验证集', 'valid'],
    ['universe.index', '000300.SH', '沪深300', 'CSI 300'],
    ['universe.index', null, '全部证券', 'Every instrument'],
    ['portfolio.indices[1]', '000905.SH', '中证500', 'CSI 500'],
    ['portfolio.limits.industryActiveMax', null, '不限制', 'No limit'],
    ['refitMonths', null, '只训练一次', 'Fit once'],
    ['universe.excludeSt', true, '剔除', 'Leave out'],
    ['universe.excludeSt', false, '否', 'no'],
    ['portfolio.risk', null, '未设', 'none'],
    ['portfolio.risk', { window: 504 }, '启用', 'On'],
    ['factorTest.imported[0]', 'compound', 'compound', 'compound'],
    ['period.fitEnd', '2018-12-28', '2018-12-28', '2018-12-28'],
    ['optimizers[SAM]', { method: 'sam', name: 'SAM' }, 'SAM', 'SAM'],
    ['optimizers[mine].method', 'composed', '自定义组合', 'Own composition'],
    ['optimizers[SAM].clipNorm', null, '不裁剪', 'None'],
    ['optimizers[SAM].learningRateSchedule.decay.kind', 'cosine', '余弦', 'Cosine'],
    ['optimizers[mine].parts.target', { kind: 'past', strength: 1 }, '过去的输出', 'Past outputs'],
    [
      'models[weekly]',
      { sequenceLength: 20, dropout: 0.1 },
      '序列长度 20 · Dropout 0.1',
      'Sequence length 20 · Dropout 0.1',
    ],
  ])('%s %j is %s, %s', (path, value, chinese, english) => {
    expect([valueOf(path, value), valueOf(path, value, 'en')]).toEqual([chinese, english])
  })

  it('is told to be missing; a limit that is not soft is hard', () => {
    const missing = (path: string) => settingValue(path, null, 'wasm', words('zh-CN'))
    expect(missing('models[weekly]')).toBe('—')
    expect(missing('portfolio.limits.soft.turnover')).toBe('硬约束')
  })
})

describe('the group of a setting', () => {
  it('is one of the form’s, whatever it is', () => {
    for (const name of Object.keys(studyConfig.shape)) expect(SETTING_GROUPS).toContain(groupOf(name))
    expect(groupOf('optimizers[SAM].rho')).toBe('optimizers')
    expect(groupOf('period.fitEnd')).toBe('basic')
    fc.assert(
      fc.property(fc.string(), (path) => {
        expect(SETTING_GROUPS).toContain(groupOf(path))
        nameOf(path)
        valueOf(path, 'x')
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

  describe('by a slow host', () => {
    const asked: PromiseWithResolvers<unknown>[] = []
    beforeEach(() => {
      asked.length = 0
      const call = () => {
        asked.push(Promise.withResolvers())
        return asked.at(-1)!.promise
      }
      vi.stubGlobal('window', { plateau: { call } })
    })
    afterEach(() => vi.unstubAllGlobals())
    const value = (id: string): StudyComparison => ({
      studies: [{ id, name: id, configHash: '', dataHash: '', engine: '', appVersion: '', synthetic: true }],
      settings: [],
      baseline: { studyId: id, study: id, optimizer: 'SAM' },
      metrics: [],
      arms: [],
    })
    const refused = { ok: false, error: new PlateauError('not_found', 'No such study.').toData() }

    it('is the one last asked for, whatever comes after it', async () => {
      const store = useComparison()
      const loads = ['a', 'b', 'c'].map((id) => store.load([id]))
      asked[2]!.resolve({ ok: true, value: value('c') })
      asked[0]!.resolve({ ok: true, value: value('a') })
      asked[1]!.resolve(refused)
      await Promise.all(loads)
      expect(store.loaded).toEqual(value('c'))

      const wanted = store.load(['d'])
      asked[3]!.resolve(refused)
      await expect(wanted).rejects.toMatchObject({ code: 'not_found' })
    })

    it('has no study that was removed while they were compared', async () => {
      const store = useComparison()
      const loads = [store.load(['a', 'b'])]
      store.forget('c')
      store.forget('b')
      asked[0]!.resolve({ ok: true, value: value('b') })
      await Promise.all(loads)
      expect(store.loaded).toBeNull()
    })
  })
})
