import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { compositionOf } from '../../src-shared/domain/optimizer/index.ts'
import type { ModelConfig, StudyConfig } from '../../src-shared/domain/study.ts'
import type { RunKey } from '../../src-shared/domain/training.ts'
import type { PlateauError } from '../../src-shared/errors.ts'
import { failure } from '../../src-shared/failure.ts'
import { frequencies, sampleParts, trainingErrors } from '../../src-shared/locales/errors/training.ts'
import { writeSamples } from '../market/sampleFile.ts'
import { crossSectionAt, type DateFeatures, labelsAt, type Sample, sampleOf } from '../market/samples.ts'
import { daysBetween, splitDates } from '../market/splits.ts'
import type { Prepared } from './prepare.ts'

/** Sample files of one window and model, shared by all its runs. */
export interface WindowSamples {
  readonly train: string
  readonly valid: string
  /** Every stock with a full window on each test day, without labels. */
  readonly predict: string
  /** The test days that have labels, for landscapes; null where they are not asked for. */
  readonly test: string | null
  readonly trainDates: number
  readonly validDates: number
  /** Train and valid dates left out: too few stocks with a label, or labels without variance. */
  readonly skippedDates: number
}

/** Write the samples of window `window` for `model` into `folder`, those of `test` where they are asked for. */
export function writeWindowSamples(
  prepared: Prepared,
  config: StudyConfig,
  window: number,
  model: ModelConfig,
  folder: string,
  { test = false }: { readonly test?: boolean } = {},
): WindowSamples {
  const { dates } = prepared.market.panel
  const days = daysOf(prepared, config, window)
  const file = (part: string): string => join(folder, `w${window}-${model.frequency}-${part}.samples`)
  const counts = { train: 0, valid: 0 }
  for (const part of ['train', 'valid'] as const) {
    const samples = [...labelledSamples(prepared, config, model, days[part])]
    if (samples.length === 0) throw withoutSamples(prepared, config, window, model, part)
    counts[part] = samples.length
    writeSamples(file(part), samples)
  }
  writeSamples(
    file('predict'),
    days.test.map((t) => sampleOf(dates[t], featuresAt(prepared, model, t), null)),
  )
  if (test) {
    const samples = [...labelledSamples(prepared, config, model, days.test)]
    if (samples.length === 0) throw withoutSamples(prepared, config, window, model, 'test')
    writeSamples(file('test'), samples)
  }
  return {
    train: file('train'),
    valid: file('valid'),
    predict: file('predict'),
    test: test ? file('test') : null,
    trainDates: counts.train,
    validDates: counts.valid,
    skippedDates: days.train.length + days.valid.length - counts.train - counts.valid,
  }
}

/**
 * Whether every window has for every model what its samples are made of. No more dates are looked at than it takes to see that there
 * are enough.
 *
 * Errors: data_insufficient for a part without a labelled date; study_invalid for an optimizer with more clients than a window
 * has train dates.
 */
export function requireSamples(config: StudyConfig, prepared: Prepared): void {
  const parts = config.landscape?.part === 'test' ? PARTS : PARTS.slice(0, 2)
  const sharing = config.optimizers.map((optimizer) => ({
    optimizer: optimizer.name,
    clients: compositionOf(optimizer).federated?.clients ?? 1,
  }))
  const mostClients = Math.max(...sharing.map(({ clients }) => clients))
  for (const window of prepared.windows.keys()) {
    const days = daysOf(prepared, config, window)
    for (const model of config.models) {
      for (const part of parts) {
        const wanted = part === 'train' ? mostClients : 1
        const samples = labelledSamples(prepared, config, model, days[part])
        let dates = 0
        while (dates < wanted && samples.next().done !== true) dates++
        if (dates === 0) throw withoutSamples(prepared, config, window, model, part)
        if (dates === wanted) continue
        const crowded = sharing.find(({ clients }) => clients > dates)!
        throw failure(
          trainingErrors.tooManyClients,
          { ...crowded, dates },
          { place: { field: 'optimizers' } },
        )
      }
    }
  }
}

const PARTS = ['train', 'valid', 'test'] as const
type SamplePart = (typeof PARTS)[number]

/** The decision dates of a window by part, as day indices. */
function daysOf(
  { market, windows, testDays }: Prepared,
  { samples: { horizon, stride } }: StudyConfig,
  window: number,
): Readonly<Record<SamplePart, readonly number[]>> {
  const { fitStart, fitEnd } = windows[window]
  const fit = daysBetween(market.panel.dates, fitStart, fitEnd)!
  const { trainDates, validDates } = splitDates(fit, horizon, stride)
  return { train: [...trainDates], valid: [...validDates], test: testDays[window] }
}

const featuresAt = (
  { series, universe }: Prepared,
  { frequency, sequenceLength }: ModelConfig,
  t: number,
): DateFeatures => crossSectionAt(series.get(frequency)!, universe, { sequenceLength, t })

/** One after the other, those of `days` that have stocks enough and labels that differ. */
function* labelledSamples(
  prepared: Prepared,
  { samples: { horizon, minStocks } }: StudyConfig,
  model: ModelConfig,
  days: readonly number[],
): Generator<Sample, void, undefined> {
  const { market, derived } = prepared
  const { panel } = market
  for (const t of days) {
    const inputs = featuresAt(prepared, model, t)
    const labels = labelsAt(panel, derived, inputs.stocks, { t, horizon })
    const sample = sampleOf(panel.dates[t], inputs, labels)
    const { stocks, labels: known } = sample.crossSection
    if (stocks >= minStocks && hasVariance(known!)) yield sample
  }
}

function withoutSamples(
  { windows }: Prepared,
  { samples: { minStocks } }: StudyConfig,
  window: number,
  { frequency }: ModelConfig,
  part: SamplePart,
): PlateauError {
  if (part === 'test')
    return failure(
      trainingErrors.testWithoutLabels,
      { window: window + 1 },
      { place: { field: 'landscape.part' } },
    )
  const { fitStart, fitEnd } = windows[window]
  const asked = { part: sampleParts[part], fitStart, fitEnd, minStocks, frequency: frequencies[frequency] }
  return failure(trainingErrors.noSamples, asked, { place: { field: 'period' } })
}

/** Write the samples that `keys` need into `folder`, anew whatever lies there; those of the test days where a landscape is of them. */
export function writeSamplesOf(
  prepared: Prepared,
  config: StudyConfig,
  keys: readonly RunKey[],
  folder: string,
): (key: RunKey) => WindowSamples {
  mkdirSync(folder, { recursive: true })
  const test = config.landscape?.part === 'test'
  const nameOf = ({ window, frequency }: RunKey): string => `${window} ${frequency}`
  const files = new Map<string, WindowSamples>()
  for (const key of keys) {
    if (files.has(nameOf(key))) continue
    files.set(
      nameOf(key),
      writeWindowSamples(
        prepared,
        config,
        key.window,
        config.models.find(({ frequency }) => frequency === key.frequency)!,
        folder,
        { test },
      ),
    )
  }
  return (key) => files.get(nameOf(key))!
}

function hasVariance(labels: Float64Array): boolean {
  return labels.some((label) => label !== labels[0])
}
