import { initial } from './0001-initial.ts'
import { dailyValues } from './0002-daily-values.ts'
import { chainedFactors } from './0003-chained-factors.ts'
import { runJournal } from './0004-run-journal.ts'
import { experiments } from './0005-experiments.ts'
import { epochClock } from './0006-epoch-clock.ts'

/** The SQL that takes a store from version i to i + 1, in order; never edited once released, only added to. */
export const MIGRATIONS: readonly string[] = [
  initial,
  dailyValues,
  chainedFactors,
  runJournal,
  experiments,
  epochClock,
]
