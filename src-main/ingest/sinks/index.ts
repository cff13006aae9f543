import type { TableName } from '../../../src-shared/domain/importTables.ts'
import { dailyValueSink, extraFactorSink, factorSink } from './daily.ts'
import { indexBarSink, indexWeightSink, memberSnapshotSink, membershipSink } from './indices.ts'
import { calendarSink, industrySink, instrumentSink } from './reference.ts'
import type { TableSink } from './sink.ts'

/** The sink of each table but the bars, which have a path of their own (../bars). */
export const SINKS: Readonly<Record<Exclude<TableName, 'bars'>, TableSink>> = {
  instruments: instrumentSink,
  calendar: calendarSink,
  factors: factorSink,
  dailyValues: dailyValueSink,
  extraFactors: extraFactorSink,
  indexBars: indexBarSink,
  membership: membershipSink,
  memberSnapshots: memberSnapshotSink,
  indexWeights: indexWeightSink,
  industry: industrySink,
}
