import type { ComputeReport, EngineReason, EngineReport } from '../../src-shared/domain/compute.ts'
import { PlateauError } from '../../src-shared/errors.ts'
import type { Engine } from '../nn/engine.ts'
import { nativeBinding } from './addon.ts'
import {
  CATALOGUE,
  engineLabel,
  type EngineSource,
  type Finding,
  type Found,
  type OpenOptions,
} from './catalogue.ts'
import { ANSWER_WITHIN_MS, createPeakMeter, inTime, NoAnswer, speeds } from './measure.ts'
import { gradientError, GRADIENT_TOLERANCE, oracleError, TEST_MODEL } from './selfTest.ts'

export interface MeasureOptions {
  readonly catalogue?: readonly EngineSource[]
  /** Also the engines that are never chosen while another is there, and a single one without a rival. */
  readonly everything?: boolean
}

/** An engine on its way to its report. */
interface Examined {
  readonly source: EngineSource
  readonly found: Found | null
  /** Why it is not offered; null when it is. */
  readonly refusal: EngineReason | null
  readonly gradientError: number | null
  readonly gflops: number | null
}

/**
 * Find every engine, test its gradient, measure those that compete, and choose: the fastest that computes right. The
 * reference engine is chosen when nothing else is there, a GPU emulated on the processor never. Never rejects.
 */
export async function measureEngines({
  catalogue = CATALOGUE,
  everything = false,
}: MeasureOptions = {}): Promise<ComputeReport> {
  const tested: Examined[] = []
  // One after the other: none is measured beside another's work.
  for (const source of catalogue) tested.push(await test(source, everything))
  const compare = everything || tested.filter(competes).length > 1
  const binding = nativeBinding()
  const peak = binding === null ? null : createPeakMeter(binding)
  const measured = tested.filter(
    (engine) => engine.refusal === null && (everything || (compare && competes(engine))),
  )
  const speed = await measure(measured, async () => peak?.measure())
  const examined = tested.map((engine) => ({ ...engine, ...speed.get(engine) }))
  const fmaPeakGflops = peak?.gflops() ?? null
  return { fmaPeakGflops, engines: judge(examined, fmaPeakGflops) }
}

/** An engine that is there, or why it is not to be used: it is missing, or computes wrong. Never rejects. */
export async function findWorking(
  source: EngineSource,
  options: Pick<OpenOptions, 'threads'> = {},
): Promise<Finding> {
  const { found, refusal } = await test(source, false, options)
  return refusal === null ? found! : { available: false, reason: refusal }
}

async function test(
  source: EngineSource,
  everything: boolean,
  options: Pick<OpenOptions, 'threads'> = {},
): Promise<Examined> {
  const found = await source.find(options)
  const untested = { source, gradientError: null, gflops: null }
  if (!found.available) return { ...untested, found: null, refusal: found.reason }
  // The oracle has nothing to be tested against but its own loss.
  if (source.name === 'reference')
    return { ...untested, found, refusal: null, gradientError: everything ? await oracleError() : null }
  try {
    const engine = await inTime(found.open(TEST_MODEL))
    const error = await inTime(gradientError(engine)).finally(() => engine.close())
    const refusal: EngineReason | null =
      error <= GRADIENT_TOLERANCE
        ? null
        : {
            code: 'inaccurate',
            values: { error: error.toExponential(1), limit: GRADIENT_TOLERANCE.toExponential(0) },
          }
    return { ...untested, found, refusal, gradientError: Number.isFinite(error) ? error : null }
  } catch (error) {
    return { ...untested, found, refusal: failure(error) }
  }
}

/** Speed of each engine, or why it has none. */
async function measure(
  examined: readonly Examined[],
  between: () => Promise<void>,
): Promise<Map<Examined, Partial<Examined>>> {
  const answers = new Map<Examined, Partial<Examined>>()
  const open = new Map<Examined, Engine>()
  for (const engine of examined) {
    try {
      open.set(engine, await inTime(engine.found!.open(TEST_MODEL)))
    } catch (error) {
      answers.set(engine, { refusal: failure(error) })
    }
  }
  if (open.size > 0) {
    const contenders = [...open].map(([each, engine]) => ({
      engine,
      threads: each.found!.threads,
      slow: !competes(each),
    }))
    const measured = await speeds(contenders, between)
    ;[...open.keys()].forEach((engine, at) => {
      const speed = measured[at]
      answers.set(engine, 'gflops' in speed ? { gflops: speed.gflops } : { refusal: failure(speed.failure) })
    })
  }
  for (const engine of open.values()) engine.close()
  return answers
}

function failure(error: unknown): EngineReason {
  if (error instanceof NoAnswer)
    return { code: 'no_answer', values: { seconds: String(ANSWER_WITHIN_MS / 1000) } }
  return { code: 'failed', values: { detail: PlateauError.from(error).message } }
}

/** Whether its speed decides. An emulated GPU is slower than the reference engine, and that slower than all others. */
function competes({ source, found, refusal }: Examined): boolean {
  return refusal === null && found !== null && !found.software && source.name !== 'reference'
}

function judge(examined: readonly Examined[], peak: number | null): EngineReport[] {
  const rivals = examined.filter(competes)
  const chosen =
    rivals.toSorted((a, b) => (b.gflops ?? 0) - (a.gflops ?? 0))[0] ??
    examined.find(({ source }) => source.name === 'reference')
  const reasonOf = (engine: Examined): EngineReason => {
    if (engine.refusal !== null) return engine.refusal
    const speed = engine.gflops === null ? {} : { gflops: engine.gflops.toFixed(engine.gflops < 10 ? 1 : 0) }
    if (engine === chosen) {
      if (rivals.length === 0) return { code: 'last_resort', values: {} }
      return rivals.length === 1 ? { code: 'only_one', values: {} } : { code: 'fastest', values: speed }
    }
    if (engine.source.name === 'reference') return { code: 'oracle', values: {} }
    return engine.found!.software
      ? { code: 'software', values: {} }
      : { code: 'slower', values: { ...speed, chosen: chosen!.source.name } }
  }
  return examined.map((engine) => {
    const { source, found, refusal } = engine
    const onProcessor = found?.processor === 'cpu' && competes(engine)
    return {
      name: source.name,
      available: refusal === null,
      chosen: engine === chosen,
      reason: reasonOf(engine),
      label: found === null ? source.name : engineLabel(source.name, found),
      device: found?.device ?? '',
      threads: found?.threads ?? 0,
      gradientError: engine.gradientError,
      gflops: engine.gflops,
      shareOfPeak: !onProcessor || peak === null || engine.gflops === null ? null : engine.gflops / peak,
    }
  })
}
