import { describe, expect, it } from 'vitest'
import {
  formulaOf,
  METHODS,
  optimizerConfig,
  type OptimizerInput,
} from '../../../src-shared/domain/optimizer/index.ts'
import { reportOptions } from '../../../src-shared/domain/reportOptions.ts'
import type { StudyResult } from '../../../src-shared/domain/result.ts'
import { type Locale, LOCALES, methodAdaptation, terms } from '../../../src-shared/locales/index.ts'
import { createContext } from '../../../src-main/report/context.ts'
import { optimizerList } from '../../../src-main/report/sections/optimizers.ts'
import { buildStudyResult } from '../../fixtures/studyResult.ts'
import { visibleText } from './document.ts'

const result = buildStudyResult()

/** Name and text of each entry of the report's list of optimizers. */
function entries(
  optimizers: readonly OptimizerInput[],
  locale: Locale,
  loss: StudyResult['config']['training']['loss'] = 'ic',
): Map<string, string> {
  const { config } = result
  const context = createContext(
    {
      ...result,
      config: {
        ...config,
        training: { ...config.training, loss },
        optimizers: optimizers.map((optimizer) => optimizerConfig.parse(optimizer)),
      },
    },
    reportOptions.parse({ locale }),
  )
  return new Map(
    [...optimizerList(context).markup.matchAll(/<dt>([\s\S]*?)<\/dt>\s*<dd>([\s\S]*?)<\/dd>/g)].map(
      ([, name, text]) => [visibleText(name), visibleText(text)],
    ),
  )
}

const everyMethod = METHODS.map(({ method }) => ({ name: method, method }) as OptimizerInput)

describe.each(LOCALES)('the optimizers of a report in %s', (locale) => {
  const shown = entries(everyMethod, locale)

  it.each(METHODS)('say what $method is, its paper and its formulas', ({ method, paper }) => {
    const text = shown.get(method) ?? ''
    const { name, definition } = terms[locale].methods[method]
    expect(text).toContain(name)
    expect(text).toContain(definition)
    if (paper !== null) expect(text).toContain(`${paper.authors} (${paper.year}), ${paper.title}`)
    const formula = formulaOf(optimizerConfig.parse({ name: method, method } as OptimizerInput), 'ic')
    for (const line of formula) expect(text).toContain(visibleText(line))
  })

  it('say what a method means for the loss, and for no other', () => {
    const squared = entries(everyMethod, locale, 'mse')
    const adapted = METHODS.flatMap(({ method }) => {
      const ic = methodAdaptation(method, 'ic', locale)
      return ic === null ? [] : [{ method, ic, mse: methodAdaptation(method, 'mse', locale) }]
    })
    expect(adapted.length).toBeGreaterThan(3)
    for (const { method, ic, mse } of adapted) {
      expect(shown.get(method)).toContain(ic)
      if (mse !== null) expect(squared.get(method)).toContain(mse)
      if (mse !== ic) expect(squared.get(method)).not.toContain(ic)
    }
    // Both keep outputs close, by a distance that goes with the loss; stocks have a squared error each.
    for (const method of ['saf', 'mesa'] as const)
      expect(methodAdaptation(method, 'mse', locale)).not.toBeNull()
    expect(methodAdaptation('esam', 'mse', locale)).toBeNull()
  })

  it('have the formulas of the settings and of the loss that were used', () => {
    const set = entries(
      [
        { name: 'GSAM', method: 'gsam', descend: 'clean' },
        { name: 'SAF', method: 'saf' },
      ],
      locale,
      'mse',
    )
    expect(set.get('GSAM')).toContain('G = g + α (g₁ − proj_g g₁)')
    expect(set.get('SAF')).toContain('D(a, b) = ½ mean (a − b)²')
    expect(shown.get('saf')).toContain('D(a, b) = 1 − corr(a, b)')
  })
})

describe('settings of an optimizer', () => {
  it('are said once where all have the same base rule, schedule and clipping', () => {
    const shown = entries(
      [
        { name: 'AdamW', method: 'plain' },
        { name: 'SAM', method: 'sam', rho: 0.07 },
      ],
      'en',
    )
    expect(shown.get('All of them')).toBe(
      'Base rule: AdamW (Learning rate: 0.001, First-moment decay: 0.9, Second-moment decay: 0.999, ' +
        'Denominator term: 1e−8, AMSGrad: No, Weight decay: 0.01); ' +
        'Learning-rate schedule (Warm-up epochs: 0, Decay: None)',
    )
    expect(shown.get('SAM')).toMatch(/Radius ρ: 0\.07; Schedule of ρ: Constant$/)
  })

  it('are said with each where they differ, with schedules and clipping', () => {
    const shown = entries(
      [
        { name: 'AdamW', method: 'plain' },
        {
          name: 'GSAM',
          method: 'gsam',
          base: { rule: 'sgd', learningRate: 0.05 },
          learningRateSchedule: { warmUpEpochs: 2, decay: { kind: 'cosine', floor: 0.02 } },
          rhoSchedule: { kind: 'proportional', end: 0.01 },
          clipNorm: 5,
        },
      ],
      'zh-CN',
    )
    expect(shown.has('各优化器共有')).toBe(false)
    expect(shown.get('AdamW')).toContain('基础优化器：AdamW（学习率：0.001、')
    const text = shown.get('GSAM')
    expect(text).toContain('半径调度：随学习率（终值：0.01）；间隙系数 α：0.4；扰动缩放：不缩放')
    expect(text).toContain('基础优化器：SGD（学习率：0.05、动量：0.9、')
    expect(text).toContain('学习率调度（预热轮数：2、学习率衰减：余弦（末期比例：0.02））；梯度裁剪：5')
  })

  it('of a composition are those of its parts, without the parts it does not have', () => {
    const shown = entries(
      [
        { name: 'none', method: 'composed' },
        {
          name: 'own',
          method: 'composed',
          parts: {
            perturbation: { direction: { kind: 'friendly' }, rho: 0.3 },
            schedule: { steps: { kind: 'look', every: 4 } },
          },
        },
      ],
      'en',
    )
    expect(shown.get('none')).toMatch(/Perturbation: None$/)
    expect(shown.get('own')).toContain('Perturbation (Direction: Own gradient of the batch (Subtraction σ: 1')
    expect(shown.get('own')).toContain('Final gradient: Perturbed gradient (Perturbed weight: 1)')
    expect(shown.get('own')).toContain('Schedule (Steps: Every k-th step (Interval k: 4')
    expect(shown.get('own')).not.toContain('Target')
  })
})
