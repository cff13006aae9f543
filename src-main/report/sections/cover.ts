import { excessChart } from '../../../src-shared/charts/index.ts'
import { formatDate, parseDate } from '../../../src-shared/domain/date.ts'
import { formatCount, formatPercentSetting } from '../../../src-shared/format.ts'
import { engineText, fillPlaceholders, indexName } from '../../../src-shared/locales/index.ts'
import { isBuilt } from '../../../src-shared/notBuilt.ts'
import { FULL_WIDTH } from '../chart.ts'
import type { ReportContext } from '../context.ts'
import { findings } from '../findings.ts'
import type { Html } from '../html.ts'
import { html } from '../html.ts'

/** First page: what was studied, what came out, key facts, and the excess of the first index. */
export function coverSection(context: ReportContext): Html {
  const { result, text, locale } = context
  const { config } = result
  const { authors, firm, logo } = context.options
  const publisher = firm === '' ? text.product : firm
  const index = config.portfolio.indices[0]
  const reports = result.portfolios.filter((report) => report.index === index && isBuilt(report))
  return html`<header>
    <div class="masthead">
      <b>${publisher}</b><span>${period(context, result.data.firstDate, result.data.lastDate)}</span>
    </div>
    ${[
      logo === '' ? null : html`<img class="logo" src="${logo}" alt="" />`,
      html`<h1>${context.title}</h1>`,
      authors === '' ? null : html`<p class="authors">${authors}</p>`,
    ]}
    <p class="subtitle">${text.subtitle}</p>
    <div class="summary">
      <div>
        <p class="abstract">
          ${fillPlaceholders(text.abstract, {
            horizon: String(config.samples.horizon),
            models: config.optimizers.map(({ name }) => name).join(text.listSeparator),
          })}
        </p>
        <p class="kicker">${text.sections.findings}</p>
        <ul class="findings">
          ${findings(result, locale).map(
            ({ lead, text: finding }) => html`<li><b>${lead}</b><span>${finding}</span></li>`,
          )}
        </ul>
      </div>
      <aside class="facts">
        <p class="kicker">${text.sections.facts}</p>
        <dl>
          ${facts(context).map(
            ([term, value]) =>
              html`<div>
                <dt>${term}</dt>
                <dd>${value}</dd>
              </div>`,
          )}
        </dl>
      </aside>
    </div>
    ${
      reports.length === 0
        ? null
        : context.figure(
            fillPlaceholders(text.portfolio.excess, { index: indexName(index, locale) }),
            excessChart(reports, context.chartStyle),
            { width: FULL_WIDTH, height: 195 },
          )
    }
  </header>`
}

function facts(context: ReportContext): [string, string][] {
  const { result, text, terms, locale } = context
  const { config, data, windows } = result
  const predictStart = windows[0]?.predictStart ?? parseDate(config.period.fitEnd)
  const predictEnd = windows.at(-1)?.predictEnd ?? parseDate(config.period.predictEnd)
  return [
    [text.facts.data, period(context, data.firstDate, data.lastDate)],
    [
      text.facts.prediction,
      predictStart === null || predictEnd === null ? '' : period(context, predictStart, predictEnd),
    ],
    [text.facts.instruments, formatCount(data.instruments)],
    [text.facts.universe, formatCount(data.meanUniverse)],
    [text.facts.bars, formatCount(data.bars)],
    [text.facts.models, config.optimizers.map(({ name }) => name).join(text.listSeparator)],
    [
      text.facts.frequencies,
      config.models.map(({ frequency }) => terms.frequencies[frequency]).join(text.listSeparator),
    ],
    [text.facts.seeds, config.training.seeds.join(text.listSeparator)],
    [
      text.facts.indices,
      config.portfolio.indices.map((index) => indexName(index, locale)).join(text.listSeparator),
    ],
    [
      text.facts.cost,
      fillPlaceholders(text.facts.costValue, { rate: formatPercentSetting(config.backtest.costRate) }),
    ],
    [text.facts.engine, engineText(result.engine, locale)],
  ]
}

function period({ text }: ReportContext, from: number, to: number): string {
  return fillPlaceholders(text.to, { from: formatDate(from), to: formatDate(to) })
}
