import { baseVectors } from '../../src-shared/domain/optimizer/baseRule.ts'
import {
  BASE_RULES,
  baseRule,
  COMMON_FIELDS,
  compositionOf,
  formulaOf,
  METHODS,
  methodDefinition,
  type MethodDefinition,
  stateVectors,
  stepCost,
} from '../../src-shared/domain/optimizer/index.ts'
import { trainingLoss } from '../../src-shared/domain/study.ts'
import {
  fillPlaceholders,
  type Locale,
  methodAdaptation,
  optionText,
  parameterText,
  terms,
} from '../../src-shared/locales/index.ts'
import { refusalText } from '../../src-shared/locales/refusals.ts'
import { type Field, fieldsOf } from './fields.ts'
import { block, inline, json, markdownTable, number } from './markdown.ts'
import { accepted, refusalExamples } from './refusalExamples.ts'
import { GUIDE_TEXTS } from './text.ts'

/** FSAM's direction with ASAM's scaling, GSAM's final gradient, LookSAM's schedule. */
const EXAMPLE = {
  name: 'own',
  method: 'composed',
  base: { learningRate: 0.001 },
  parts: {
    perturbation: {
      direction: { kind: 'friendly', sigma: 1, lambda: 0.6 },
      scaling: { kind: 'elementwise', eta: 0.01 },
      rho: 0.5,
    },
    finalGradient: { kind: 'surrogateGap', alpha: 0.4 },
    schedule: { steps: { kind: 'look', every: 4, alpha: 0.7 } },
  },
}

const COMPOSED = fieldsOf(methodDefinition('composed'))

/** The page of the user's guide on optimizers, as Markdown. */
export function userGuide(locale: Locale): string {
  const text = GUIDE_TEXTS[locale]
  return [
    `# ${text.title}`,
    `<!-- ${text.generated} -->`,
    ...text.intro,
    ...common(locale),
    ...baseRules(locale),
    ...schedules(locale),
    `## ${text.methods.title}`,
    ...text.methods.intro,
    ...METHODS.flatMap((definition) => method(definition, locale)),
    ...composition(locale),
    ...refusals(locale),
    `## ${text.comparison.title}`,
    text.comparison.points.map((point) => `- ${point}`).join('\n'),
  ]
    .join('\n\n')
    .concat('\n')
}

type Blocks = readonly string[]

function common(locale: Locale): Blocks {
  const shown = COMPOSED.filter(({ path }) => COMMON_FIELDS.includes(path))
  return [`## ${GUIDE_TEXTS[locale].common}`, fieldTable(shown, locale)]
}

function baseRules(locale: Locale): Blocks {
  const text = GUIDE_TEXTS[locale]
  return [
    `## ${text.rules.title}`,
    text.rules.intro,
    fieldTable(
      COMPOSED.filter(({ path }) => path === 'base.rule'),
      locale,
    ),
    ...BASE_RULES.flatMap((rule) => {
      const { name, definition } = optionText('base', 'rule', rule, locale)
      return [
        `### ${name}`,
        `${inline(`"rule": "${rule}"`)}${stop(locale)} ${sentence(definition, locale)}${text.rules.state}${text.colon}${baseVectors(baseRule.parse({ rule }))}${stop(locale)}`,
        fieldTable(
          COMPOSED.filter(({ group }) => group === rule),
          locale,
        ),
      ]
    }),
  ]
}

function schedules(locale: Locale): Blocks {
  const { schedules: text } = GUIDE_TEXTS[locale]
  const sam = fieldsOf(methodDefinition('sam'))
  const clip = COMPOSED.filter(({ path }) => path === 'clipNorm')
  return [
    `## ${text.title}`,
    `### ${text.learningRate}`,
    text.learningRateIntro,
    fieldTable(
      COMPOSED.filter(({ path }) => path.startsWith('learningRateSchedule.') && !path.endsWith('.decay')),
      locale,
    ),
    `### ${text.rho}`,
    text.rhoIntro,
    fieldTable(
      sam.filter(({ path }) => path.startsWith('rhoSchedule.')),
      locale,
    ),
    `### ${text.clipping}`,
    text.clippingIntro,
    fieldTable(clip, locale),
  ]
}

function method(definition: MethodDefinition, locale: Locale): Blocks {
  const { methods: text } = GUIDE_TEXTS[locale]
  const { method: id, paper } = definition
  const formula = formulaOf(accepted({ method: id }), 'ic')
  const { name, definition: does } = terms[locale].methods[id]
  const adaptations = trainingLoss.options.flatMap((loss) => {
    const adaptation = methodAdaptation(id, loss, locale)
    // What holds whatever the loss is said once.
    const said = loss !== 'ic' && adaptation === methodAdaptation(id, 'ic', locale)
    return adaptation === null || said ? [] : [{ loss, adaptation }]
  })
  const fields = fieldsOf(definition).filter(({ group }) => group === id)
  const source = paper === null ? '' : ` ${paper.authors} (${paper.year}), *${paper.title}*.`
  return [
    `### ${name}`,
    `${inline(`"method": "${id}"`)}${stop(locale)}${source}`,
    sentence(does, locale).trim(),
    ...adaptations.map(
      ({ loss, adaptation }) =>
        `**${text.adaptations[loss]}**${GUIDE_TEXTS[locale].colon}${sentence(adaptation, locale).trim()}`,
    ),
    ...(formula.length === 0 ? [] : [block(formula.join('\n'))]),
    ...(id === 'composed'
      ? [text.seeComposition]
      : [costs(id, locale), fields.length === 0 ? text.noFields : fieldTable(fields, locale)]),
  ]
}

/** Evaluations and state of a method with its defaults. */
function costs(id: MethodDefinition['method'], locale: Locale): string {
  const { methods: text, colon, semicolon } = GUIDE_TEXTS[locale]
  const parts = compositionOf(accepted({ method: id }))
  const base = baseRule.parse({})
  const { gradients, predictions } = stepCost(parts)
  const state = stateVectors(base, parts) - baseVectors(base)
  const counts = [
    [text.cost, gradients],
    ...(predictions === 0 ? [] : [[text.predictions, predictions] as const]),
    [text.state, state],
  ] as const
  const listed = counts.map(([what, count]) => `${what}${colon}${number(count)}`).join(semicolon)
  return `${listed}${stop(locale)}`
}

const SLOTS = [
  ['perturbation', ['direction', 'scaling', 'mask', 'rhoSchedule']],
  ['finalGradient', []],
  ['schedule', ['steps', 'samples']],
  ['target', []],
  ['federated', []],
] as const

function composition(locale: Locale): Blocks {
  const { composition: text } = GUIDE_TEXTS[locale]
  accepted(EXAMPLE)
  return [
    `## ${text.title}`,
    ...text.intro,
    text.example,
    block(JSON.stringify(EXAMPLE, null, 2), 'json'),
    text.exampleNote.trim(),
    ...SLOTS.flatMap(([slot, kinds]) => [
      `### ${parameterText('composition', slot, locale).name}`,
      text.slots[slot],
      ...kindTables(slot, kinds, locale),
    ]),
  ]
}

/** Fields of one slot of a composition: its own, then those of each of its kinds. */
function kindTables(slot: string, kinds: readonly string[], locale: Locale): Blocks {
  const path = `parts.${slot}`
  const isKind = ({ path: at }: Field, of: string) => at.startsWith(`${of}.`)
  const inside = COMPOSED.filter((field) => isKind(field, path))
  const own = inside.filter(
    (field) => !kinds.some((kind) => isKind(field, `${path}.${kind}`) || field.path === `${path}.${kind}`),
  )
  return [
    ...(own.length === 0 ? [] : [fieldTable(own, locale)]),
    ...kinds.flatMap((kind) => [
      `**${parameterText(slot, kind, locale).name}**${GUIDE_TEXTS[locale].colon}${sentence(parameterText(slot, kind, locale).definition, locale).trim()}`,
      fieldTable(
        inside.filter((field) => isKind(field, `${path}.${kind}`)),
        locale,
      ),
    ]),
  ]
}

function refusals(locale: Locale): Blocks {
  const { refusals: text } = GUIDE_TEXTS[locale]
  const rows = refusalExamples().map(({ code, values, example }) => [
    inline(json(example)),
    refusalText({ code, values }, locale),
  ])
  return [`## ${text.title}`, text.intro, markdownTable(text.head, rows)]
}

/** One row a field: its path, what it means with its values to choose from, default, range. */
function fieldTable(fields: readonly Field[], locale: Locale): string {
  const text = GUIDE_TEXTS[locale]
  const rows = fields.map((field) => {
    const { name, definition } = parameterText(field.group, field.name, locale)
    const values = field.options.map((option) => {
      const { name: label, definition: does } = optionText(field.group, field.name, option, locale)
      return `${inline(option)} ${label}${text.colon}${does}`
    })
    return [
      `${inline(field.path)}${kindOf(field, locale)}`,
      [...(isChoice(field) ? [] : [`${name}${text.colon}${definition}`]), ...values].join('<br>'),
      defaultOf(field, locale),
      rangeOf(field, locale),
    ]
  })
  return markdownTable(text.fieldHead, rows)
}

/** Whether a field says which kind of a part it is, and nothing more. */
const isChoice = ({ group, name }: Field): boolean => name === 'kind' || group === 'base'

/** The kind of a part, in brackets, that alone has a field. */
function kindOf({ group }: Field, locale: Locale): string {
  const kind = group.split('.')[1]
  return kind === undefined ? '' : fillPlaceholders(GUIDE_TEXTS[locale].ofKind, { kind: inline(kind) })
}

function defaultOf({ schema, name, group }: Field, locale: Locale): string {
  const { default: value } = schema
  if (value === undefined) return group === 'optimizer' || name === 'end' ? GUIDE_TEXTS[locale].required : ''
  return inline(typeof value === 'object' ? json(value) : String(value))
}

function rangeOf({ schema, options }: Field, locale: Locale): string {
  const text = GUIDE_TEXTS[locale]
  const nullable = options.includes('null')
  if (options.some((option) => option !== 'null')) return ''
  if (schema.type === 'boolean') return '`true`, `false`'
  if (schema.maxLength !== undefined)
    return fillPlaceholders(text.characters, {
      least: String(schema.minLength ?? 0),
      most: String(schema.maxLength),
    })
  const plain = schema.anyOf?.find(({ type }) => type === 'number' || type === 'integer') ?? schema
  const interval = intervalOf(plain)
  return [plain.type === 'integer' ? text.whole : '', interval, nullable ? text.orNull : '']
    .filter((part) => part !== '')
    .join(' ')
}

/** `[0, 10]`, `(0, 1]`, `> 0`; empty of what has no bounds. */
function intervalOf(schema: Field['schema']): string {
  const { minimum, exclusiveMinimum, maximum, exclusiveMaximum } = schema
  const lower = minimum ?? exclusiveMinimum
  const upper = maximum ?? exclusiveMaximum
  if (lower === undefined) return ''
  if (upper === undefined) return minimum === undefined ? `> ${lower}` : `>= ${lower}`
  return `${minimum === undefined ? '(' : '['}${lower}, ${upper}${maximum === undefined ? ')' : ']'}`
}

const stop = (locale: Locale): string => (locale === 'en' ? '.' : '。')
const sentence = (clause: string, locale: Locale): string =>
  `${clause}${stop(locale)}${locale === 'en' ? ' ' : ''}`
