import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { type PriceDay, priceDays } from '../../../src-shared/charts/index.ts'
import type { Adjustment, StockPrices } from '../../../src-shared/domain/stockPrices.ts'
import type { Column } from '../../components/table.ts'
import { useSettings } from '../../stores/settings.ts'
import { priceColumns } from './priceColumns.ts'

/** The days of a stock in an adjustment, and the columns of a table of them. */
export function usePriceColumns(props: { readonly prices: StockPrices; readonly adjustment: Adjustment }): {
  readonly days: ComputedRef<PriceDay[]>
  readonly columns: ComputedRef<Column<number>[]>
} {
  const { t } = useI18n()
  const settings = useSettings()
  const days = computed(() => priceDays(props.prices, props.adjustment))
  const columns = computed(() => {
    const words = {
      date: t('data.prices.date'),
      state: t('data.prices.state'),
      states: (state: string) => t(`data.states.${state}`),
    }
    return priceColumns(props.prices, days.value, words, settings.locale)
  })
  return { days, columns }
}
