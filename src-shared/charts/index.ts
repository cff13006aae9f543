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
export type { Estimate, LandscapeScale, SharpnessRow } from './landscape.ts'
export {
  formatEstimate,
  interpolationChart,
  landscapeChart,
  landscapeScale,
  scaleBar,
  sharpnessRows,
} from './landscape.ts'
export type { Period } from './period.ts'
export { lastMonths, periodOf, windowOf } from './period.ts'
export { rankIcHistogram, rankIcQuantiles } from './rankIcDistribution.ts'
export { excessChart, monthlyHeat, navChart, rollingChart } from './portfolio.ts'
export type { PriceDay, PriceView } from './prices.ts'
export { describeDay, formatCompact, priceChart, priceDays } from './prices.ts'
export type { ChartStyle, Palette } from './style.ts'
export type { IcCurve } from './training.ts'
export { meanCurve, trainingCurves } from './training.ts'
export type { ZoomWindow } from './zoom.ts'
export { latest, showing, zoomed } from './zoom.ts'
