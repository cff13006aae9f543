import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ModelConfig, StudyConfig } from '../../src-shared/domain/study.ts'
import type { RunKey } from '../../src-shared/domain/training.ts'
import { failure } from '../../src-shared/failure.ts'
import { frequencies, sampleParts, trainingErrors } from '../../src-shared/locales/errors/training.ts'
import { writeSamples } from '../market/sampleFile.ts'
import { crossSectionAt, labelsAt, type Sample, sampleOf } from '../market/samples.ts'
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
  const { market, derived, universe } = prepared
  const { dates } = market.panel
  const series = prepared.series.get(model.frequency)!
  const { fitStart, fitEnd } = prepared.windows[window]
  const fit = daysBetween(dates, fitStart, fitEnd)!
  const { horizon, stride, minStocks } = config.samples
  const split = splitDates(fit, horizon, stride)
  const features = (t: number) =>
    crossSectionAt(series, universe, { sequenceLength: model.sequenceLength, t })

  const labelled = (days: Iterable<number>): Sample[] =>
    Array.from(days, (t) => {
      const inputs = features(t)
      return sampleOf(dates[t], inputs, labelsAt(market.panel, derived, inputs.stocks, { t, horizon }))
    }).filter(({ crossSection }) => crossSection.stocks >= minStocks && hasVariance(crossSection.labels!))

  const file = (part: string): string => join(folder, `w${window}-${model.frequency}-${part}.samples`)
  const counts = { train: 0, valid: 0 }
  for (const part of ['train', 'valid'] as const) {
    const samples = labelled(part === 'train' ? split.trainDates : split.validDates)
    if (samples.length === 0) {
      throw failure(
        trainingErrors.noSamples,
        {
          part: sampleParts[part],
          fitStart,
          fitEnd,
          minStocks,
          frequency: frequencies[model.frequency],
        },
        { place: { field: 'period' } },
      )
    }
    counts[part] = samples.length
    writeSamples(file(part), samples)
  }
  writeSamples(
    file('predict'),
    prepared.testDays[window].map((t) => sampleOf(dates[t], features(t), null)),
  )
  if (test) {
    const samples = labelled(prepared.testDays[window])
    if (samples.length === 0)
      throw failure(
        trainingErrors.testWithoutLabels,
        { window: window + 1 },
        { place: { field: 'landscape.part' } },
      )
    writeSamples(file('test'), samples)
  }
  return {
    train: file('train'),
    valid: file('valid'),
    predict: file('predict'),
    test: test ? file('test') : null,
    trainDates: counts.train,
    validDates: counts.valid,
    skippedDates: split.trainDates.length + split.validDates.length - counts.train - counts.valid,
  }
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
