import { mkdirSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { factorAnalysis } from '../src-main/factor/analysis.ts'
import type { FactorTestInput } from '../src-main/factor/input.ts'
import { factorTest } from '../src-main/factor/test.ts'
import type { FactorReport } from '../src-shared/domain/factor.ts'
import { createRandom } from '../src-shared/random.ts'
import { growth } from '../src-shared/statistics.ts'
import { type PeerSeconds, startFactorPeer } from './peers/factor.ts'

/**
 * The single-factor test beside alphalens-reloaded on the same frame: `npm run bench -- factor [--python PYTHON]`, where
 * PYTHON has alphalens-reloaded (`python3 -m venv V && V/bin/pip install alphalens-reloaded`), and without one the test alone.
 * In turns, medians after one turn that does not count; then the largest differences of their numbers.
 */
const { values } = parseArgs({
  options: {
    stocks: { type: 'string', default: '5000' },
    years: { type: 'string', default: '8' },
    repeats: { type: 'string', default: '5' },
    python: { type: 'string', default: 'python3' },
    folder: { type: 'string', default: path.resolve(import.meta.dirname, '../.runtime/bench/factor') },
  },
})
const DAYS_PER_YEAR = 250
const WEEK = 5
const LAYERS = 10

/** The upper of the two middle ones of an even number. */
const median = (seconds: readonly number[]): number => seconds.toSorted((a, b) => a - b)[seconds.length >> 1]
const ms = (seconds: number): string => `${(1000 * seconds).toFixed(0)} ms`

/**
 * Weeks of five days, all prices there, a factor that knows a little of the coming return and is missing for some stocks. On
 * every date a multiple of the layers has one: only then are layers of equal size and bins by interpolated quantiles the same.
 */
function frame(stocks: number, years: number): FactorTestInput {
  const random = createRandom(7)
  const days = years * DAYS_PER_YEAR
  const adjVwap = new Float64Array(days * stocks)
  for (let at = 0; at < adjVwap.length; at++) {
    adjVwap[at] = at < stocks ? 10 : adjVwap[at - stocks] * Math.exp(0.02 * random.normal())
  }
  const testDates: number[] = []
  for (let day = WEEK - 1; day + 1 + WEEK < days; day += WEEK) testDates.push(day)
  const factor = testDates.map((day) => {
    const fill = (day + 1) * stocks
    const values = Float64Array.from(
      { length: stocks },
      (_, stock) => adjVwap[fill + WEEK * stocks + stock] / adjVwap[fill + stock] - 1 + random.normal(),
    )
    const missing = (stocks % LAYERS) + LAYERS * Math.floor((random.uniform() * 0.1 * stocks) / LAYERS)
    for (const stock of random.permutation(stocks).slice(0, missing)) values[stock] = Number.NaN
    return values
  })
  const all = new Uint8Array(days * stocks).fill(1)
  return {
    name: 'bench',
    dates: Array.from({ length: days }, (_, day) => day),
    symbols: Array.from({ length: stocks }, (_, stock) => String(stock).padStart(6, '0')),
    adjVwap,
    testDates,
    factor,
    universe: all,
    canBuy: all,
    layers: LAYERS,
    horizon: WEEK,
    tradingDaysPerYear: 252,
    annualisedExcess: 'compound',
  }
}

function timed<T>(seconds: number[], work: () => T): T {
  const start = performance.now()
  const value = work()
  seconds.push((performance.now() - start) / 1000)
  return value
}

/** Return of a layer from fill to fill: its days, which hold the weights of one date with their drift. */
const weekReturn = ({ layerReturns }: FactorReport, layer: number, test: number): number =>
  growth(layerReturns[layer].slice(WEEK * test, WEEK * (test + 1))) - 1

const [stocks, years, repeats] = [values.stocks, values.years, values.repeats].map(Number)
console.log(
  `${cpus()[0].model}, ${cpus().length} threads, Node ${process.version}, load ${loadavg()[0].toFixed(1)}`,
)
const input = frame(stocks, years)
console.log(
  `${stocks} stocks, ${input.dates.length} days, ${input.testDates.length} test dates, ${LAYERS} layers`,
)
mkdirSync(values.folder, { recursive: true })
const peer = await startFactorPeer(values.python, values.folder, input)

const own: number[] = []
const analysis: number[] = []
const theirs: PeerSeconds[] = []
let report = factorTest(input)
await peer?.test()
for (let turn = 0; turn < repeats; turn++) {
  report = timed(own, () => factorTest(input))
  if (peer !== null) theirs.push(await peer.test())
}
timed(analysis, () => factorAnalysis(input, report, { industries: null, styles: [] }))

console.log(
  `factor test: ${ms(median(own))} (${own.map((seconds) => ms(seconds)).join(', ')}): RankIC, IC, layers by day, turnover, statistics`,
)
console.log(`analysis of it (decay, years, months, autocorrelation), once: ${ms(analysis[0])}`)
if (peer === null) console.log(`alphalens-reloaded: not in ${values.python}, left out`)
else {
  const total = theirs.map(({ clean, ic, layers }) => clean + ic + layers)
  console.log(
    `${peer.version}: ${ms(median(total))} (${total.map((seconds) => ms(seconds)).join(', ')}), of which bins and forward ` +
      `returns ${ms(median(theirs.map(({ clean }) => clean)))}, IC ${ms(median(theirs.map(({ ic }) => ic)))}, mean returns ` +
      `by bin ${ms(median(theirs.map(({ layers }) => layers)))}`,
  )
  console.log(`ratio of the medians: ${(median(total) / median(own)).toFixed(1)}`)
  const { ic, layers } = peer.numbers()
  const largest = (differences: readonly number[]): string => Math.max(...differences).toExponential(1)
  console.log(
    `largest difference of the RankIC of ${ic.length} dates ${largest(report.rankIc.map((value, at) => Math.abs(value! - ic[at])))}, ` +
      `of ${layers.length * LAYERS} layer returns from fill to fill ${largest(
        layers.flatMap((row, test) =>
          Array.from(row, (value, layer) => Math.abs(value - weekReturn(report, layer, test))),
        ),
      )}`,
  )
  console.log(
    `The same: forward return vwap(t+1) -> vwap(t+1+${WEEK}) (alphalens is given prices moved by a day), Spearman with average\n` +
      'ranks, bins of equal size on dates whose stocks divide by the layers, the mean return of a bin = its equal weights\n' +
      'drifting for a week without a missing price. Not the same, and so not compared: bins of other dates (interpolated\n' +
      'quantiles there, the first layers one larger here), missing prices (dropped there, carried here), turnover (share of\n' +
      'new names there, weights after drift here), autocorrelation (ranks of all there, of the common stocks here).',
  )
  peer.close()
}
