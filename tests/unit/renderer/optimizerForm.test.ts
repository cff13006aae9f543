import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { reactive } from 'vue'
import {
  compositionOf,
  formulaOf,
  type Method,
  methodDefinition,
  type OptimizerConfig,
} from '../../../src-shared/domain/optimizer/index.ts'
import { trainingLoss } from '../../../src-shared/domain/study.ts'
import {
  type Locale,
  LOCALES,
  methodAdaptation,
  parameterText,
  terms,
} from '../../../src-shared/locales/index.ts'
import {
  asParts,
  METHODS,
  optimizerOf,
  reportOptimizers,
} from '../../../src-renderer/views/study/optimizers.ts'
import { openViews, type Views } from './mounted.ts'

let views: Views
beforeAll(async () => {
  views = await openViews()
})
afterAll(() => views.close())

interface Issue {
  readonly path: readonly (string | number)[]
  readonly subject: string
  readonly text: string
}
const form = (optimizers: readonly OptimizerConfig[], locale: Locale, issues: readonly Issue[] = []) =>
  views.render(
    'views/study/OptimizerFields.vue',
    { modelValue: reactive([...optimizers]), loss: 'ic', issues },
    locale,
  )
/** "More" opens by itself where one of its settings is refused. */
const refusedBelow = (at = 0): Issue => ({
  path: ['optimizers', at, 'clipNorm'],
  subject: 'clipping',
  text: 'is refused',
})

const escaped = (text: string) =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
const fieldsIn = (html: string) =>
  [...html.matchAll(/data-testid="field-([\w.]*)"/g)].map((match) => match[1]).sort()
const occurrences = (html: string, text: string) => html.split(text).length - 1

/** Paths of an optimizer's settings as the form names them: objects by their kinds' fields. */
function pathsOf(value: object, path = ''): string[] {
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) => {
    const at = path === '' ? name : `${path}.${name}`
    if (name === 'kind' || at === 'base.rule') return []
    if (at === 'learningRateSchedule') return pathsOf(inner as object, at)
    return typeof inner === 'object' && inner !== null ? [at, ...pathsOf(inner, at)] : [at]
  })
}

describe.each(LOCALES)('the form of optimizers in %s', (locale) => {
  it.each(METHODS)(
    'shows %s: its definition and, in the row and behind "more", every field',
    async (method) => {
      const optimizer = optimizerOf('of its own', method)
      const closed = await form([optimizer], locale)
      expect(closed).toContain(escaped(terms[locale].methods[method].definition))
      expect(closed).toContain('value="of its own"')
      expect(fieldsIn(closed).length).toBeLessThanOrEqual(6)

      const open = await form([optimizer], locale, [refusedBelow()])
      expect(fieldsIn(open)).toEqual(pathsOf(optimizer).sort())
      for (const { group, name } of [
        { group: 'optimizer', name: 'clipNorm' },
        { group: method, name: Object.keys(methodDefinition(method).parameters)[0] },
      ])
        if (name !== undefined) expect(open).toContain(escaped(parameterText(group, name, locale).name))
    },
  )

  it.each(METHODS)(
    'shows the parts of %s once it is taken over, every one with its fields',
    async (method) => {
      const optimizer = asParts(optimizerOf('of its own', method))
      const html = await form([optimizer], locale, [refusedBelow()])
      expect(fieldsIn(html)).toEqual(pathsOf(optimizer).sort())
      expect(html).not.toContain('data-testid="as-parts"')
    },
  )

  it('shows a refusal at the part it concerns, in a row that is open for it', async () => {
    const refused = optimizerOf('mine', 'composed')
    const issue = { path: ['optimizers', 1, 'parts', 'target'], subject: 'mine', text: 'because' }
    const html = await form([optimizerOf('AdamW', 'plain'), refused], locale, [issue])
    const [, after] = html.split('data-testid="field-parts.target"')
    const subject = parameterText('composition', 'target', locale).name
    expect(after.split('data-testid="field-')[0]).toContain(
      locale === 'en' ? `${subject}: because` : `${subject}：because`,
    )
    expect(occurrences(html, 'data-testid="more-fields"')).toBe(1)
    expect(occurrences(html, 'data-testid="issue"')).toBe(1)
  })

  it('binds every number to its label, its range, and the reason why it is refused', async () => {
    const html = await form([optimizerOf('SAM', 'sam')], locale, [
      { path: ['optimizers', 0, 'rho'], subject: 'SAM', text: 'because' },
    ])
    const label = escaped(parameterText('sam', 'rho', locale).name)
    const id = new RegExp(`for="([\\w-]+)"[^>]*>\\s*${label}`).exec(html)?.[1]
    const input = new RegExp(`<input[^>]*id="${id}"[^>]*>`).exec(html)?.[0]
    expect(input).toContain('value="0.05"')
    expect(input).toContain('[0, 10]')
    expect(input).toContain('aria-invalid="true"')
    const reason = /aria-describedby="([\w-]+)"/.exec(input!)?.[1]
    expect(html).toMatch(new RegExp(`id="${reason}"[^>]*role="status"`))
    expect(occurrences(html, 'aria-invalid="true"')).toBe(1)
  })

  it('writes small numbers as they are set', async () => {
    const html = await form([optimizerOf('AdamW', 'plain')], locale, [refusedBelow()])
    expect(html).toContain('value="1e-8"')
  })

  it('keeps the report’s six readable: one row each, nothing open', async () => {
    const html = await form(reportOptimizers(locale), locale)
    expect(occurrences(html, 'data-testid="optimizer"')).toBe(6)
    for (const part of ['more-fields', 'method-text', 'issue'])
      expect(occurrences(html, `data-testid="${part}"`)).toBe(0)
  })

  it.each(METHODS.flatMap((method) => trainingLoss.options.map((loss) => ({ method, loss }))))(
    'tells of $method its formulas, its paper and what it means for the loss $loss',
    async ({ method, loss }) => {
      const optimizer = optimizerOf('of its own', method)
      const html = await views.render('views/study/MethodText.vue', { optimizer, loss }, locale)
      for (const line of formulaOf(optimizer, loss)) expect(html).toContain(escaped(line))
      const { paper } = methodDefinition(method)
      expect(html.includes('data-testid="paper"')).toBe(paper !== null)
      if (paper !== null)
        for (const text of [paper.authors, String(paper.year), paper.title]) expect(html).toContain(text)
      const adaptation = methodAdaptation(method, loss, locale)
      expect(html.includes('role="note"')).toBe(adaptation !== null)
      if (adaptation !== null) expect(html).toContain(escaped(adaptation))
    },
  )

  it('shows the formulas of what is typed, a field that cannot be read at its default', async () => {
    const shown = async (typed: object) => {
      const optimizer = { ...optimizerOf('GSAM', 'gsam'), ...typed }
      return views.render('views/study/MethodText.vue', { optimizer, loss: 'ic' }, locale)
    }
    const [perturbed, clean] = ['G = g₁ − α (g − proj_{g₁} g)', 'G = g + α (g₁ − proj_g g₁)']
    expect(await shown({})).toContain(perturbed)
    expect(await shown({ descend: 'clean' })).toContain(clean)
    // A name that is refused, and a number that is being typed.
    expect(await shown({ descend: 'clean', name: '', alpha: null })).toContain(clean)
    expect(await shown({ descend: 'no such' })).toContain(perturbed)
  })
})

describe('what a step takes', () => {
  const cost = async (method: Method, settings: object = {}) => {
    const optimizer = { ...optimizerOf('name', method), ...settings } as OptimizerConfig
    const props = { base: optimizer.base, parts: compositionOf(optimizer) }
    const html = await views.render('views/study/OptimizerCost.vue', props, 'en')
    return html.replace(/<[^>]+>/g, '').trim()
  }

  it('is counted in gradients, forward passes and vectors, without needless decimals', async () => {
    expect(await cost('plain')).toBe('Gradient evaluations a step: 1 · state: 2 × the weights')
    expect(await cost('gam')).toBe('Gradient evaluations a step: 4 · state: 2 × the weights')
    expect(await cost('fsam')).toBe('Gradient evaluations a step: 2 · state: 3 × the weights')
    expect(await cost('looksam', { every: 4 })).toBe(
      'Gradient evaluations a step: 1.25 · state: 3 × the weights',
    )
    expect(await cost('looksam', { every: 10 })).toBe(
      'Gradient evaluations a step: 1.1 · state: 3 × the weights',
    )
    expect(await cost('esam')).toBe(
      'Gradient evaluations a step: 2 · forward passes: 1 · state: 2 × the weights',
    )
    expect(await cost('saf')).toBe(
      'Gradient evaluations a step: 1 · state: 2 × the weights · outputs kept of each training sample: 4',
    )
  })
})
