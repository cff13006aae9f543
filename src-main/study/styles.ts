import type { StudyConfig } from '../../src-shared/domain/study.ts'
import { styleName } from '../../src-shared/domain/factorAnalysis.ts'
import type { StyleExposure } from '../factor/analysisCorrelations.ts'
import { universeMask } from '../market/universe.ts'
import { type StyleExposures, styleExposures } from '../risk/styles.ts'
import { allTestDays } from './factors.ts'
import type { Prepared } from './prepare.ts'

/** Style exposures on days of a study, by position in the dates. */
export type StudyStyles = ReadonlyMap<number, StyleExposures>

/**
 * Stocks that styles are scaled over and risk is estimated from: all of the market that the study's rules admit, not the members
 * of one index.
 */
export function estimationUniverse({ universe }: StudyConfig, { market }: Prepared): Uint8Array {
  return universeMask(market, null, universe)
}

/** On its test days and its last day. */
export function studyStyles(config: StudyConfig, prepared: Prepared): StudyStyles {
  const last = prepared.market.panel.dates.length - 1
  return stylesOn(config, prepared, [...new Set([...allTestDays(prepared), last])])
}

/** On `days`, ascending. */
export function stylesOn(config: StudyConfig, prepared: Prepared, days: readonly number[]): StudyStyles {
  const { market, derived } = prepared
  const walk = styleExposures(market.panel, derived, estimationUniverse(config, prepared), days)
  return new Map(days.map((day) => [day, walk.next().value!]))
}

/** As a factor's test asks for them: the styles that some day has, NaN on days and of stocks without, which no limit's 0 stands for. */
export function stylesOfTest(styles: StudyStyles, stocks: number): StyleExposure[] {
  const none = new Float64Array(stocks).fill(NaN)
  return styleName.options
    .filter((style) => [...styles.values()].some((day) => day.has(style)))
    .map((style) => ({
      style,
      exposure: (day) => {
        const measured = styles.get(day)?.get(style)
        return measured?.exposure.map((value, stock) => (measured.known[stock] === 1 ? value : NaN)) ?? none
      },
    }))
}
