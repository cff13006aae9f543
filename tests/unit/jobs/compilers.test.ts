import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import v8 from 'node:v8'
import { describe, expect, it } from 'vitest'
import { informationCoefficient } from '../../../src-main/factor/informationCoefficient.ts'
import { crossSection } from '../../../src-main/factor/input.ts'
import { createRandom } from '../../../src-shared/random.ts'

const root = join(import.meta.dirname, '../../..')
const ASK = '%IsMaglevEnabled()'

/** What a process that runs `file` says at its end of V8's middle compiler. */
function maglevIn(file: string): string {
  const probe = `data:text/javascript,process.on('exit',()=>console.error('maglev:'+${ASK}))`
  const { stderr } = spawnSync(
    process.execPath,
    ['--allow-natives-syntax', '--import', encodeURI(probe), join(root, file)],
    { encoding: 'utf8', timeout: 50_000 },
  )
  return /maglev:(true|false)/.exec(stderr)?.[0] ?? stderr
}

describe('the compilers of V8', () => {
  // Nobody speaks to these host and worker processes, so each ends by itself or throws; it has imported all by then.
  it.each(['src-main/cli/main.ts', 'src-main/host/worker.ts', 'src-main/host/main.ts'])(
    '%s computes without Maglev',
    (entry) => expect(maglevIn(entry)).toBe('maglev:false'),
  )

  it('V8 has Maglev by default, so that the other tests can fail', () => {
    expect(maglevIn('src-main/host/version.ts')).toBe('maglev:true')
  })

  it('tests compute without it', () => {
    v8.setFlagsFromString('--allow-natives-syntax')
    expect(new Function(`return ${ASK}`)()).toBe(false)
  })

  it('an IC series keeps a value of its own on every date', () => {
    const [count, dates, horizon] = [280, 60, 5]
    const random = createRandom(11)
    const symbols = Array.from({ length: count }, (_, i) => String(i))
    const days = dates + horizon + 3
    const adjVwap = Float64Array.from({ length: count * days }, () => 10 + random.uniform())
    const factor = Array.from({ length: dates }, () => Float64Array.from(symbols, () => random.uniform()))
    const all = new Uint8Array(count * days).fill(1)
    const input = {
      name: 'random',
      dates: Array.from({ length: days }, (_, day) => day),
      symbols,
      adjVwap,
      testDates: [...factor.keys()],
      factor,
      universe: all,
      canBuy: all,
      layers: 10,
      horizon,
      tradingDaysPerYear: 252,
      annualisedExcess: 'compound' as const,
    }
    const series = factor.map((_, test) => informationCoefficient(input, crossSection(input, test)))
    expect(new Set(series.map(({ ic }) => ic)).size).toBe(dates)
  })
})
