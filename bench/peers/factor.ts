import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { FactorTestInput } from '../../src-main/factor/input.ts'

/** Seconds of one test's parts: binning and forward returns, IC, mean returns by layer. */
export interface PeerSeconds {
  readonly clean: number
  readonly ic: number
  readonly layers: number
}

/** alphalens-reloaded in a process of its own, one whole factor test at a time. */
export interface FactorPeer {
  readonly version: string
  test(): Promise<PeerSeconds>
  /** Of the first test: Spearman IC per test date, and period returns, [test date][layer], TOP first. */
  numbers(): { readonly ic: Float64Array; readonly layers: Float64Array[] }
  close(): void
}

/** Null where `python` does not have alphalens; `folder` takes the files that the two exchange. */
export async function startFactorPeer(
  python: string,
  folder: string,
  input: FactorTestInput,
): Promise<FactorPeer | null> {
  const { dates, symbols, testDates, adjVwap, factor, horizon, layers } = input
  writeFileSync(path.join(folder, 'vwap.f64'), adjVwap)
  writeFileSync(path.join(folder, 'testDates.i32'), Int32Array.from(testDates))
  const rows = new Float64Array(testDates.length * symbols.length)
  factor.forEach((row, test) => rows.set(row, test * symbols.length))
  writeFileSync(path.join(folder, 'factor.f64'), rows)

  const script = path.join(import.meta.dirname, 'factor.py')
  const sizes = [dates.length, symbols.length, testDates.length, horizon, layers].map(String)
  const child = spawn(python, [script, folder, ...sizes], { stdio: ['pipe', 'pipe', 'ignore'] })
  child.on('error', () => {})
  child.stdin.on('error', () => {})
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const first = await lines.next()
  if (first.done === true) return null
  const versions: Record<string, string> = JSON.parse(first.value)
  // Copied: small files share one buffer.
  const read = (name: string): Float64Array =>
    new Float64Array(new Uint8Array(readFileSync(path.join(folder, name))).buffer)
  return {
    version: Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
    async test() {
      child.stdin.write('\n')
      const line = await lines.next()
      if (line.done === true) throw new Error('alphalens ended without an answer.')
      return JSON.parse(line.value) as PeerSeconds
    },
    numbers() {
      const byLayer = read('layers.f64')
      return {
        ic: read('ic.f64'),
        // Its first quantile holds the smallest factors.
        layers: testDates.map((_, test) => byLayer.slice(test * layers, (test + 1) * layers).reverse()),
      }
    },
    close() {
      child.stdin.end()
    },
  }
}
