import { formatSetting } from '../../../src-shared/format.ts'
import type { MetricKey } from '../../../src-shared/locales/index.ts'
import { fillPlaceholders, indexName } from '../../../src-shared/locales/index.ts'
import { performanceFormulas } from '../../../src-shared/domain/performanceFormulas.ts'
import type { ReportContext } from '../context.ts'
import type { Html } from '../html.ts'
import { html } from '../html.ts'
import { definitions } from '../table.ts'
import { optimizerList } from './optimizers.ts'
import { portfolioMethod } from './portfolioMethod.ts'

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
  'beta',
  'sortino',
  'calmar',
  'ulcerIndex',
  'valueAtRisk95',
  'expectedShortfall95',
  'tailRatio',
  'monthlyWinRate',
  'turnoverPerRebalance',
  'turnoverPerYear',
  'relaxed',
  'kept',
  'refused',
  'exAnteTrackingError',
  'shadowPrice',
  'contribution',
]
const COMPARISON_TERMS: readonly MetricKey[] = [
  'meanDifference',
  'interval',
  'neweyWestT4',
  'annualisedExcessDifference',
  'meanRankIcDifference',
  'dailySharpe',
  'probabilisticSharpe',
  'deflatedSharpe',
]
const FACTOR_TERMS: readonly MetricKey[] = [
  'rankIc',
  'rankIcir',
  't',
  'neweyWestT',
  'topExcess',
  'topMinusBottom',
  'monotonicity',
  'oneDayRankIc',
  'cumulativeRankIc',
  'rankAutocorrelation',
  'industryTopExcess',
  'meanStocks',
  'skippedDates',
  'withoutReturn',
  'rebalances',
  'lastValue',
]
const TRAINING_TERMS: readonly MetricKey[] = ['trainIc', 'validIc', 'bestEpoch', 'icGap']

/** Settings of this study in words, with the definitions of methods.md sections 2 to 7. */
export function methodSection(context: ReportContext): Html {
  return html`${definitions([
    ...sampleSettings(context),
    ...modelSettings(context),
    ...factorSettings(context),
    ...portfolioMethod(context),
    ...annualisation(context),
  ])}
  ${optimizerList(context)}`
}

/** What each printed quantity means. */
export function definitionsSection({ result, terms, text }: ReportContext): Html {
  const formulas: Readonly<Partial<Record<MetricKey, string>>> = performanceFormulas(result.config.backtest)
  const explained = (key: MetricKey) => withFormula(terms.metrics[key].definition, formulas[key])
  const list = (keys: readonly MetricKey[]) =>
    definitions(keys.map((key) => [terms.metrics[key].name, explained(key)]))
  return html`<h3>${text.method.performanceTerms}</h3>
    <p class="letters">${terms.performanceLetters}</p>
    ${list(PERFORMANCE_TERMS)}
    <div class="columns">
      <h3>${text.method.comparisonTerms}</h3>
      ${list(COMPARISON_TERMS)}
      <h3>${text.method.factorTerms}</h3>
      ${list(FACTOR_TERMS)}
      <h3>${text.method.trainingTerms}</h3>
      ${list(TRAINING_TERMS)}
    </div>`
}

function withFormula(words: string, formula: string | undefined): string | Html {
  return formula === undefined
    ? words
    : html`<p>${words}</p>
        <p class="formula">${formula}</p>`
}

type Setting = readonly [string, string | Html]

function sampleSettings({ result, text, terms, locale }: ReportContext): Setting[] {
  const { universe, samples, models, refitMonths, fitMonths } = result.config
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
            : fillPlaceholders(fitMonths === null ? method.refitEvery : method.refitRolling, {
                months: String(refitMonths),
                fit: String(fitMonths),
              }),
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

function factorSettings({ result, text, terms }: ReportContext): Setting[] {
  const { factorTest, composite, models } = result.config
  const { method } = text
  const freed = composite.neutralise.map((kind) => method.neutraliseKinds[kind])
  const weights = models.map(({ frequency }) => composite.weights[frequency])
  const equal = weights.every((weight) => weight === weights[0])
  const weighed = models.map(
    ({ frequency }, at) => `${terms.frequencies[frequency]} ${formatSetting(weights[at])}`,
  )
  return [
    [
      method.composite,
      [
        method.compositeText,
        ...(equal
          ? []
          : [fillPlaceholders(method.compositeWeights, { weights: weighed.join(text.listSeparator) })]),
        ...(freed.length === 0
          ? []
          : [fillPlaceholders(method.neutralise, { kinds: freed.join(text.listSeparator) })]),
      ].join(text.itemSeparator),
    ],
    [
      method.factorTest,
      fillPlaceholders(method.factorTestText, {
        layers: String(factorTest.layers),
        end: String(factorTest.horizon + 1),
      }),
    ],
    ...(factorTest.imported.length === 0
      ? []
      : [[method.imported, factorTest.imported.join(text.listSeparator)] as const]),
  ]
}

function annualisation({ result, text, terms }: ReportContext): Setting[] {
  const { backtest } = result.config
  return [
    [
      text.method.annualisation,
      withFormula(
        fillPlaceholders(text.method.annualisationText, {
          days: String(backtest.tradingDaysPerYear),
          rule: terms.excessRules[backtest.annualisedExcess],
        }),
        performanceFormulas(backtest).annualisedExcess,
      ),
    ],
  ]
}
