import { computed, type ComputedRef } from 'vue'
import type { ChartStyle } from '../../src-shared/charts/index.ts'
import { changeColours, PALETTES } from '../palette.ts'
import { useSettings } from '../stores/settings.ts'
import { FONT } from '../theme.ts'

/** The look of the charts in the chosen theme, change colours and language. */
export function useChartStyle(): ComputedRef<ChartStyle> {
  const settings = useSettings()
  return computed(() => {
    const palette = PALETTES[settings.shownTheme]
    return {
      palette: {
        ...changeColours(palette, settings.changeColours),
        flat: palette.muted,
        series: palette.series,
        text: palette.text,
        grid: palette.border,
        background: palette.panel,
      },
      locale: settings.locale,
      fontFamily: FONT,
      fontSize: 12,
    }
  })
}
