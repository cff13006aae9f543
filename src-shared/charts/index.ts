export type { ConvergenceMeasure } from './convergence.ts'
export { convergenceChart } from './convergence.ts'
export { industryRangeChart, styleExposureChart } from './exposures.ts'
export type { DecayMeasure } from './factor.ts'
export {
  correlationHeat,
  decayChart,
  layerBars,
  layerNav,
  rankIcChart,
  rankIcMonths,
  spreadNav,
} from './factor.ts'
export { describePoint, directionName, interpolationChart, landscapeChart } from './landscape.ts'
export type { LandscapeScale, ScaleCover } from './landscapeScale.ts'
export { COVERED, landscapeScale, LOSS_COLOURS, scaleBar } from './landscapeScale.ts'
export { landscapeTable } from './landscapeTable.ts'
export type { Period } from './period.ts'
export { lastMonths, periodOf, windowOf } from './period.ts'
export { rankIcHistogram, rankIcHistogramTable, rankIcQuantiles } from './rankIcDistribution.ts'
export { excessChart, monthlyHeat, navChart, rollingChart } from './portfolio.ts'
export type { PriceDay, PriceView } from './prices.ts'
export { describeDay, priceChart, priceDays } from './prices.ts'
export type { Estimate, SharpnessMeasure, SharpnessRow } from './sharpness.ts'
export {
  formatEstimate,
  sharpnessChart,
  sharpnessEstimate,
  SHARPNESS_MEASURES,
  sharpnessRows,
} from './sharpness.ts'
export { sliceChart, sliceOf } from './slices.ts'
export type { ChartStyle, Palette } from './style.ts'
export type { IcCurve } from './training.ts'
export { meanCurve, trainingCurves } from './training.ts'
export type { ZoomWindow } from './zoom.ts'
export { latest, showing, zoomed } from './zoom.ts'
