import type { EChartsOption } from 'echarts'
import { trainingCurves, type ChartStyle } from '../../src-shared/charts/index.ts'
import { valueAxis } from '../../src-shared/charts/style.ts'
import type { EpochRecord } from '../../src-shared/domain/training.ts'
import { formatIc } from '../../src-shared/format.ts'
import { onScreen } from './onScreen.ts'

/** One optimizer's epochs. */
export interface EpochCurve {
  readonly name: string
  readonly epochs: readonly EpochRecord[]
  /** Marked on the valid line; null before the first epoch. */
  readonly bestEpoch: number | null
}

/** IC by epoch: train dashed, valid solid. */
export function icCurves(curves: readonly EpochCurve[], style: ChartStyle): EChartsOption {
  return asInTable(trainingCurves(curves, style), style)
}

/** Loss by epoch, drawn as the IC chart beside it draws its two lines. */
export function lossCurves(curves: readonly EpochCurve[], style: ChartStyle): EChartsOption {
  const losses = curves.map(({ epochs, ...curve }) => ({
    ...curve,
    epochs: epochs.map(({ epoch, trainLoss, validLoss, validIc }) => ({
      epoch,
      trainIc: trainLoss,
      // Versions that did not record the valid loss knew -IC only.
      validIc: validLoss ?? -validIc,
    })),
  }))
  return asInTable(trainingCurves(losses, style), style)
}

/** Values as in the table below the charts. */
function asInTable(option: EChartsOption, style: ChartStyle): EChartsOption {
  return onScreen({
    ...option,
    grid: { left: 60, right: 16, top: 30, bottom: 34 },
    yAxis: { ...valueAxis(style, formatIc), scale: true },
  })
}
