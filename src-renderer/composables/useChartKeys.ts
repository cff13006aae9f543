import type { EChartsOption } from 'echarts'
import { computed, type ComputedRef, type Ref, ref } from 'vue'
import { showing, type ZoomWindow, zoomed } from '../../src-shared/charts/index.ts'
import type { ECharts } from '../charts/echarts.ts'
import { anyStop, cellBeside, describeStop, type Stop, stopsOf } from '../charts/stops.ts'
import { lowerBound } from '../../src-shared/sorted.ts'

const ZOOM_STEP = 1.5

export interface ChartKeys {
  /** Whether there is anything to move to. */
  readonly movable: ComputedRef<boolean>
  /** What the crosshair stands on, for screen readers; empty while it does not. */
  readonly said: Ref<string>
  press(event: KeyboardEvent): void
  /** The crosshair again where it was, in a chart that was drawn anew. */
  restore(): void
  hide(): void
}

/**
 * Keys of a focused chart (commands/ownKeys.ts): ECharts has none. They move its axis pointer from value to value, with the
 * tooltip, zoom its axis, and say each time what the pointer stands on.
 *
 * @param at position of the crosshair among the stops; null before it was first moved
 */
export function useChartKeys(
  chart: () => ECharts,
  option: () => EChartsOption,
  /** Names of series that the legend has switched off. */
  hidden: () => ReadonlySet<string>,
  at: Ref<number | null>,
  { open, turn }: { readonly open: (at: number) => void; readonly turn: ((by: 1 | -1) => void) | null },
): ChartKeys {
  const said = ref('')
  /** Of the option, whatever its legend hides. */
  const all = computed(() => stopsOf(option()))
  let shown = false
  /** Where on the axis the crosshair was put last, and its position among the stops then. */
  let stood: { readonly at: number; readonly x: number } | null = null

  function current() {
    return hidden().size === 0 ? all.value : stopsOf(option(), hidden())
  }
  /** What the zoom leaves, as positions among the stops. */
  function windowOf(stops: readonly Stop[]): ZoomWindow {
    const { dataZoom = [] } = chart().getOption() as {
      dataZoom?: { startValue: number; endValue: number }[]
    }
    const [zoom] = dataZoom
    if (zoom === undefined) return { first: 0, last: stops.length - 1 }
    const places = stops.map(({ x }) => x)
    const first = Math.min(places.length - 1, lowerBound(places, zoom.startValue))
    const above = places.findIndex((x) => x > zoom.endValue)
    return { first, last: Math.max(first, (above < 0 ? places.length : above) - 1) }
  }
  function zoomTo(stops: readonly Stop[], { first, last }: ZoomWindow): void {
    chart().dispatchAction({
      type: 'dataZoom',
      startValue: stops[first].x,
      endValue: stops[last].x,
    })
  }
  function point({ x, items }: Stop, way: ReturnType<typeof stopsOf>['way']): void {
    const drawn = chart()
    if (way !== 'axis') {
      const [{ seriesIndex, dataIndex }] = items
      drawn.dispatchAction({ type: 'downplay' })
      drawn.dispatchAction({ type: 'highlight', seriesIndex, dataIndex })
      drawn.dispatchAction({ type: 'showTip', seriesIndex, dataIndex })
      return
    }
    // By its pixels: a place without a value has a pointer and a tip as well.
    const left = drawn.convertToPixel({ xAxisIndex: 0 }, x)
    const inside = Array.from({ length: drawn.getHeight() }, (_, top) => top).filter((top) =>
      drawn.containPixel({ gridIndex: 0 }, [left, top]),
    )
    drawn.dispatchAction({ type: 'showTip', x: left, y: inside[inside.length >> 1] })
  }
  function goTo(position: number): void {
    const found = current()
    const { way, stops } = found
    if (stops.length === 0) return
    const next = Math.max(0, Math.min(stops.length - 1, position))
    at.value = next
    if (way === 'axis') {
      const window = windowOf(stops)
      const wanted = showing(window, next, stops.length)
      if (wanted.first !== window.first) zoomTo(stops, wanted)
    }
    shown = true
    stood = { at: next, x: stops[next].x }
    point(stops[next], way)
    said.value = describeStop(option(), found, stops[next]).join(', ')
  }
  function move(by: 1 | -1): void {
    const { stops } = current()
    goTo(at.value === null ? windowOf(stops).last : at.value + by)
  }
  /** Up and down go to the next row of a heatmap, and zoom everything else. */
  function vertical(by: 1 | -1): void {
    const { way, stops } = current()
    if (stops.length === 0) return
    if (way === 'cells') goTo(at.value === null ? 0 : cellBeside(stops, at.value, by))
    else if (way === 'axis')
      zoomTo(stops, zoomed(windowOf(stops), by > 0 ? 1 / ZOOM_STEP : ZOOM_STEP, stops.length))
  }
  function hide(): void {
    if (!shown) return
    shown = false
    said.value = ''
    chart().dispatchAction({ type: 'hideTip' })
    chart().dispatchAction({ type: 'downplay' })
    // What a key left behind: without it the pointer's line stays.
    chart().dispatchAction({ type: 'updateAxisPointer', currTrigger: 'leave' })
  }

  const KEYS: Readonly<Record<string, (event: KeyboardEvent) => void>> = {
    ArrowLeft: () => move(-1),
    ArrowRight: () => move(1),
    ArrowUp: () => vertical(1),
    ArrowDown: () => vertical(-1),
    Home: () => goTo(0),
    End: () => goTo(current().stops.length - 1),
    Enter: () => {
      const { stops } = current()
      const place = at.value ?? windowOf(stops).last
      hide()
      open(place)
    },
    Escape: ({ currentTarget }) => {
      hide()
      if (currentTarget instanceof HTMLElement) currentTarget.blur()
    },
    ...(turn === null ? {} : { PageUp: () => turn(-1), PageDown: () => turn(1) }),
  }
  return {
    movable: computed(() => anyStop(option())),
    said,
    press(event) {
      const act = KEYS[event.key]
      if (act === undefined || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
      event.preventDefault()
      act(event)
    },
    restore() {
      if (!shown || at.value === null) return
      const { way, stops } = current()
      // Stops may have come before it. Where it was moved by somebody else its position says where it is.
      const kept = way === 'axis' && stood?.at === at.value ? stood.x : null
      goTo(
        kept === null
          ? at.value
          : lowerBound(
              stops.map(({ x }) => x),
              kept,
            ),
      )
    },
    hide,
  }
}
