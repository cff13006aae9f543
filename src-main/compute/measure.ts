import type { Engine } from '../nn/engine.ts'
import type { CompiledBinding } from '../nn/engines/compiled/binding.ts'
import { forwardFlops } from '../nn/flops.ts'
import { initialWeights } from '../nn/initialise.ts'
import { randomCrossSection, TEST_MODEL } from './selfTest.ts'

/** Engines that are compared get the same cross-section: between an index's members and a whole market. */
const STOCKS = 512
/** For the engines that take seconds for those; each of their stocks takes its time. */
const FEW_STOCKS = 64
const STEPS = 30
const TURNS = 8
/** An engine that has computed for so long has shown its speed. */
const LIMIT_MS = 400
/** About 10 ms on a fast core. */
const PEAK_ROUNDS = 2_000_000
/** An engine that does not answer by then, as after a driver's fault, never will. */
export const ANSWER_WITHIN_MS = 30_000

/** An engine made for TEST_MODEL. */
export interface Contender {
  readonly engine: Engine
  /** Threads of the processor it computes on; 0 for another device. */
  readonly threads: number
  /** Not to be compared with the others. */
  readonly slow: boolean
}

/** GFLOP/s of an engine, or what it failed with. */
export type Speed = { readonly gflops: number } | { readonly failure: unknown }

/**
 * Speeds of loss-and-gradient evaluations; the first one, which makes an engine's buffers, is not counted. The engines
 * take turns, so that a change of load meets all of them; `between` is called after each round. On the processor it is
 * processor time that counts, as if every thread had its core to itself: the choice must not depend on what else runs
 * while it is made. Of another device's evaluations the fastest counts, for the same reason.
 */
export async function speeds(
  contenders: readonly Contender[],
  between: () => Promise<void>,
): Promise<readonly Speed[]> {
  const weights = initialWeights(TEST_MODEL, 1)
  const timed = contenders.map(({ engine, threads, slow }) => {
    const stocks = slow ? FEW_STOCKS : STOCKS
    let handle: ReturnType<Engine['upload']> | null = null
    let failure: unknown = null
    let turns = 0
    let spent = 0
    let fastest = Infinity
    let processorTime = 0
    return {
      async turn(): Promise<void> {
        if (failure !== null || spent > LIMIT_MS) return
        try {
          const first = handle === null
          handle ??= engine.upload(randomCrossSection(stocks, STEPS))
          const at = handle
          const time = await stopwatch(() => inTime(engine.lossAndGradient(weights, at)))
          if (first) return
          turns++
          spent += time.elapsed
          fastest = Math.min(fastest, time.elapsed)
          processorTime += time.processor
        } catch (error) {
          failure = error
        }
      },
      speed(): Speed {
        if (failure !== null) return { failure }
        const milliseconds = threads === 0 ? fastest : processorTime / turns / threads
        return { gflops: (3 * forwardFlops(TEST_MODEL, STEPS) * stocks) / milliseconds / 1e6 }
      },
    }
  })
  for (let turn = 0; turn < TURNS; turn++) {
    for (const each of timed) await each.turn()
    await between()
  }
  return timed.map((each) => each.speed())
}

/** Multiply-adds on registers, done and timed in parts. */
export interface PeakMeter {
  measure(): Promise<void>
  /** Of all cores, each to itself, GFLOP/s; null before the first part. */
  gflops(): number | null
}

export function createPeakMeter(binding: CompiledBinding): PeakMeter {
  let operations = 0
  let processorTime = 0
  return {
    async measure() {
      const { cores, levels } = binding
      const time = await stopwatch(async () => {
        operations += await binding.multiplyAdds(levels[0], cores, PEAK_ROUNDS)
      })
      processorTime += time.processor
    },
    gflops: () => (processorTime === 0 ? null : (operations * binding.cores) / processorTime / 1e6),
  }
}

/** Milliseconds that passed, and that all threads of this process computed. */
async function stopwatch(
  work: () => Promise<unknown>,
): Promise<{ readonly elapsed: number; readonly processor: number }> {
  const cpu = process.cpuUsage()
  const started = performance.now()
  await work()
  const elapsed = performance.now() - started
  const { user, system } = process.cpuUsage(cpu)
  return { elapsed, processor: (user + system) / 1000 }
}

/** An engine did not answer in ANSWER_WITHIN_MS. */
export class NoAnswer extends Error {}

/** What `work` answers; rejects with NoAnswer when that takes too long. */
export async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_resolve, reject) => {
    const give = (): void => reject(new NoAnswer())
    timer = setTimeout(give, ANSWER_WITHIN_MS)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
