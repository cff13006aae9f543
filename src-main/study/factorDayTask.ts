import { type DateInt, formatDate } from '../../src-shared/domain/date.ts'
import type { FactorDay, TestedFactor } from '../../src-shared/domain/factorDay.ts'
import { failure } from '../../src-shared/failure.ts'
import { factorErrors } from '../../src-shared/locales/errors/factors.ts'
import { checkedQuantities } from '../../src-shared/locales/errors/lineages.ts'
import { informationCoefficient } from '../factor/informationCoefficient.ts'
import { crossSection, vwapReturns } from '../factor/input.ts'
import { assignLayers } from '../factor/layers.ts'
import { openStore } from '../store/store.ts'
import { studyResult } from '../store/studies.ts'
import { testInput } from './factors.ts'
import { requireEqual } from './lineageCheck.ts'
import { factorValues, reportOf, studyNeutralisation, tracedStudy } from './testedFactor.ts'

/** The question which stocks a factor put into which layer on a test date, as it is sent to its process. */
export interface FactorDayTask extends TestedFactor {
  readonly kind: 'factorDay'
  readonly study: string
  /** Path of the store; it is only read. */
  readonly store: string
  readonly date: DateInt
}

/**
 * The layers of a test date from what the store holds of the study, which has to be on the data it read.
 *
 * Errors: not_found without such a study, result, factor or test date; data_changed when the stored data are not those the study
 * read; store_corrupt when the IC of the date is not the result's.
 */
export function runFactorDayTask({ study, store: path, date, ...factor }: FactorDayTask): FactorDay {
  const store = openStore(path, { mode: 'read' })
  try {
    const result = studyResult(store, study)
    const report = reportOf(result, factor)
    const test = report.testDates.indexOf(date)
    if (test === -1)
      throw failure(factorErrors.noTestDate, {
        date: formatDate(date),
        first: formatDate(report.testDates[0]),
        last: formatDate(report.testDates.at(-1)!),
      })
    const traced = tracedStudy(store, study, result)
    const { market } = traced.prepared
    const { symbols, dates } = market.panel
    const day = dates.indexOf(date)
    const { values } = factorValues(store, traced, factor, studyNeutralisation(result, factor), [day])
    const input = {
      ...testInput(result.config, traced.prepared, { name: report.name, values }),
      testDates: [day],
    }
    const section = crossSection(input, 0)
    const { ic, rankIc } = informationCoefficient(input, section)
    // The value of any stock moves it.
    requireEqual(traced, checkedQuantities.ic, { stored: report.ic[test], recomputed: ic })

    const { layers, horizon } = input
    const enough = section.stocks.length >= layers
    const layerOf = assignLayers(section, symbols, layers)
    const returns = vwapReturns(input, section.stocks, day + 1, day + 1 + horizon)
    const industry = market.industries?.at(day)
    const stocks = Array.from(enough ? section.stocks : [], (stock, at) => {
      const group = industry?.[stock] ?? -1
      return {
        symbol: symbols[stock],
        name: traced.nameOf(symbols[stock]),
        industry: group < 0 ? null : market.industries!.names[group],
        layer: layerOf[stock],
        score: values[0][stock],
        nextReturn: Number.isNaN(returns[at]) ? null : returns[at],
      }
    })
    // Of equal scores those of the higher layer come first, which have the lower symbol (rule F6).
    stocks.sort((a, b) => b.score - a.score || a.layer - b.layer || (a.symbol < b.symbol ? -1 : 1))
    return { date, layers, horizon, rankIc, stocks }
  } finally {
    store.close()
  }
}
