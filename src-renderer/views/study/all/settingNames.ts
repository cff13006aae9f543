import { terms } from '../../../../src-shared/locales/index.ts'
import { optimizerSettingName } from './optimizerText.ts'
import { groupOf, settingPath } from './settingText.ts'
import { partOf, type Texts, textIn, type Words } from './settingWords.ts'

/** Keys of the names that the form has for the settings of a part, each by its own. */
const WITHIN: Texts = {
  period: 'study.period',
  models: 'study.model',
  landscape: 'landscape.settings',
  'portfolio.limits': 'study.limits',
  'portfolio.limits.soft': 'studySettings.soft',
  'portfolio.risk': 'studySettings.risk',
}
/** Keys of its other names. */
const NAMES: Texts = {
  name: 'study.name',
  'universe.index': 'study.universe',
  'universe.minListedDays': 'studySettings.minListedDays',
  'universe.excludeSt': 'studySettings.st',
  refitMonths: 'study.refitMonths',
  fitMonths: 'study.fitMonths',
  'samples.horizon': 'studySettings.horizon',
  'samples.stride': 'studySettings.stride',
  'samples.vwapStandIn': 'studySettings.standIn',
  'samples.minStocks': 'studySettings.minStocks',
  'models.frequency': 'study.frequency',
  'models.dropout': 'study.dropout',
  'training.seeds': 'study.seeds',
  'training.maxEpochs': 'study.maxEpochs',
  'training.patience': 'study.patience',
  'training.engine': 'study.engine',
  'training.loss': 'study.loss',
  'training.trajectories': 'study.trajectories',
  landscape: 'study.landscape',
  'factorTest.layers': 'studySettings.layers',
  'factorTest.horizon': 'studySettings.testHorizon',
  'factorTest.imported': 'study.imported',
  'composite.weights.daily': 'studySettings.weight',
  'composite.weights.weekly': 'studySettings.weight',
  'composite.neutralise': 'study.neutralise',
  'portfolio.indices': 'study.indices',
  'portfolio.risk': 'study.risk',
  'portfolio.limits.linearCost': 'studySettings.linearCost',
  'portfolio.limits.stocks.symbol': 'studySettings.stock',
  'portfolio.limits.stocks.min': 'studySettings.min',
  'portfolio.limits.stocks.max': 'studySettings.max',
  'portfolio.limits.hold': 'studySettings.hold',
  'portfolio.limits.sell': 'studySettings.sell',
  'backtest.costRate': 'study.costRate',
  'backtest.capital': 'study.capital',
  'backtest.lots': 'study.lots',
  'backtest.tradingDaysPerYear': 'studySettings.days',
  'backtest.annualisedExcess': 'studySettings.excess',
}
/** Keys of the headings without which the names below them say too little. */
const HEADINGS: Texts = { 'portfolio.limits.soft': 'studySettings.softLimits' }

/** The form's name of a setting; null where it has none. */
export function formName(setting: string, { locale, t, te }: Words): string | null {
  if (setting.startsWith('optimizers.'))
    return optimizerSettingName(setting.slice('optimizers.'.length), locale)
  const [part, last] = partOf(setting)
  const within = textIn(WITHIN, part)
  const key = textIn(NAMES, setting) ?? (within && `${within}.${last}`)
  if (key === undefined || !te(key)) return null
  const name = t(key, { frequency: textIn(terms[locale].frequencies, last) ?? last })
  const heading = textIn(HEADINGS, part)
  return heading === undefined ? name : `${t(heading)} · ${name}`
}

/** A setting of a comparison by the form's name, or else its path, with its member of a list or its place. */
export function settingName(path: string, words: Words): string {
  const { setting, below, member, number } = settingPath(path)
  const named = below === '' ? '' : (formName(setting, words) ?? below)
  const name =
    number === null ? named : words.t('experiments.comparison.item', { name: named, number: String(number) })
  const frequency =
    member !== null && groupOf(path) === 'models' && textIn(terms[words.locale].frequencies, member)
  return [frequency || member, name].filter(Boolean).join(' · ')
}
