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

/** A path of a comparison, `models[daily].hiddenSize` or `training.seeds[2]`, taken apart. */
export interface SettingPath {
  /** Without the member of the list: `models.hiddenSize`. */
  readonly setting: string
  /** What is left of it below the member: `hiddenSize`. */
  readonly below: string
  /** The member of a list that has names; null for the list, or without one. */
  readonly member: string | null
  /** The place in a list without names, from 1. */
  readonly number: number | null
}

export function settingPath(path: string): SettingPath {
  const [, head, within, rest] = /^([\w.]+)(?:\[(.*)\])?((?:\..*)?)$/s.exec(path) ?? ['', path, undefined, '']
  const number = within !== undefined && /^\d+$/.test(within) && rest === '' ? Number(within) + 1 : null
  const setting = head + rest
  return {
    setting,
    below: within === undefined || number !== null ? setting : rest.slice(1),
    member: number === null ? (within ?? null) : null,
    number,
  }
}
