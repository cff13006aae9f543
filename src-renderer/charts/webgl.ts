import type { ECharts } from './echarts.ts'

/** Whether this window can draw with WebGL now, found out by making a context. */
export function hasWebGl(): boolean {
  const context = document.createElement('canvas').getContext('webgl')
  release(context)
  return context !== null
}

/**
 * Disposes a chart and gives its WebGL contexts back at once: a window has sixteen, takes the oldest from whoever holds it when one
 * more is asked for, and the garbage collector comes when it likes.
 */
export function disposeChart(chart: ECharts): void {
  const contexts = glCanvases(chart).map((canvas) => canvas.getContext('webgl'))
  chart.dispose()
  contexts.forEach(release)
}

/** The canvases of a chart that are drawn with WebGL: asked of one that is drawn otherwise, its context is null. */
export function glCanvases(chart: ECharts): HTMLCanvasElement[] {
  return [...chart.getDom().querySelectorAll('canvas')].filter(
    (canvas) => canvas.getContext('webgl') !== null,
  )
}

function release(context: WebGLRenderingContext | null): void {
  context?.getExtension('WEBGL_lose_context')?.loseContext()
}
