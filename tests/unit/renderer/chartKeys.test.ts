import type { EChartsOption } from 'echarts'
import { expect, it } from 'vitest'
import { ref, shallowRef } from 'vue'
import { init } from '../../../src-renderer/charts/echarts.ts'
import { useChartKeys } from '../../../src-renderer/composables/useChartKeys.ts'

const optionOf = (...lines: readonly (readonly number[])[]): EChartsOption => ({
  tooltip: { trigger: 'axis' },
  xAxis: { type: 'value' },
  yAxis: { type: 'value' },
  series: lines.map((places, line) => ({
    type: 'line',
    id: String(line),
    name: `line ${line}`,
    data: places.map((x) => [x, 10 * x]),
  })),
})

it('the crosshair stays at its place of the axis while others come before it', () => {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: 640, height: 280 })
  const option = shallowRef(optionOf([10, 20, 30]))
  chart.setOption(option.value)
  const at = ref<number | null>(null)
  const keys = useChartKeys(
    () => chart,
    () => option.value,
    () => new Set(),
    at,
    { open: () => {}, turn: null },
  )
  const press = (key: string) => keys.press({ key, preventDefault: () => {} } as unknown as KeyboardEvent)
  press('ArrowLeft')
  press('ArrowLeft')
  press('ArrowLeft')
  expect([at.value, keys.said.value]).toEqual([0, '10, line 0 100'])
  press('ArrowRight')
  expect(keys.said.value).toBe('20, line 0 200')

  option.value = optionOf([10, 20, 30], [1, 2, 3, 20])
  chart.setOption(option.value, { notMerge: true })
  keys.restore()
  expect([at.value, keys.said.value]).toEqual([4, '20, line 0 200, line 1 200'])

  // Somebody else moved it.
  at.value = 1
  keys.restore()
  expect(keys.said.value).toBe('2, line 1 20')
  chart.dispose()
})
