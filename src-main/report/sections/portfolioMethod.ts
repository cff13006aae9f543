import type { StudyConfig } from '../../../src-shared/domain/study.ts'
import { formatCount, formatPercentSetting, formatSetting } from '../../../src-shared/format.ts'
import { fillPlaceholders } from '../../../src-shared/locales/index.ts'
import type { ReportContext } from '../context.ts'
import type { Html } from '../html.ts'
import { html } from '../html.ts'

type Setting = readonly [string, string | Html]
type Limits = StudyConfig['portfolio']['limits']

/** Objective, limits, risk model and fills of the study, with the formulas of methods.md 6. */
export function portfolioMethod(context: ReportContext): Setting[] {
  const { result, text } = context
  const { portfolio, backtest } = result.config
  const { method } = text
  return [
    [
      method.optimisation,
      html`<p>${method.optimisationText}</p>
        <p class="formula">${formulas(result.config).join('\n')}</p>
        <p>${legend(context).join(text.itemSeparator)}</p>`,
    ],
    [method.limits, limitTexts(context).join(text.itemSeparator)],
    ...softLimits(context, portfolio.limits),
    [method.styles, method.stylesText],
    ...riskModel(context),
    [method.execution, [executionText(context), ...lots(context, backtest)].join(text.itemSeparator)],
  ]
}

/** The programme that is solved, with the terms this study has. */
function formulas({ portfolio, backtest }: StudyConfig): string[] {
  const { limits, risk } = portfolio
  const quadratic = risk !== null && limits.riskAversion > 0
  const capped = risk !== null && limits.trackingErrorMax !== null
  const objective = [
    'α′w',
    ...(quadratic ? ['λ/2 · a′Va'] : []),
    ...(limits.linearCost > 0 ? ['c · Σ|w − w₀|'] : []),
    ...(Object.keys(limits.soft).length > 0 ? ['Σ pₖsₖ'] : []),
  ].join(' − ')
  return [
    `max  ${objective}`,
    `s.t. Σw = 1,  w ≥ 0,  a = w − b${capped ? `,  √(${backtest.tradingDaysPerYear} · a′Va) ≤ σ` : ''}`,
    ...(risk === null ? [] : ['V = XFX′ + D']),
  ]
}

/** What the letters of the formulas are. */
function legend({ result, text }: ReportContext): string[] {
  const { limits, risk } = result.config.portfolio
  const { letters } = text.method
  const valued = (letter: string, value: string) => fillPlaceholders(letter, { value })
  return [
    letters.weights,
    letters.stocks,
    ...(risk !== null && limits.riskAversion > 0
      ? [valued(letters.aversion, formatSetting(limits.riskAversion))]
      : []),
    ...(risk !== null && limits.trackingErrorMax !== null
      ? [valued(letters.cap, formatPercentSetting(limits.trackingErrorMax))]
      : []),
    ...(limits.linearCost > 0 ? [valued(letters.cost, formatSetting(limits.linearCost))] : []),
    ...(Object.keys(limits.soft).length > 0 ? [letters.slack] : []),
    ...(risk === null ? [] : [letters.risk]),
  ]
}

/** One phrase per limit in force. */
function limitTexts({ result, text }: ReportContext): string[] {
  const { limits, risk } = result.config.portfolio
  const { method, listSeparator } = text
  const phrase = (words: string, value: string) => [fillPlaceholders(words, { value })]
  const given = (words: string, value: string | null) => (value === null ? [] : phrase(words, value))
  const share = (value: number | null) => (value === null ? null : formatPercentSetting(value))
  const exposure = (value: number | null) => (value === null ? null : formatSetting(value))
  const list = (symbols: readonly string[]) => (symbols.length === 0 ? null : symbols.join(listSeparator))
  const ranges = limits.stocks.map(
    ({ symbol, min, max }) => `${symbol} ${formatPercentSetting(min)} – ${formatPercentSetting(max)}`,
  )
  return [
    ...phrase(method.limitStock, formatPercentSetting(limits.stockActiveMax)),
    ...given(method.limitIndustry, share(limits.industryActiveMax)),
    ...given(method.limitSize, exposure(limits.sizeActiveMax)),
    ...given(method.limitStyle, exposure(limits.styleActiveMax)),
    ...phrase(method.limitMembers, formatPercentSetting(limits.memberWeightMin)),
    ...phrase(
      limits.participationMax === null ? method.limitTurnover : method.limitTurnoverInvesting,
      formatPercentSetting(limits.turnoverMax),
    ),
    ...given(method.limitTrackingError, risk === null ? null : share(limits.trackingErrorMax)),
    ...given(method.limitParticipation, share(limits.participationMax)),
    ...given(method.limitStocks, list(ranges)),
    ...given(method.limitHold, list(limits.hold)),
    ...given(method.limitSell, list(limits.sell)),
  ]
}

function softLimits({ text }: ReportContext, { soft }: Limits): Setting[] {
  const { method, itemSeparator } = text
  const kinds = ['industry', 'size', 'style', 'members', 'turnover'] as const
  const prices = kinds.flatMap((kind) => {
    const price = soft[kind]
    return price === undefined ? [] : [`${method.softKinds[kind]} ${formatSetting(price)}`]
  })
  if (prices.length === 0) return []
  return [[method.soft, fillPlaceholders(method.softText, { prices: prices.join(itemSeparator) })]]
}

function riskModel({ result, text }: ReportContext): Setting[] {
  const { risk } = result.config.portfolio
  if (risk === null) return []
  return [
    [
      text.method.risk,
      fillPlaceholders(text.method.riskText, {
        window: String(risk.window),
        covariance: String(risk.covarianceHalfLife),
        lags: String(risk.neweyWestLags),
        floor: formatSetting(risk.eigenvalueFloor),
        specific: String(risk.specificHalfLife),
        shrinkage: formatSetting(risk.specificShrinkage),
      }),
    ],
  ]
}

function executionText({ result, text }: ReportContext): string {
  return fillPlaceholders(text.method.executionText, {
    cost: formatPercentSetting(result.config.backtest.costRate),
  })
}

function lots({ text }: ReportContext, { capital, lots: whole }: StudyConfig['backtest']): string[] {
  if (capital === null) return [text.method.noCapital]
  const words = whole ? text.method.capitalLots : text.method.capital
  return [fillPlaceholders(words, { capital: formatCount(capital) })]
}
