/** Every reason for which the settings of an optimizer make no sense. */
export const OPTIMIZER_REFUSALS = [
  'final_without_perturbation',
  'steps_without_perturbation',
  'samples_without_perturbation',
  'clients_without_perturbation',
  'noise_scaled',
  'noise_masked',
  'noise_final',
  'noise_sharpest',
  'noise_past_target',
  'penalty_direction',
  'curvature_final',
  'curvature_scaled_masked',
  'curvature_sharpest',
  'norm_direction',
  'norm_masked',
  'norm_samples',
  'next_final',
  'next_steps',
  'next_target',
  'sharpest_target',
  'sharpest_final',
  'sharpest_steps',
  'curve_without_end',
  'dual_without_clients',
  'clients_without_dual',
  'clients_final',
  'clients_rho_schedule',
  'clients_scaled_masked',
  'clients_schedule',
  'clients_target',
  'proportional_without_decay',
  'past_target_too_early', // first, back
  'target_after_training', // first, last
  'warm_up_after_training', // epochs, last
  'decay_after_training', // epochs, last
  'nesterov',
] as const

/** The other settings of a study. */
export const STUDY_REFUSALS = [
  'date_form',
  'period_order',
  'dropout_without_layers',
  'landscape_without_trajectories',
  'joint_without_pca',
  'region_empty',
  'risk_model_missing',
  'capital_missing',
  'stock_bounds_crossed',
  'stock_repeated', // symbol
  'optimizer_repeated', // name
  'frequency_repeated', // frequency
  'seed_repeated', // seed
  'factor_repeated', // name
  'index_repeated', // symbol
] as const

/** A mapping of columns. */
export const MAPPING_REFUSALS = [
  'subject_stars',
  'extra_missing', // table
  'extra_not_kept', // table
  'price_column_missing', // field, prices, factor
  'field_unknown', // table, field, fields
  'field_missing', // table, field
] as const

/** Their texts in each language: locales/refusals.ts. */
export const REFUSAL_CODES = [...OPTIMIZER_REFUSALS, ...STUDY_REFUSALS, ...MAPPING_REFUSALS] as const
export type RefusalCode = (typeof REFUSAL_CODES)[number]

export type RefusalValues = Readonly<Record<string, number | string>>

/** Why settings do not go together. */
export interface Refusal {
  readonly code: RefusalCode
  /** Field it concerns, below what is refused. */
  readonly path: readonly (string | number)[]
  /** The sentence of logs and the terminal. */
  readonly message: string
  /** Numbers and names of the sentence, by the placeholder of the texts. */
  readonly values?: RefusalValues
}

/** A refusal as an issue of a schema; `refusalOf` reads it back. */
export function refusalIssue({ code, path, message, values = {} }: Refusal) {
  return { code: 'custom' as const, path: [...path], message, params: { refusal: code, values } }
}

/** Code and values of an issue that is a refusal; null for any other. */
export function refusalOf(issue: {
  readonly code?: string | undefined
  readonly params?: Readonly<Record<string, unknown>> | undefined
}): Pick<Required<Refusal>, 'code' | 'values'> | null {
  const { refusal, values } = issue.params ?? {}
  if (issue.code !== 'custom' || !REFUSAL_CODES.some((code) => code === refusal)) return null
  return { code: refusal as RefusalCode, values: values as RefusalValues }
}
