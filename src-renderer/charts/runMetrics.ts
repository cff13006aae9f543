import type { EpochClock, EpochRecord } from '../../src-shared/domain/training.ts'
import { formatCount, formatIc, formatNumber, formatRatio } from '../../src-shared/format.ts'
import { formatBytes } from '../format.ts'

export type Part = 'train' | 'valid'

/** One quantity of an epoch, and of which part of the data; null where there is no such part. */
export interface MetricPart {
  readonly part: Part | null
  /** Null: the epoch has no such quantity. */
  readonly value: (record: EpochRecord, clock: EpochClock | null) => number | null
}

export interface RunMetric {
  readonly parts: readonly MetricPart[]
  readonly format: (value: number | null) => string
}

const single = (value: MetricPart['value'], format: RunMetric['format']): RunMetric => ({
  parts: [{ part: null, value }],
  format,
})
const four = (value: number | null): string => formatNumber(value, 4)
const small = (value: number | null): string =>
  value !== null && value !== 0 && Math.abs(value) < 1e-3
    ? value.toExponential(2).replaceAll('-', '−')
    : four(value)

/** What can be drawn of training runs, in the order in which it is offered. */
export const RUN_METRICS = {
  loss: {
    parts: [
      { part: 'train', value: ({ trainLoss }) => trainLoss },
      // Versions that did not record the valid loss knew -IC only.
      { part: 'valid', value: ({ validLoss, validIc }) => validLoss ?? -validIc },
    ],
    format: formatIc,
  },
  ic: {
    parts: [
      { part: 'train', value: ({ trainIc }) => trainIc },
      { part: 'valid', value: ({ validIc }) => validIc },
    ],
    format: formatIc,
  },
  icir: {
    parts: [
      { part: 'train', value: ({ trainIcir }) => trainIcir },
      { part: 'valid', value: ({ validIcir }) => validIcir },
    ],
    format: formatRatio,
  },
  icGap: single(({ trainIc, validIc }) => trainIc - validIc, formatIc),
  sharpnessGap: single(({ sharpnessGap }) => sharpnessGap, small),
  perturbedLoss: single(({ perturbedLoss }) => perturbedLoss, formatIc),
  rho: single(({ rho }) => rho, small),
  perturbationNorm: single(({ perturbationNorm }) => perturbationNorm, small),
  gradientNorm: single(({ gradientNorm }) => gradientNorm, small),
  perturbedGradientNorm: single(({ perturbedGradientNorm }) => perturbedGradientNorm, small),
  finalGradientNorm: single(({ finalGradientNorm }) => finalGradientNorm, small),
  cosine: single(({ cosine }) => cosine, four),
  learningRate: single(({ learningRate }) => learningRate, small),
  evaluations: single(({ evaluations }) => evaluations, formatCount),
  /** In seconds. */
  epochSeconds: single((_, clock) => clock?.seconds ?? null, formatRatio),
  samplesPerSecond: single(
    (_, clock) => (clock === null || clock.stepSeconds === 0 ? null : clock.samples / clock.stepSeconds),
    formatCount,
  ),
  memory: single(
    (_, clock) => clock?.memory ?? null,
    (value) => (value === null ? formatNumber(null, 0) : formatBytes(value)),
  ),
} as const satisfies Readonly<Record<string, RunMetric>>
export type RunMetricId = keyof typeof RUN_METRICS
export const RUN_METRIC_IDS = Object.keys(RUN_METRICS) as RunMetricId[]
