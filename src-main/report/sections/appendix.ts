import { formatDate } from '../../../src-shared/domain/date.ts'
import { formatCount } from '../../../src-shared/format.ts'
import { engineText, fillPlaceholders } from '../../../src-shared/locales/index.ts'
import { countCell } from '../cells.ts'
import type { ReportContext } from '../context.ts'
import type { Html } from '../html.ts'
import { html } from '../html.ts'
import { definitions, table } from '../table.ts'

/** All that the result depends on: hashes, data, engine, seeds, windows and the complete settings. */
export function appendixSection(context: ReportContext): Html {
  const { result, text, locale } = context
  const { appendix } = text
  const { data } = result
  const period = (from: number, to: number) =>
    fillPlaceholders(text.to, { from: formatDate(from), to: formatDate(to) })
  const windows = table(
    [
      { head: appendix.window, cell: ({ index }) => countCell(index + 1), align: 'left' },
      {
        head: appendix.fit,
        cell: ({ fitStart, fitEnd }) => period(fitStart, fitEnd),
        align: 'left',
        width: 3,
      },
      {
        head: appendix.predict,
        cell: ({ predictStart, predictEnd }) => period(predictStart, predictEnd),
        align: 'left',
        width: 3,
      },
    ],
    result.windows,
  )
  return html`<h3>${appendix.identity}</h3>
    ${definitions([
      [appendix.configHash, result.configHash],
      [appendix.dataHash, result.dataHash],
      ...(result.importedHash === null ? [] : [[appendix.importedHash, result.importedHash] as const]),
      [
        appendix.data,
        fillPlaceholders(appendix.dataValue, {
          instruments: formatCount(data.instruments),
          bars: formatCount(data.bars),
          from: formatDate(data.firstDate),
          to: formatDate(data.lastDate),
        }),
      ],
      [appendix.seeds, result.config.training.seeds.join(text.listSeparator)],
      [appendix.engine, engineText(result.engine, locale)],
      [appendix.appVersion, result.appVersion],
    ])}
    <div class="gap"></div>
    ${context.exhibit(appendix.windows, windows)}
    <h3>${appendix.config}</h3>
    <p class="lead">${appendix.reproduce}</p>
    <pre class="config">${JSON.stringify(result.config, null, 2)}</pre>`
}
