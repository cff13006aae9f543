import { readFileSync } from 'node:fs'
import { baseVectors } from '../../src-shared/domain/optimizer/baseRule.ts'
import {
  baseRule,
  compositionOf,
  type Method,
  METHODS,
  stateVectors,
  stepCost,
} from '../../src-shared/domain/optimizer/index.ts'
import { terms } from '../../src-shared/locales/index.ts'
import { fieldsOf } from './fields.ts'
import { inline, json, markdownTable, number } from './markdown.ts'
import { accepted } from './refusalExamples.ts'

/** Runs of a file of trajectories that a method is compared with: its variants, by a pattern of the runs' names. */
interface Reference {
  readonly file: string
  readonly variants: Readonly<Record<string, RegExp>>
  /** 1e-9 where none is said. */
  readonly tolerance?: string
}

const REFERENCES: Partial<Readonly<Record<Method, readonly Reference[]>>> = {
  plain: [{ file: 'base_optimizers', variants: { 'every base rule': /sgd|adagrad|rmsprop|adam/ } }],
  sam: [{ file: 'sam', variants: { 'stabilisers 1e-12, 1e-16, 1e-7': /eps1e-(12|16|07)/ } }],
  asam: [
    { file: 'asam', variants: { '`biases` unscaled': /official/, '`biases` scaled with η = 0': /davda54/ } },
  ],
  gsam: [
    {
      file: 'gsam',
      variants: {
        '`scaling` none': /adaptiveFalse/,
        '`scaling` code': /adaptiveTrue/,
        'proportional ρ': /scheduled/,
      },
    },
    {
      file: 'gsam_bigvision',
      variants: { '`scaling` paper': /adaptiveTrue/, '`descend` clean': /minimizefpFalse/ },
    },
  ],
  gam: [{ file: 'gam', variants: { code: /\/code\//, paper: /paper_alg2/, adaptive: /adaptive/ } }],
  gamExact: [
    {
      file: 'gam_alg1_hvp',
      variants: { 'exact Hessian-vector products': /hvp/ },
      tolerance: '1e-8 with a difference step of 1e-5',
    },
  ],
  fsam: [{ file: 'fsam', variants: { code: /\/code/, paper: /\/paper/ } }],
  looksam: [
    { file: 'looksam', variants: { paper: /paper_global/, '`firstProjection` weights': /leminhbinh/ } },
    { file: 'looksam', variants: { '`norms` tensor': /per_tensor/ }, tolerance: '1e-8' },
  ],
  esam: [
    {
      file: 'esam',
      variants: {
        code: /sgd\/beta/,
        '`variant` paper': /paper_selection/,
        '`perturbed` weights': /\/paper\//,
      },
    },
  ],
  rst: [{ file: 'rst', variants: { 'γ = 1': /gamma1\.0/, 'γ > 1': /gamma2/, 'γ < 1': /gamma0/ } }],
  saf: [{ file: 'saf_mesa', variants: { 'class distributions': /mlp_ce.*saf/ } }],
  mesa: [{ file: 'saf_mesa', variants: { 'class distributions': /mlp_ce.*mesa/ } }],
  ssamf: [{ file: 'ssam', variants: { paper: /ssamf_paper/, code: /ssamf_code/ } }],
  ssamd: [
    {
      file: 'ssam',
      variants: {
        '`growth` random': /ssamd.*random/,
        gradient: /ssamd.*gradient/,
        weight: /ssamd.*weight/,
      },
    },
  ],
  rwp: [{ file: 'rwp', variants: { code: /\/rwp/ } }],
  arwp: [{ file: 'rwp', variants: { 'code, constant ρ': /\/arwp/ } }],
  mrwp: [{ file: 'rwp', variants: { code: /\/m-rwp/ } }],
  marwp: [{ file: 'rwp', variants: { code: /\/m-arwp/ } }],
  fedsmoo: [
    {
      file: 'fedsmoo',
      variants: { 'all clients': /full/, 'a share of them': /partial/, clipped: /clipped/ },
    },
  ],
}

const HEAD = ['method', 'passes', 'state', 'defaults', 'reference']

/** Methods x what they cost, keep, start with and are checked against. */
export function methodTable(): string {
  const base = baseRule.parse({})
  return markdownTable(
    HEAD,
    METHODS.flatMap((definition) => {
      const { method } = definition
      if (method === 'composed') return []
      const parts = compositionOf(accepted({ method }))
      const { gradients, predictions } = stepCost(parts)
      const defaults = fieldsOf(definition)
        .filter(({ group }) => group === method)
        .map(({ name, schema }) => `${name} ${shown(schema.default)}`)
      return [
        [
          `${terms.en.methods[method].name} ${inline(method)}`,
          `${number(gradients)}${predictions === 0 ? '' : ` + ${number(predictions)} F`}`,
          number(stateVectors(base, parts) - baseVectors(base)),
          defaults.join(', '),
          referenced(REFERENCES[method] ?? []),
        ],
      ]
    }),
  )
}

function shown(value: unknown): string {
  const kind = (value as { readonly kind?: string } | null)?.kind
  return kind === undefined || kind === 'constant' ? (kind ?? String(value)) : inline(json(value))
}

function referenced(references: readonly Reference[]): string {
  return references.length === 0 ? 'none' : references.map(reference).join('; ')
}

/** Throws when the file has no run of a variant. */
function reference({ file, variants, tolerance = '1e-9' }: Reference): string {
  const folder = new URL('../../tests/fixtures/trajectories/', import.meta.url)
  const { runs } = JSON.parse(readFileSync(new URL(`${file}.json`, folder), 'utf8')) as {
    readonly runs: readonly { readonly name: string }[]
  }
  for (const [variant, pattern] of Object.entries(variants)) {
    if (!runs.some(({ name }) => pattern.test(name)))
      throw new Error(`${file}.json has no run of the variant ${variant}.`)
  }
  return `${inline(file)} ${Object.keys(variants).join(', ')}: ${tolerance}`
}
