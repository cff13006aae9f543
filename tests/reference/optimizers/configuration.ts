import {
  baseRule,
  type Composition,
  compositionOf,
  optimizerConfig,
  type OptimizerConfig,
  type OptimizerInput,
} from '../../../src-shared/domain/optimizer/index.ts'
import type { Base, Run } from './format.ts'

/**
 * The optimizer of a reference run: the preset of its method with the run's hyper-parameters, taken apart into its parts, and
 * of these only what no preset has replaced (stabilisers, what other public codes do differently).
 */
export function configurationOf(method: string, run: Run): OptimizerConfig {
  const { preset, change = () => undefined } = presetOf(method, run.hyper)
  // What a file writes as null it does not set.
  const set = Object.fromEntries(
    Object.entries(preset).filter(([, value]) => value !== null && value !== undefined),
  )
  const named = optimizerConfig.parse({ name: run.name, base: baseOf(run.base), ...set } as OptimizerInput)
  const parts = compositionOf(named)
  const stabiliser = run.hyper['eps'] ?? run.hyper['eps_perturb']
  if (parts.perturbation !== null && typeof stabiliser === 'number')
    Object.assign(parts.perturbation, { stabiliser })
  change(parts as Writable<Composition>)
  const { name, base, learningRateSchedule, clipNorm } = named
  return { method: 'composed', name, base, learningRateSchedule, clipNorm, parts }
}

type Writable<T> = T extends object ? { -readonly [K in keyof T]: Writable<T[K]> } : T
interface Preset {
  readonly preset: Readonly<Record<string, unknown>>
  readonly change?: (parts: Writable<Composition>) => void
}
type Hyper = Readonly<Record<string, unknown>>

/** As most public codes have it: |w| for every tensor. */
const adaptive = (hyper: Hyper) => (parts: Writable<Composition>) => {
  if (hyper['adaptive'] === true)
    parts.perturbation!.scaling = { kind: 'elementwise', eta: 0, biases: 'scaled' }
}

function presetOf(method: string, hyper: Hyper): Preset {
  const text = (key: string): string => String(hyper[key] ?? '')
  const has = (key: string): boolean => hyper[key] !== undefined && hyper[key] !== null
  const name = method.toLowerCase().replace(/[^a-z0-9]/g, '')
  const is = (...starts: readonly string[]): boolean => starts.some((start) => name.startsWith(start))
  if (is('base')) return { preset: { method: 'plain' } }
  if (is('sam')) return { preset: { method: 'sam', rho: hyper['rho'] }, change: adaptive(hyper) }
  if (is('asam', 'adaptivesam')) {
    const biases = text('variant').startsWith('davda54') ? 'scaled' : 'unscaled'
    return { preset: { method: 'asam', rho: hyper['rho'], eta: hyper['eta'], biases } }
  }
  if (is('gsam') && name.includes('bigvision')) {
    return {
      preset: {
        method: 'gsam',
        rho: hyper['rho'],
        alpha: hyper['alpha'],
        scaling: hyper['adaptive'] === true ? 'paper' : 'none',
        descend: hyper['minimize_fp'] === false ? 'clean' : 'perturbed',
      },
    }
  }
  if (is('gsam')) {
    const proportional = has('lr_max') && hyper['lr_max'] !== hyper['lr_min']
    return {
      preset: {
        method: 'gsam',
        rho: hyper['rho_max'] ?? hyper['rho'],
        alpha: hyper['alpha'],
        scaling: hyper['adaptive'] === true ? 'code' : 'none',
        ...(proportional && {
          rhoSchedule: { kind: 'proportional', end: hyper['rho_min'] },
          learningRateSchedule: {
            decay: { kind: 'cosine', floor: (hyper['lr_min'] as number) / (hyper['lr_max'] as number) },
          },
        }),
      },
    }
  }
  if (is('gam') && (name.includes('hvp') || name.includes('algorithm1'))) {
    // The reference has exact Hessian-vector products.
    const differenceStep = 1e-5
    return {
      preset: { method: 'gamExact', rho: hyper['rho'], alpha: hyper['alpha'], differenceStep },
    }
  }
  if (is('gam')) {
    return {
      preset: {
        method: 'gam',
        rho: hyper['rho_prime'],
        rhoNorm: hyper['rho'],
        alpha: hyper['alpha'],
        beta: hyper['beta'],
        gamma: hyper['gamma'],
        variant: has('g0_weight') && hyper['g0_weight'] !== 1 ? 'paper' : 'code',
        adaptive: hyper['adaptive'] === true,
      },
    }
  }
  if (is('fsam', 'friendly')) {
    return {
      preset: {
        method: 'fsam',
        rho: hyper['rho'],
        sigma: hyper['sigma'],
        lambda: hyper['lmbda'],
        variant: hyper['variant'],
      },
      change: adaptive(hyper),
    }
  }
  if (is('look')) {
    return {
      preset: { method: 'looksam', rho: hyper['rho'], every: hyper['k'], alpha: hyper['alpha'] },
      change({ schedule }) {
        if (schedule.steps.kind !== 'look') return
        if (text('variant').includes('per-tensor')) schedule.steps.norms = 'tensor'
        if (text('variant').includes('WEIGHTS')) schedule.steps.firstProjection = 'weights'
      },
    }
  }
  if (is('esam', 'efficientsam')) {
    return {
      preset: {
        method: 'esam',
        rho: hyper['rho'],
        beta: hyper['beta'],
        gamma: hyper['gamma'],
        perturbed: text('swp').startsWith('paper') ? 'weights' : 'tensors',
        variant: text('selection').startsWith('code') ? 'code' : 'paper',
        adaptive: hyper['adaptive'] === true,
      },
    }
  }
  if (is('rst', 'grst'))
    return { preset: { method: 'rst', rho: hyper['rho'], probability: 0.5, gamma: hyper['gamma'] } }
  if (name.includes('rwp')) {
    const eta = (hyper['eta'] as number | undefined) ?? 0
    const mixed = has('lmbda')
    return {
      preset: {
        method: `${mixed ? 'm' : ''}${eta > 0 ? 'a' : ''}rwp`,
        rho: hyper['std'] ?? hyper['sigma'],
        rhoSchedule: { kind: 'constant' },
        ...(eta > 0 && { eta, beta: hyper['beta'] }),
        ...(mixed && { lambda: hyper['lmbda'] }),
      },
    }
  }
  if (is('saf', 'mesa')) {
    const shared = { strength: hyper['lam'], startEpoch: hyper['kl_start_epoch'] }
    return {
      preset:
        hyper['method'] === 'mesa' || is('mesa')
          ? { method: 'mesa', ...shared, decay: hyper['ema_decay'] }
          : { method: 'saf', ...shared, epochsBack: hyper['minus_epoch'] },
    }
  }
  if (is('ssam', 'sparsesam')) {
    const shared = {
      rho: hyper['rho'],
      sparsity: hyper['sparsity'],
      everyEpochs: hyper['update_freq_epochs'],
    }
    return {
      preset: has('num_samples')
        ? {
            method: 'ssamf',
            ...shared,
            samples: hyper['num_samples'],
            variant: has('quirk') ? 'code' : 'paper',
          }
        : { method: 'ssamd', ...shared, dropRate: hyper['drop_rate'], growth: hyper['growth_strategy'] },
    }
  }
  throw new Error(`The method ${method} is not known.`)
}

/** A base rule from its PyTorch class and keywords. */
function baseOf({ cls, kw }: Base): ReturnType<typeof baseRule.parse> {
  if (kw['maximize'] === true) throw new Error('A loss is minimised here, and the run maximises it.')
  const number = (key: string) => (kw[key] ?? undefined) as number | undefined
  const betas = kw['betas'] as [number, number] | undefined
  const common = { learningRate: number('lr'), weightDecay: number('weight_decay') }
  const moments = { ...common, beta1: betas?.[0], beta2: betas?.[1], epsilon: number('eps') }
  switch (cls) {
    case 'SGD':
      return baseRule.parse({
        rule: 'sgd',
        ...common,
        momentum: number('momentum') ?? 0,
        dampening: number('dampening'),
        nesterov: Boolean(kw['nesterov']),
      })
    case 'Adagrad':
      return baseRule.parse({
        rule: 'adagrad',
        ...common,
        learningRateDecay: number('lr_decay'),
        epsilon: number('eps'),
        initialSum: number('initial_accumulator_value'),
      })
    case 'RMSprop':
      return baseRule.parse({
        rule: 'rmsprop',
        ...common,
        alpha: number('alpha'),
        momentum: number('momentum'),
        epsilon: number('eps'),
        centered: Boolean(kw['centered']),
      })
    case 'Adam':
      return baseRule.parse({ rule: 'adam', ...moments, amsgrad: Boolean(kw['amsgrad']) })
    case 'AdamW':
      return baseRule.parse({ rule: 'adamw', ...moments, amsgrad: Boolean(kw['amsgrad']) })
    default:
      throw new Error(`The base optimizer ${cls} is not known.`)
  }
}
