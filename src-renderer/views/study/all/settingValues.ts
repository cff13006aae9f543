import { engineText, terms } from '../../../../src-shared/locales/index.ts'
import { writeSetting } from '../numberSettings.ts'
import { optimizerValueText } from './optimizerText.ts'
import { formName } from './settingNames.ts'
import { settingPath } from './settingText.ts'
import { partOf, type Texts, textIn, type Words } from './settingWords.ts'

/** Keys of the values that the form lets choose from, each by its own. */
const CHOICES: Texts = {
  'samples.vwapStandIn': 'studySettings.standIns',
  'training.loss': 'study.losses',
  'training.trajectories': 'study.trajectoryChoices',
  'landscape.directions': 'landscape.directions',
  'landscape.part': 'landscape.parts',
  'landscape.axes': 'landscape.axes',
  'composite.neutralise': 'study.neutraliseChoices',
}
/** Keys of what it means that a switch is on. */
const SWITCHES: Texts = {
  'universe.excludeSt': 'studySettings.excludeSt',
  landscape: 'study.landscapeSwitch',
  'portfolio.risk': 'study.riskSwitch',
  'backtest.lots': 'study.lotsSwitch',
}
/** Keys of what the form has in place of a value that is not set. */
const UNSET: Texts = {
  'universe.index': 'study.everyInstrument',
  refitMonths: 'study.fitOnce',
  fitMonths: 'study.fromStart',
  'backtest.capital': 'study.noCapital',
}
const UNSET_WITHIN: Texts = { 'portfolio.limits': 'study.limitOff' }
/** What is set by being there. */
const ABSENT_WITHIN: Texts = { 'portfolio.limits.soft': 'studySettings.hard' }

const INDICES: readonly string[] = ['universe.index', 'portfolio.indices']

/**
 * A value of a comparison in the form's words and units.
 *
 * @param json null where the study has no such setting
 * @param engine that the study ran on
 */
export function settingValue(path: string, json: string | null, engine: string, words: Words): string {
  const { setting } = settingPath(path)
  if (json !== null) return valueText(setting, JSON.parse(json), engine, words)
  return words.t(textIn(ABSENT_WITHIN, partOf(setting)[0]) ?? 'experiments.comparison.absent')
}

function valueText(setting: string, value: unknown, engine: string, words: Words): string {
  const { locale, t } = words
  if (/^optimizers\b/.test(setting)) {
    const text = optimizerValueText(setting.slice('optimizers.'.length), value, locale)
    if (text !== null) return text
  }
  if (value === null)
    return t(
      textIn(UNSET, setting) ?? textIn(UNSET_WITHIN, partOf(setting)[0]) ?? 'experiments.comparison.unset',
    )
  if (value === false) return t('experiments.comparison.no')
  const on = textIn(SWITCHES, setting)
  if (on !== undefined) return t(on)
  if (value === true) return t('experiments.comparison.yes')
  if (typeof value === 'number') return writeSetting(setting, value)
  if (typeof value === 'string') return choiceText(setting, value, engine, words)
  if (Array.isArray(value)) return JSON.stringify(value)
  return Object.entries(value as object)
    .map(([name, part]: [string, unknown]) => {
      const path = `${setting}.${name}`
      return `${formName(path, words) ?? name} ${valueText(path, part, engine, words)}`
    })
    .join(' · ')
}

function choiceText(setting: string, value: string, engine: string, words: Words): string {
  const { locale, t, te, indexName } = words
  if (INDICES.includes(setting)) return indexName(value)
  const { excessRules, frequencies } = terms[locale]
  if (setting === 'backtest.annualisedExcess') return textIn(excessRules, value) ?? value
  if (setting === 'models.frequency') return textIn(frequencies, value) ?? value
  if (setting === 'training.engine')
    return value === 'auto'
      ? t('compute.auto', { engine: engineText(engine, locale) })
      : engineText(value, locale)
  const choices = textIn(CHOICES, setting)
  return choices !== undefined && te(`${choices}.${value}`) ? t(`${choices}.${value}`) : value
}
