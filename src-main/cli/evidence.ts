import type { Evidence } from '../ingest/layout.ts'

/** Why a file was read as it was, in one line. */
export function evidenceLine(evidence: readonly Evidence[]): string {
  return evidence.map(sentence).join('; ')
}

/** What is said of every import, not of a dry run alone. */
export const isWarning = ({ code }: Evidence): boolean =>
  code === 'columns_not_read' || code === 'short_code' || code === 'turnover_odd'

function sentence({ code, values }: Evidence): string {
  switch (code) {
    case 'asked':
      return 'as asked for'
    case 'columns':
      return `columns ${values['columns']}`
    case 'columns_not_read':
      return `columns not read: ${values['columns']}`
    case 'symbol_shape':
      return `codes like ${values['written']} = ${values['stored']}`
    case 'symbol_from_name':
      return `all of ${values['stored']}, by the file's name`
    case 'short_code':
      return `the code ${values['written']} is kept as it is: that of an A-share has lost its leading zeros`
    case 'date_shape':
      return `dates ${values['shape']}`
    case 'units':
      return `units ${Object.entries(values)
        .map(([field, unit]) =>
          field === 'turn' ? `turnover of all shares = ${unit}` : `${field} x ${unit}`,
        )
        .join(', ')}`
    case 'vwap_in_range': {
      const stated = `amount / volume within the day's range on ${percent(values['share'])} of ${values['rows']} rows`
      return values['otherShare'] === undefined
        ? stated
        : `${stated} (with volume x ${values['otherVolume']}, amount x ${values['otherAmount']}: ${percent(values['otherShare'])})`
    }
    case 'turnover':
    case 'turnover_odd': {
      const range = `float cap = close x volume / turnover rate where none is given; median rate ${rate(values['median'])}, largest ${rate(values['largest'])} of ${values['rows']} rows`
      return code === 'turnover' ? range : `${range}: is it in the unit stated?`
    }
    case 'factor_chained':
      return 'factor chained from preclose'
    case 'prices_adjusted':
      return 'raw price = price / factor'
  }
}

function rate(share: string | number): string {
  return `${Number((100 * Number(share)).toPrecision(3))} %`
}

function percent(share: string | number): string {
  return `${Math.round(100 * Number(share))} %`
}
