import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { derive } from '../src-main/market/derive.ts'
import type { Panel } from '../src-main/market/panel.ts'
import { RISK_DAYS, riskModels } from '../src-main/risk/history.ts'
import { dateOfEpochDay } from '../src-shared/domain/date.ts'
import { riskSettings } from '../src-shared/domain/study.ts'
import { createRandom } from '../src-shared/random.ts'

/**
 * What risk models take: `npm run bench -- risk`, 5,000 stocks, eight years of days, a model a week, on random walks in 31 industries;
 * `--stocks 1000 --days 500` for less. Seconds of the whole walk and the arrays it holds beside its inputs.
 */
const { values } = parseArgs({
  options: {
    stocks: { type: 'string', default: '5000' },
    days: { type: 'string', default: '1950' },
  },
})
const stocks = Number(values.stocks)
const days = Number(values.days)
const INDUSTRIES = 31

function randomWalks(): Panel {
  const random = createRandom(1)
  const close = new Float64Array(days * stocks)
  const volume = new Float64Array(days * stocks)
  const shares = Float64Array.from({ length: stocks }, () => 1e8 * Math.exp(random.normal()))
  for (let at = 0; at < close.length; at++) {
    const last = at < stocks ? 10 : close[at - stocks]
    close[at] = last * (1 + 0.02 * random.normal())
    volume[at] = 0.01 * shares[at % stocks] * (0.5 + random.uniform())
  }
  const none = new Float64Array(close.length).fill(NaN)
  return {
    dates: Int32Array.from({ length: days }, (_, t) => dateOfEpochDay(16_000 + t)),
    symbols: Array.from({ length: stocks }, (_, i) => `S${i}`),
    open: close,
    high: close,
    low: close,
    close,
    preclose: none,
    volume,
    amount: none,
    factor: new Float64Array(close.length).fill(1),
    floatCap: close.map((price, at) => price * shares[at % stocks]),
    capGiven: new Uint8Array(close.length).fill(1),
    traded: new Uint8Array(close.length).fill(1),
    st: new Int8Array(close.length),
    listedAt: new Int32Array(stocks).fill(-1),
  }
}

const panel = randomWalks()
const inputs = {
  panel,
  derived: derive(panel, 'typical'),
  industries: {
    names: Array.from({ length: INDUSTRIES }, (_, j) => `I${j}`),
    at: () => Int32Array.from({ length: stocks }, (_, i) => i % INDUSTRIES),
  },
  estimation: panel.traded,
}
const weekly = Array.from({ length: Math.ceil((days - RISK_DAYS - 1) / 5) }, (_, w) => RISK_DAYS + 1 + 5 * w)
const held = (): number => process.memoryUsage().arrayBuffers / 1e6
const before = held()
const began = performance.now()
let models = 0
let most = 0
let factors = 0
for (const { model } of riskModels(inputs, riskSettings.parse({}), weekly)) {
  models++
  factors = model.factors.length
  most = Math.max(most, held() - before)
}
const seconds = (performance.now() - began) / 1000
const [processor] = cpus()
console.log(
  `${processor.model}, ${cpus().length} threads, Node ${process.version}, load ${loadavg()[0].toFixed(1)}`,
)
console.log(
  `${stocks} stocks, ${days} days: ${models} models of ${factors} factors in ${seconds.toFixed(1)} s, ` +
    `at most ${most.toFixed(0)} MB of arrays (garbage included)`,
)
