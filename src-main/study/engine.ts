import {
  type EngineKind,
  type EngineReason,
  type EngineSetting,
  engineSetting,
} from '../../src-shared/domain/compute.ts'
import type { Note } from '../../src-shared/domain/result.ts'
import { PlateauError } from '../../src-shared/errors.ts'
import { failure, inEachLanguage, listed, wordsOf } from '../../src-shared/failure.ts'
import { openingFindings, studyEngineErrors } from '../../src-shared/locales/errors/studyEngines.ts'
import { engineReasonText, type Locale, terms } from '../../src-shared/locales/index.ts'
import { CATALOGUE, engineLabel, type EngineSource, type OpenOptions } from '../compute/catalogue.ts'
import { engineChoice, engineOrder, keptOrder } from '../compute/choice.ts'
import { createFailoverEngine, type Handover } from '../compute/failover.ts'
import { findWorking } from '../compute/report.ts'
import { runJob } from '../jobs/process.ts'
import type { Engine } from '../nn/engine.ts'
import type { GruConfig } from '../nn/layout.ts'

/** What a study computes on, decided once for all its runs. */
export interface StudyEngine {
  /** Engine and instruction set or adapter, as recorded in the result. */
  readonly name: string
  /** The decided engine, then those that go on when its device is lost. */
  readonly order: readonly EngineKind[]
  /** Runs on the processor have cores of their own, runs on a GPU share it. */
  readonly processor: 'cpu' | 'gpu'
  /** What a reader of the result must know of how it was decided. */
  readonly notes: readonly Note[]
}

/** The question for the engine of a study, as it is sent to a process of its own. */
export interface EngineTask {
  readonly kind: 'engine'
  readonly setting: EngineSetting
  readonly appVersion: string
}

/** Engines of which no driver can end the process. */
const WITHOUT_DRIVER: readonly EngineKind[] = ['native', 'wasm', 'reference']

/**
 * `decideEngine` in a process of its own, started on `entry`: looking for engines loads drivers, and one that ends its
 * process must not end the study. Where that happens the study goes on with the engines that need none, unless it asks
 * for one by name.
 * @throws what decideEngine throws; PlateauError cancelled when `signal` aborts, interrupted when the process of a study
 *   that asks for an engine dies
 */
export async function decideEngineApart(
  setting: EngineSetting,
  appVersion: string,
  entry: URL,
  signal: AbortSignal,
): Promise<StudyEngine> {
  const task: EngineTask = { kind: 'engine', setting, appVersion }
  try {
    return await runJob<EngineTask, never, StudyEngine>(entry, task, { signal, onProgress: () => {} })
  } catch (error) {
    const died = error instanceof PlateauError && error.code === 'interrupted'
    if (!died || askedEngine(setting).engine !== 'auto') throw error
    const order = (await keptOrder()).filter((name) => WITHOUT_DRIVER.includes(name))
    const decided = await firstWorking(order, CATALOGUE)
    if (!decided.available) throw error
    const { engine } = decided
    return { ...engine, notes: [{ code: 'engine_choice_died', values: { engine: engine.name } }] }
  }
}

/**
 * The engine of a study: the one PLATEAU_ENGINE asks for, else the one its settings ask for, else the one chosen on this
 * machine (measured now where that was never done). It is tested again: drivers change without a trace in what is kept.
 * One that is asked for is never exchanged for another; a chosen one that fails leaves its place to the next.
 * @throws PlateauError usage for an unknown name in PLATEAU_ENGINE, runtime_missing for an engine that is not there or
 *   computes wrong
 */
export async function decideEngine(
  setting: EngineSetting,
  appVersion: string,
  catalogue: readonly EngineSource[] = CATALOGUE,
): Promise<StudyEngine> {
  const { engine: asked, by } = askedEngine(setting)
  const order =
    asked === 'auto'
      ? engineOrder(await engineChoice({ appVersion, catalogue }))
      : asked === 'reference'
        ? [asked]
        : [asked, ...(await keptOrder()).filter((name) => name !== asked)]
  const decided = await firstWorking(order, catalogue, asked === 'auto' ? order.length : 1)
  if (!decided.available) {
    const { name, reason } = decided
    const missing = {
      name: { 'zh-CN': terms['zh-CN'].engines[name].name, en: name },
      reason: reasonOf(reason),
    }
    throw by === 'training.engine'
      ? failure(studyEngineErrors.settingMissing, missing, { place: { field: by } })
      : failure(studyEngineErrors.environmentMissing, missing)
  }
  return decided.engine
}

const reasonOf = (reason: EngineReason) => inEachLanguage((locale) => engineReasonText(reason, locale))

/** The first of the first `tries` of `order` that works, before those after it; else why the last one does not. */
async function firstWorking(
  order: readonly EngineKind[],
  catalogue: readonly EngineSource[],
  tries = order.length,
): Promise<
  | { readonly available: true; readonly engine: StudyEngine }
  | { readonly available: false; readonly name: EngineKind; readonly reason: EngineReason }
> {
  const [name, ...rest] = order
  const finding = await findWorking(catalogue.find((source) => source.name === name)!)
  if (finding.available) {
    const engine = { name: engineLabel(name, finding), order, processor: finding.processor, notes: [] }
    return { available: true, engine }
  }
  return tries > 1
    ? firstWorking(rest, catalogue, tries - 1)
    : { available: false, name, reason: finding.reason }
}

/**
 * The engine that is asked for, and by what.
 * @throws PlateauError usage for an unknown name in PLATEAU_ENGINE
 */
export function askedEngine(setting: EngineSetting): {
  readonly engine: EngineSetting
  readonly by: 'PLATEAU_ENGINE' | 'training.engine'
} {
  const named = process.env['PLATEAU_ENGINE'] ?? ''
  if (named === '') return { engine: setting, by: 'training.engine' }
  const parsed = engineSetting.safeParse(named)
  if (!parsed.success) {
    throw failure(studyEngineErrors.environmentUnknown, { named, engines: listed(engineSetting.options) })
  }
  return { engine: parsed.data, by: 'PLATEAU_ENGINE' }
}

/**
 * The engine of one run: the first of `order`, tested when it was decided on; the next ones, tested before, go on when its
 * device is lost, also when it is lost already. A run in which one of them has gone on begins `from` that one. Its numbers do
 * not depend on `threads`. Handovers name engines as results do.
 * @throws PlateauError runtime_missing when none of them is there
 */
export async function openEngine(
  order: readonly EngineKind[],
  config: GruConfig,
  options: OpenOptions,
  onHandover: (handover: Handover) => void,
  catalogue: readonly EngineSource[] = CATALOGUE,
  from: EngineKind = order[0],
): Promise<Engine> {
  const left = [from, ...order.slice(order.indexOf(from) + 1)]
  const labels = new Map<string, string>()
  let why: Readonly<Record<Locale, string>> = openingFindings.notThere
  const next = async (): Promise<Engine | null> => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      const source = catalogue.find((each) => each.name === name)!
      const finding = await (name === order[0] ? source.find(options) : findWorking(source, options))
      if (!finding.available) why = reasonOf(finding.reason)
      else {
        labels.set(name, engineLabel(name, finding))
        try {
          return await finding.open(config, options)
        } catch (error) {
          if (!(error instanceof PlateauError) || error.code !== 'device_lost') throw error
          why = inEachLanguage((locale) => wordsOf(error, locale).message)
        }
      }
    }
    return null
  }
  const first = await next()
  if (first === null) throw failure(studyEngineErrors.noneOpens, { reason: why })
  const tell = ({ lost, by, reason }: Handover): void =>
    onHandover({ lost: labels.get(lost) ?? lost, by: labels.get(by) ?? by, reason })
  if (first.name !== from) tell({ lost: from, by: first.name, reason: why.en })
  return createFailoverEngine(first, next, tell)
}
