import type { EChartsOption } from 'echarts'
import { trainingCurves, type ChartStyle } from '../../src-shared/charts/index.ts'
import { valueAxis } from '../../src-shared/charts/style.ts'
import type { EpochRecord } from '../../src-shared/domain/training.ts'
import { formatRatio } from '../../src-shared/format.ts'

/** One optimizer's epochs. */
export interface EpochCurve {
  readonly name: string
  readonly epochs: readonly EpochRecord[]
  /** Marked on the valid line; null before the first epoch. */
  readonly bestEpoch: number | null
}

/** Loss (-IC) by epoch, drawn as the IC chart beside it draws its two lines: train dashed, valid solid. */
export function lossCurves(curves: readonly EpochCurve[], style: ChartStyle): EChartsOption {
  const losses = curves.map(({ epochs, ...curve }) => ({
    ...curve,
    epochs: epochs.map(({ epoch, trainLoss, validIc }) => ({ epoch, trainIc: trainLoss, validIc: -validIc })),
  }))
  return { ...trainingCurves(losses, style), yAxis: { ...valueAxis(style, formatRatio), scale: true } }
}
