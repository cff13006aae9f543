import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { writeFileSync, writeSync } from 'node:fs'
import path from 'node:path'
import { dateOfEpochDay, epochDay, formatDate } from '../../src-shared/domain/date.ts'
import { createRandom } from '../../src-shared/random.ts'

/** A generated market on disk: bars in files of 100 symbols, a calendar, and the manifest that declares it synthetic. */
export interface MarketFiles {
  readonly folder: string
  /** Of the files with bars. */
  readonly barFiles: readonly string[]
  readonly barBytes: number
}

const SYMBOLS_PER_FILE = 100
export const HEADER =
  'date,symbol,open,high,low,close,preclose,volume,amount,adj_factor,float_cap,suspended,is_st'

/**
 * The files of a market of random walks that ends with 2023, written into a folder of `root` where they are not there yet.
 * Three in ten symbols trade from the first day, the others list at even distances; columns and their decimals are
 * those of the sample.
 */
export function marketFiles(root: string, symbols: number, years: number): MarketFiles {
  const folder = path.join(root, `market-${symbols}x${years}`)
  if (!existsSync(folder)) {
    const unfinished = `${folder}.unfinished`
    rmSync(unfinished, { recursive: true, force: true })
    mkdirSync(unfinished, { recursive: true })
    generate(unfinished, symbols, years)
    renameSync(unfinished, folder)
  }
  const barFiles = readdirSync(folder)
    .filter((name) => name.startsWith('bars'))
    .sort()
    .map((name) => path.join(folder, name))
  return { folder, barFiles, barBytes: barFiles.reduce((sum, file) => sum + statSync(file).size, 0) }
}

function generate(folder: string, symbols: number, years: number): void {
  const days = weekdays(2024 - years)
  writeFileSync(path.join(folder, 'calendar.csv'), `date\n${days.join('\n')}\n`)
  const manifest = { format: 'plateau-sample-1', synthetic: true, name: 'Generated market' }
  writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify(manifest))
  const ofDay = createRandom(1)
  const marketReturns = days.map(() => 0.011 * ofDay.normal())
  for (let first = 0; first < symbols; first += SYMBOLS_PER_FILE) {
    const name = `bars-${String(first / SYMBOLS_PER_FILE).padStart(3, '0')}.csv`
    const file = openSync(path.join(folder, name), 'w')
    writeSync(file, `${HEADER}\n`)
    for (let stock = first; stock < Math.min(first + SYMBOLS_PER_FILE, symbols); stock++)
      writeSync(file, barsOf(stock, symbols, days, marketReturns))
    closeSync(file)
  }
}

/** Weekdays from the first of `year` to the end of 2023, less a week at the new year and one in October. */
function weekdays(year: number): string[] {
  const days: string[] = []
  const end = epochDay(20231231)
  for (let day = epochDay(year * 10000 + 101); day <= end; day++) {
    const date = dateOfEpochDay(day)
    const inYear = date % 10000
    const holiday = inYear <= 107 || (inYear >= 1001 && inYear <= 1007)
    if ((day + 3) % 7 < 5 && !holiday) days.push(formatDate(date))
  }
  return days
}

function barsOf(
  stock: number,
  symbols: number,
  days: readonly string[],
  marketReturns: readonly number[],
): string {
  const random = createRandom(2, stock)
  const symbol =
    stock % 2 === 0 ? `${600_000 + stock / 2}.SH` : `${String((stock + 1) / 2).padStart(6, '0')}.SZ`
  const late = Math.max(0, stock / symbols - 0.3) / 0.7
  const shares = Math.round(3e8 * Math.exp(random.normal()))
  const special = random.uniform() < 0.05
  let close = cents(12 * Math.exp(0.6 * random.normal()))
  let factor = 1
  let suspendedFor = 0
  let text = ''
  for (let t = Math.floor(late * 0.95 * days.length); t < days.length; t++) {
    let preclose = close
    if (random.uniform() < 1 / 400) {
      const ratio = 1 + 0.1 * random.uniform()
      preclose = Math.max(0.5, cents(close / ratio))
      factor = Math.round(factor * (close / preclose) * 1e6) / 1e6
    }
    if (suspendedFor === 0 && random.uniform() < 1 / 500) suspendedFor = 1 + random.below(20)
    const suspended = suspendedFor > 0
    if (suspended) {
      suspendedFor--
      close = preclose
      text += `${days[t]},${symbol},${close},${close},${close},${close},${preclose},0,0`
    } else {
      const change = Math.max(-0.1, Math.min(0.1, marketReturns[t] + 0.02 * random.normal()))
      close = Math.max(0.5, cents(preclose * (1 + change)))
      const open = Math.max(0.5, cents(preclose * (1 + 0.4 * change + 0.004 * random.normal())))
      const high = cents(Math.max(open, close) * (1 + 0.01 * random.uniform()))
      const low = Math.max(0.01, cents(Math.min(open, close) * (1 - 0.01 * random.uniform())))
      const volume = 100 * Math.ceil((shares / 100) * 0.02 * Math.exp(0.7 * random.normal()))
      const amount = cents((volume * (open + high + low + close)) / 4)
      text += `${days[t]},${symbol},${open},${high},${low},${close},${preclose},${volume},${amount}`
    }
    text += `,${factor},${cents(close * shares)},${suspended ? 1 : 0},${special && t % 1000 < 200 ? 1 : 0}\n`
  }
  return text
}

function cents(value: number): number {
  return Math.round(value * 100) / 100
}
