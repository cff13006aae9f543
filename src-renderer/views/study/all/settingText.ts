/** The groups of the form, in its order, by the first part of a setting's path. */
export const SETTING_GROUPS = [
  'basic',
  'samples',
  'models',
  'optimizers',
  'training',
  'landscape',
  'factors',
  'portfolio',
  'backtest',
] as const
export type SettingGroup = (typeof SETTING_GROUPS)[number]

const GROUPS = new Map<string, SettingGroup>([
  ...SETTING_GROUPS.map((group) => [group, group] as const),
  ['factorTest', 'factors'],
  ['composite', 'factors'],
])

export const groupOf = (path: string): SettingGroup => GROUPS.get(/^\w+/.exec(path)?.[0] ?? '') ?? 'basic'

/** Settings that the form has words for: their path without places in lists, and the key of their name. */
const KEYS: Readonly<Record<string, string>> = {
  'universe.index': 'study.universe',
  refitMonths: 'study.refitMonths',
  fitMonths: 'study.fitMonths',
  'period.fitStart': 'study.period.fitStart',
  'period.fitEnd': 'study.period.fitEnd',
  'period.predictEnd': 'study.period.predictEnd',
  'models.sequenceLength': 'study.model.sequenceLength',
  'models.hiddenSize': 'study.model.hiddenSize',
  'models.layers': 'study.model.layers',
  'models.dropout': 'study.dropout',
  'training.seeds': 'study.seeds',
  'training.maxEpochs': 'study.maxEpochs',
  'training.patience': 'study.patience',
  'training.engine': 'study.engine',
  'training.loss': 'study.loss',
  'training.trajectories': 'study.trajectories',
  landscape: 'study.landscape',
  'factorTest.imported': 'study.imported',
  'composite.neutralise': 'study.neutralise',
  'portfolio.indices': 'study.indices',
  'portfolio.risk': 'study.risk',
  'portfolio.limits.stockActiveMax': 'study.limits.stockActiveMax',
  'portfolio.limits.industryActiveMax': 'study.limits.industryActiveMax',
  'portfolio.limits.sizeActiveMax': 'study.limits.sizeActiveMax',
  'portfolio.limits.styleActiveMax': 'study.limits.styleActiveMax',
  'portfolio.limits.memberWeightMin': 'study.limits.memberWeightMin',
  'portfolio.limits.turnoverMax': 'study.limits.turnoverMax',
  'portfolio.limits.trackingErrorMax': 'study.limits.trackingErrorMax',
  'portfolio.limits.riskAversion': 'study.limits.riskAversion',
  'portfolio.limits.participationMax': 'study.limits.participationMax',
  'backtest.costRate': 'study.costRate',
  'backtest.capital': 'study.capital',
  'backtest.lots': 'study.lots',
}

/** A path of a comparison, `models[daily].hiddenSize` or `training.seeds[2]`, taken apart. */
export interface SettingPath {
  /** Key of the name that the form has for it; null where it has none. */
  readonly key: string | null
  /** As study files write it, without the member of the list. */
  readonly path: string
  /** The member of a list that has names; null for the list, or without one. */
  readonly member: string | null
  /** The place in a list without names, from 1. */
  readonly number: number | null
}

export function settingPath(path: string): SettingPath {
  const [, head, within, rest] = /^([\w.]+)(?:\[(.*)\])?((?:\..*)?)$/s.exec(path) ?? ['', path, undefined, '']
  const number = within !== undefined && /^\d+$/.test(within) && rest === '' ? Number(within) + 1 : null
  const bare = head + rest
  return {
    key: Object.hasOwn(KEYS, bare) ? KEYS[bare] : null,
    path: within === undefined || number !== null ? bare : rest.slice(1),
    member: number === null ? (within ?? null) : null,
    number,
  }
}
