import {
  COMMON_FIELDS,
  type Composition,
  formulaOf,
  methodDefinition,
  type OptimizerConfig,
} from '../../../src-shared/domain/optimizer/index.ts'
import { formatSetting } from '../../../src-shared/format.ts'
import {
  fillPlaceholders,
  groupOfKind,
  methodAdaptation,
  optionText,
  parameterText,
} from '../../../src-shared/locales/index.ts'
import type { ReportContext } from '../context.ts'
import type { Html } from '../html.ts'
import { html } from '../html.ts'

/**
 * Each optimizer of the study: its method with paper and formulas, and every setting it has. What is the same for all of
 * them, base rule, schedule of the learning rate and clipping, is said once.
 */
export function optimizerList(context: ReportContext): Html {
  const { text, result } = context
  const { optimizers } = result.config
  const common = optimizers.map((optimizer) => commonSettings(context, optimizer))
  const shared = optimizers.length > 1 && common.every((settings) => settings === common[0])
  const entry = (name: string, content: Html) =>
    html`<div>
      <dt>${name}</dt>
      <dd>${content}</dd>
    </div>`
  return html`<h3>${text.method.optimizers}</h3>
    <dl class="definitions optimizers">
      ${shared ? entry(text.method.allOptimizers, html`<p>${common[0]}</p>`) : null}
      ${optimizers.map((optimizer, at) =>
        entry(
          optimizer.name,
          html`${methodText(context, optimizer)} ${shared ? null : html`<p>${common[at]}</p>`}`,
        ),
      )}
    </dl>`
}

function methodText(context: ReportContext, optimizer: OptimizerConfig): Html {
  const { text, terms, locale, result } = context
  const { loss } = result.config.training
  const { paper } = methodDefinition(optimizer.method)
  const formula = formulaOf(optimizer, loss)
  const { name, definition } = terms.methods[optimizer.method]
  const adaptation = methodAdaptation(optimizer.method, loss, locale)
  const own = ownSettings(context, optimizer)
  const source =
    paper === null ? name : fillPlaceholders(text.method.paper, { ...paper, year: String(paper.year), name })
  return html`<p><b>${source}</b></p>
    <p>${definition}</p>
    ${adaptation === null ? null : html`<p class="muted">${text.method.adaptations[loss]}${text.colon}${adaptation}</p>`}
    ${formula.length === 0 ? null : html`<p class="formula">${formula.join('\n')}</p>`}
    ${own.length === 0 ? null : html`<p>${own.join(text.itemSeparator)}</p>`}`
}

function ownSettings(context: ReportContext, optimizer: OptimizerConfig): string[] {
  if (optimizer.method === 'composed') return partSettings(context, optimizer.parts)
  return Object.entries(optimizer)
    .filter(([name]) => !COMMON_FIELDS.includes(name))
    .map(([name, value]) => setting(context, optimizer.method, name, value))
}

/** Base rule and schedule of the learning rate, and clipping where there is any. */
function commonSettings(context: ReportContext, optimizer: OptimizerConfig): string {
  const { base, learningRateSchedule, clipNorm } = optimizer
  return Object.entries({ base, learningRateSchedule, ...(clipNorm !== null && { clipNorm }) })
    .map(([name, value]) => setting(context, 'optimizer', name, value))
    .join(context.text.itemSeparator)
}

/** Of a composition, without the parts it does not have. */
function partSettings(context: ReportContext, parts: Composition): string[] {
  const { perturbation, finalGradient, schedule, target, federated } = parts
  const part = (name: string, value: unknown) => setting(context, 'composition', name, value)
  return [
    part('perturbation', perturbation),
    ...(perturbation === null ? [] : [part('finalGradient', finalGradient), part('schedule', schedule)]),
    ...(target === null ? [] : [part('target', target)]),
    ...(federated === null ? [] : [part('federated', federated)]),
  ]
}

/**
 * A field with its value: a number as it was written, a choice by its name. The fields of a value that has some stand
 * behind it in brackets.
 */
function setting(context: ReportContext, group: string, name: string, value: unknown): string {
  const { locale, text } = context
  const label = parameterText(group, name, locale).name
  const valued = (shown: string) => `${label}${text.colon}${shown}`
  if (typeof value === 'number') return valued(formatSetting(value))
  if (typeof value !== 'object' || value === null)
    return valued(optionText(group, name, String(value), locale).name)

  const discriminator = 'kind' in value ? 'kind' : name === 'base' ? 'rule' : null
  const kind = discriminator === null ? null : String((value as Record<string, unknown>)[discriminator])
  const fields = Object.entries(value)
    .filter(([field]) => field !== discriminator)
    .map(([field, each]) => setting(context, kind === null ? name : groupOfKind(name, kind), field, each))
  const bracketed =
    fields.length === 0
      ? ''
      : fillPlaceholders(text.method.bracketed, { content: fields.join(text.listSeparator) })
  return discriminator === null
    ? `${label}${bracketed}`
    : `${valued(optionText(name, discriminator, kind!, locale).name)}${bracketed}`
}
