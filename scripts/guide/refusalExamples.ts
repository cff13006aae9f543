import { optimizerConfig } from '../../src-shared/domain/optimizer/index.ts'
import { OPTIMIZER_REFUSALS, refusalOf } from '../../src-shared/domain/refusal.ts'
import { studyConfig } from '../../src-shared/domain/study.ts'

/** What is said in an example: fields of one optimizer, its name left out. */
type Example = Readonly<Record<string, unknown>>

const composed = (parts: object): Example => ({ parts })
const noise = { direction: { kind: 'noise' } }
const curvature = { direction: { kind: 'curvature' } }
const penalty = { kind: 'gradientNormPenalty' }
const dual = { direction: { kind: 'dual' } }
const average = { kind: 'average' }

/** One for every reason why an optimizer is refused. */
const EXAMPLES: Readonly<Record<(typeof OPTIMIZER_REFUSALS)[number], Example>> = {
  final_without_perturbation: composed({ finalGradient: { kind: 'surrogateGap' } }),
  steps_without_perturbation: composed({ schedule: { steps: { kind: 'look' } } }),
  samples_without_perturbation: composed({ schedule: { samples: { kind: 'next' } } }),
  clients_without_perturbation: composed({ federated: {} }),
  noise_scaled: composed({ perturbation: { ...noise, scaling: { kind: 'elementwise' } } }),
  noise_masked: composed({ perturbation: { ...noise, mask: { kind: 'fisher' } } }),
  noise_final: composed({ perturbation: noise, finalGradient: { kind: 'surrogateGap' } }),
  noise_sharpest: composed({ perturbation: noise, schedule: { samples: { kind: 'sharpest' } } }),
  noise_past_target: composed({ perturbation: noise, target: { kind: 'past' } }),
  penalty_direction: composed({ perturbation: {}, finalGradient: penalty }),
  curvature_final: composed({ perturbation: curvature }),
  curvature_scaled_masked: composed({
    perturbation: { ...curvature, scaling: { kind: 'elementwise' } },
    finalGradient: penalty,
  }),
  curvature_sharpest: composed({
    perturbation: curvature,
    finalGradient: penalty,
    schedule: { samples: { kind: 'sharpest' } },
  }),
  norm_direction: composed({
    perturbation: { direction: { kind: 'friendly' } },
    finalGradient: { kind: 'gradientNorm' },
  }),
  norm_masked: composed({
    perturbation: { mask: { kind: 'tensors' } },
    finalGradient: { kind: 'gradientNorm' },
  }),
  norm_samples: composed({
    perturbation: {},
    finalGradient: { kind: 'gradientNorm' },
    schedule: { samples: { kind: 'sharpest' } },
  }),
  next_final: composed({
    perturbation: {},
    finalGradient: { kind: 'surrogateGap' },
    schedule: { samples: { kind: 'next' } },
  }),
  next_steps: composed({
    perturbation: noise,
    schedule: { steps: { kind: 'bernoulli' }, samples: { kind: 'next' } },
  }),
  next_target: composed({ perturbation: noise, schedule: { samples: { kind: 'next' } }, target: average }),
  sharpest_target: composed({
    perturbation: {},
    schedule: { samples: { kind: 'sharpest' } },
    target: average,
  }),
  sharpest_final: composed({
    perturbation: {},
    finalGradient: { kind: 'surrogateGap' },
    schedule: { samples: { kind: 'sharpest' } },
  }),
  sharpest_steps: composed({
    perturbation: {},
    schedule: { steps: { kind: 'look' }, samples: { kind: 'sharpest' } },
  }),
  curve_without_end: { method: 'rst', curve: 'step' },
  dual_without_clients: composed({ perturbation: dual }),
  clients_without_dual: composed({ perturbation: {}, federated: {} }),
  clients_final: composed({ perturbation: dual, finalGradient: { kind: 'surrogateGap' }, federated: {} }),
  clients_rho_schedule: composed({
    perturbation: { ...dual, rhoSchedule: { kind: 'linear', end: 0 } },
    federated: {},
  }),
  clients_scaled_masked: composed({
    perturbation: { ...dual, scaling: { kind: 'elementwise' } },
    federated: {},
  }),
  clients_schedule: composed({ perturbation: dual, schedule: { steps: { kind: 'look' } }, federated: {} }),
  clients_target: composed({ perturbation: dual, target: average, federated: {} }),
  proportional_without_decay: { method: 'sam', rhoSchedule: { kind: 'proportional', end: 0.01 } },
  past_target_too_early: { method: 'saf', startEpoch: 0, epochsBack: 3 },
  target_after_training: { method: 'mesa', startEpoch: 200 },
  warm_up_after_training: {
    method: 'plain',
    learningRateSchedule: { warmUpEpochs: 100, decay: { kind: 'cosine' } },
  },
  decay_after_training: {
    method: 'plain',
    learningRateSchedule: { decay: { kind: 'step', everyEpochs: 100 } },
  },
  nesterov: { method: 'plain', base: { rule: 'sgd', momentum: 0, nesterov: true } },
}

/** Every refusal with its example and the numbers of its sentence; throws when an example is not refused for its reason. */
export function refusalExamples() {
  return OPTIMIZER_REFUSALS.map((code) => {
    const example = EXAMPLES[code]
    const { error } = studyConfig.safeParse(studyWith({ name: 'example', method: 'composed', ...example }))
    const found = (error?.issues ?? [])
      .map((issue) => refusalOf(issue as Parameters<typeof refusalOf>[0]))
      .find((refusal) => refusal?.code === code)
    if (!found) throw new Error(`The example of ${code} is not refused for that reason.`)
    return { ...found, example }
  })
}

/** Throws where the schema refuses. */
export const accepted = (optimizer: Readonly<Record<string, unknown>>) =>
  optimizerConfig.parse({ name: 'example', ...optimizer } as Parameters<typeof optimizerConfig.parse>[0])

const studyWith = (optimizer: object) => ({
  version: 1,
  name: 'example',
  universe: { index: null },
  period: { fitStart: '2015-01-05', fitEnd: '2018-12-28', predictEnd: '2020-12-31' },
  models: [{ frequency: 'daily', sequenceLength: 30 }],
  optimizers: [optimizer],
  portfolio: { indices: ['000300.SH'] },
})
