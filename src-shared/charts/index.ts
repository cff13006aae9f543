export type { ConvergenceMeasure } from './convergence.ts'
export { convergenceChart } from './convergence.ts'
export { layerBars, layerNav, rankIcChart } from './factor.ts'
export type { Estimate, LandscapeScale, SharpnessRow } from './landscape.ts'
export {
  formatEstimate,
  interpolationChart,
  landscapeChart,
  landscapeScale,
  scaleBar,
  sharpnessRows,
} from './landscape.ts'
export { excessChart, monthlyHeat, navChart } from './portfolio.ts'
export type { ChartStyle, Palette } from './style.ts'
export type { IcCurve } from './training.ts'
export { meanCurve, trainingCurves } from './training.ts'
