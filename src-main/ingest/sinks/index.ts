import type { TableName } from '../layout.ts'
import { barSink } from './bars.ts'
import { indexBarSink, indexWeightSink, membershipSink } from './indices.ts'
import { calendarSink, industrySink, instrumentSink } from './reference.ts'
import type { Sink, SinkContext } from './sink.ts'

/** The sink of each table. */
export const SINKS: Readonly<Record<TableName, (context: SinkContext) => Sink>> = {
  instruments: instrumentSink,
  calendar: calendarSink,
  bars: barSink,
  indexBars: indexBarSink,
  membership: membershipSink,
  indexWeights: indexWeightSink,
  industry: industrySink,
}
