import type { DateInt } from '../../src-shared/domain/date.ts'
import { createRowWriter, type Outcome } from './rowWriter.ts'
import type { WritableStore } from './store.ts'

/** Float cap in currency, null = not said. */
export interface DailyValues {
  readonly floatCap: number | null
  readonly suspended: boolean | null
  readonly st: boolean | null
}

/** Writes daily values; what a row does not say stays as it is stored. */
export function createDailyValueWriter(
  store: WritableStore,
): (instrument: number, date: DateInt, values: DailyValues, batch: number) => Outcome {
  const put = createRowWriter(
    store,
    'daily_value',
    ['instrument', 'date'],
    ['float_cap', 'suspended', 'is_st'],
    {
      merge: true,
    },
  )
  const flag = (value: boolean | null): number | null => (value === null ? null : Number(value))
  return (instrument, date, { floatCap, suspended, st }, batch) =>
    put([instrument, date], [floatCap, flag(suspended), flag(st)], batch)
}
