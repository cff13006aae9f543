import { formatPercent, formatSetting } from '../../../src-shared/format.ts'
import type { MetricKey } from '../../../src-shared/locales/index.ts'
import { fillPlaceholders, indexName } from '../../../src-shared/locales/index.ts'
import type { ReportContext } from '../context.ts'
import type { Html } from '../html.ts'
import { html } from '../html.ts'
import { definitions } from '../table.ts'
import { optimizerList } from './optimizers.ts'

const PERFORMANCE_TERMS: readonly MetricKey[] = [
  'annualisedReturn',
  'annualisedExcess',
  'trackingError',
  'informationRatio',
  'drawdown',
  'excessDrawdown',
  'excessCalmar',
  'volatility',
  'sharpe',
  'monthlyWinRate',
  'turnoverPerRebalance',
  'turnoverPerYear',
]
const COMPARISON_TERMS: readonly MetricKey[] = [
  'meanDifference',
  'interval',
  'neweyWestT4',
  'annualisedExcessDifference',
  'meanRankIcDifference',
]
const FACTOR_TERMS: readonly MetricKey[] = [
  'rankIc',
  'rankIcir',
  't',
  'neweyWestT',
  'topExcess',
  'topMinusBottom',
  'monotonicity',
]
const TRAINING_TERMS: readonly MetricKey[] = ['trainIc', 'validIc', 'bestEpoch', 'icGap']

/** Settings of this study in words, with the definitions of methods.md sections 2 to 7. */
export function methodSection(context: ReportContext): Html {
  const { text } = context
  return html`${definitions([
    ...sampleSettings(context),
    ...modelSettings(context),
    [text.method.composite, text.method.compositeText],
    ...portfolioSettings(context),
  ])}
  ${optimizerList(context)}`
}

/** What each printed quantity means. */
export function definitionsSection({ terms, text }: ReportContext): Html {
  const list = (keys: readonly MetricKey[]) =>
    definitions(keys.map((key) => [terms.metrics[key].name, terms.metrics[key].definition]))
  return html`<div class="columns">
    <h3>${text.method.performanceTerms}</h3>
    ${list(PERFORMANCE_TERMS)}
    <h3>${text.method.comparisonTerms}</h3>
    ${list(COMPARISON_TERMS)}
    <h3>${text.method.factorTerms}</h3>
    ${list(FACTOR_TERMS)}
    <h3>${text.method.trainingTerms}</h3>
    ${list(TRAINING_TERMS)}
  </div>`
}

type Setting = readonly [string, string]

function sampleSettings({ result, text, terms, locale }: ReportContext): Setting[] {
  const { universe, samples, models, refitMonths } = result.config
  const { method } = text
  const members =
    universe.index === null
      ? method.universeAll
      : fillPlaceholders(method.universeIndex, { index: indexName(universe.index, locale) })
  const end = String(samples.horizon + 1)
  return [
    [
      method.universe,
      fillPlaceholders(method.universeRules, {
        universe: members,
        days: String(universe.minListedDays),
        st: universe.excludeSt ? method.st : method.stKept,
      }),
    ],
    ...models.map(({ frequency, sequenceLength }): Setting => [
      method.samples,
      fillPlaceholders(method.samplesText, {
        frequency: terms.frequencies[frequency],
        length: String(sequenceLength),
        stride: String(samples.stride),
      }),
    ]),
    [method.vwap, samples.vwapStandIn === 'typical' ? method.vwapTypical : method.vwapNone],
    [method.label, fillPlaceholders(method.labelText, { end, minStocks: String(samples.minStocks) })],
    [
      method.split,
      fillPlaceholders(method.splitText, {
        purge: end,
        refit:
          refitMonths === null
            ? method.refitNever
            : fillPlaceholders(method.refitEvery, { months: String(refitMonths) }),
      }),
    ],
  ]
}

function modelSettings({ result, text, terms }: ReportContext): Setting[] {
  const { method } = text
  return [
    ...result.config.models.map(({ frequency, layers, hiddenSize, dropout }): Setting => {
      const network = fillPlaceholders(method.networkText, {
        frequency: terms.frequencies[frequency],
        layers: String(layers),
        hidden: String(hiddenSize),
      })
      const dropped = dropout === 0 ? '' : fillPlaceholders(method.dropout, { rate: formatSetting(dropout) })
      return [method.network, `${network}${dropped}`]
    }),
    [method.loss, method.losses[result.config.training.loss]],
  ]
}

function portfolioSettings({ result, text, terms }: ReportContext): Setting[] {
  const { factorTest, portfolio, backtest } = result.config
  const { method } = text
  const rule = terms.excessRules[backtest.annualisedExcess]
  return [
    [
      method.factorTest,
      fillPlaceholders(method.factorTestText, {
        layers: String(factorTest.layers),
        end: String(factorTest.horizon + 1),
      }),
    ],
    [method.optimisation, method.optimisationText],
    [method.limits, limitTexts(portfolio.limits, text.method).join(text.itemSeparator)],
    [method.execution, fillPlaceholders(method.executionText, { cost: formatPercent(backtest.costRate) })],
    [
      method.annualisation,
      fillPlaceholders(method.annualisationText, {
        days: String(backtest.tradingDaysPerYear),
        rule: rule.name,
        formula: rule.definition,
      }),
    ],
  ]
}

type Limits = ReportContext['result']['config']['portfolio']['limits']

/** One phrase per limit in force. */
function limitTexts(limits: Limits, method: ReportContext['text']['method']): string[] {
  const phrase = (text: string, value: string) => fillPlaceholders(text, { value })
  return [
    phrase(method.limitStock, formatPercent(limits.stockActiveMax)),
    ...(limits.industryActiveMax === null
      ? []
      : [phrase(method.limitIndustry, formatPercent(limits.industryActiveMax))]),
    ...(limits.sizeActiveMax === null ? [] : [phrase(method.limitSize, formatSetting(limits.sizeActiveMax))]),
    phrase(method.limitMembers, formatPercent(limits.memberWeightMin)),
    phrase(method.limitTurnover, formatPercent(limits.turnoverMax)),
    ...(limits.linearCost === 0 ? [] : [phrase(method.linearCost, formatSetting(limits.linearCost))]),
  ]
}
