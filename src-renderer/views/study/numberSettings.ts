import { studyConfig } from '../../../src-shared/domain/study.ts'
import { formatPercentSetting, formatSetting } from '../../../src-shared/format.ts'
import { fieldAt, type NumberField, rangeText } from './schemaFields.ts'

/** Fractions that the form edits in percent. */
const IN_PERCENT: ReadonlySet<string> = new Set([
  'portfolio.limits.stockActiveMax',
  'portfolio.limits.industryActiveMax',
  'portfolio.limits.memberWeightMin',
  'portfolio.limits.turnoverMax',
  'portfolio.limits.trackingErrorMax',
  'portfolio.limits.participationMax',
  'portfolio.limits.stocks.min',
  'portfolio.limits.stocks.max',
  'backtest.costRate',
])

/** What a number among the settings of a study may be. */
export interface NumberSetting {
  readonly percent: boolean
  readonly integer: boolean
  /** As it is edited: an interval, in percent where the form has percent. */
  readonly range: string
  /** As it is edited; null where it has no number by default. */
  readonly preset: string | null
}

const known = new Map<string, NumberSetting | null>()

/** @param path as study files write it: models[0].hiddenSize; null where that is no number */
export function numberSetting(path: string): NumberSetting | null {
  const anywhere = path.replace(/\[\d+\]/g, '')
  if (!known.has(anywhere)) {
    const field = fieldAt(studyConfig, anywhere.split('.'))
    known.set(anywhere, field?.kind === 'number' ? settingOf(field, IN_PERCENT.has(anywhere)) : null)
  }
  return known.get(anywhere)!
}

function settingOf({ integer, range, preset }: NumberField, percent: boolean): NumberSetting {
  return {
    percent,
    integer,
    range: rangeText(range, percent),
    preset: typeof preset === 'number' ? written(preset, percent) : null,
  }
}

/** A number as the form has it: in percent where it is edited so. */
export const writeSetting = (path: string, value: number): string =>
  written(value, numberSetting(path)?.percent ?? false)

const written = (value: number, percent: boolean): string =>
  percent ? formatPercentSetting(value) : formatSetting(value)
