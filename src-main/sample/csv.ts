import { formatDate } from '../../src-shared/domain/date.ts'
import type { SampleMarket } from './generate.ts'

/** The files of a sample as CSV text, header first; chunks, so that bars stream to disk. */
export function csvFiles(market: SampleMarket): Record<string, Iterable<string>> {
  return {
    'bars.csv.gz': bars(market),
    'instruments.csv': table(
      'symbol,name,list_date',
      market.listings.map((l) => `${l.symbol},${l.name},${formatDate(l.listDate)}`),
    ),
    'calendar.csv': table('date', Array.from(market.panel.dates, formatDate)),
    'membership.csv': table(
      'index,symbol,in_date,out_date',
      market.indices.flatMap((index) =>
        index.membership.map(
          ({ stock, from, to }) =>
            `${index.symbol},${market.panel.symbols[stock]},${formatDate(from)},${to === null ? '' : formatDate(to)}`,
        ),
      ),
    ),
    'index_weights.csv': table(
      'index,date,symbol,weight',
      market.indices.flatMap((index) =>
        index.weights.flatMap(({ date, members }) =>
          Array.from(
            members,
            ([stock, weight]) =>
              `${index.symbol},${formatDate(date)},${market.panel.symbols[stock]},${(weight / 1e6).toFixed(6)}`,
          ),
        ),
      ),
    ),
    'indices.csv': table(
      'date,symbol,name,open,high,low,close,volume,total_return',
      market.indices.flatMap((index) =>
        Array.from(market.panel.dates, (date, t) => {
          const points = [index.open, index.high, index.low, index.close].map((series) =>
            series[t].toFixed(4),
          )
          return `${formatDate(date)},${index.symbol},${index.name},${points.join()},${index.volume[t]},0`
        }),
      ),
    ),
    'industry.csv': table(
      'symbol,industry,as_of',
      market.listings.map(
        (l) =>
          `${l.symbol},${market.recipe.industries[l.industry]},${formatDate(market.recipe.calendar.last)}`,
      ),
    ),
  }
}

function table(header: string, rows: readonly string[]): string[] {
  return [`${header}\n`, ...rows.map((row) => `${row}\n`)]
}

/** One chunk per stock, ascending by date: what an import into a (stock, date) table reads fastest. */
function* bars({ panel, listings }: SampleMarket): Generator<string> {
  yield 'date,symbol,open,high,low,close,preclose,volume,amount,adj_factor,float_cap,suspended,is_st\n'
  const days = Array.from(panel.dates, formatDate)
  for (const [i, { symbol, listedAt }] of listings.entries()) {
    let text = ''
    for (let t = Math.max(0, listedAt); t < days.length; t++) {
      const at = t * listings.length + i
      const amount = panel.amount[at]
      text +=
        `${days[t]},${symbol},${panel.open[at]},${panel.high[at]},${panel.low[at]},${panel.close[at]},` +
        `${panel.preclose[at]},${panel.volume[at]},${Number.isNaN(amount) ? '' : amount},${panel.factor[at]},` +
        `${panel.floatCap[at]},${1 - panel.traded[at]},${panel.st[at]}\n`
    }
    yield text
  }
}
