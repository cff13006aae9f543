import type { EChartsOption } from 'echarts'
import type { ChartStyle } from '../../src-shared/charts/index.ts'
import { plainSvg } from '../../src-shared/charts/svg.ts'
import { type ECharts, init } from './echarts.ts'
import type { PictureSize } from './pictureSize.ts'
import { disposeChart, glCanvases } from './webgl.ts'

/** A chart on the screen and what a picture of it needs. */
export interface Shown {
  readonly chart: ECharts
  readonly option: EChartsOption
  readonly style: ChartStyle
  /** Written across the picture. */
  readonly note: string | null
}

/** Device pixels for one of the screen's. */
const PIXEL_RATIO = 2

/** PNG, by default of the size on the screen with PIXEL_RATIO pixels to one of it. */
export async function pngOf(shown: Shown, size = sizeOf(shown)): Promise<Uint8Array<ArrayBuffer>> {
  const { width, height, scale } = size
  const picture = init(document.createElement('div'), null, { width, height, devicePixelRatio: scale })
  try {
    const drawn = happens(picture, 'finished')
    const seen = happens(picture, 'grid3dcamerachanged')
    picture.setOption(pictureOption(shown))
    await drawn
    if (glCanvases(picture).length > 0) {
      // Drawn once, a surface still lacks its point of view, and the labels, which their own canvases draw by the next frame.
      await seen
      for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame)
      picture.getZr().refreshImmediately()
    }
    const canvas = picture.renderToCanvas({ pixelRatio: scale })
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
    if (blob === null) throw new Error('The canvas gave no picture.')
    return new Uint8Array(await blob.arrayBuffer())
  } finally {
    disposeChart(picture)
  }
}

/** SVG, by default of the size on the screen, with the chart's description as its title. */
export function svgOf(shown: Shown, description: string, { width, height } = sizeOf(shown)): string {
  const picture = init(null, null, { renderer: 'svg', ssr: true, width, height })
  try {
    picture.setOption(pictureOption(shown))
    const title = `<title>${asXml([description, shown.note].filter((part) => part !== null).join(' · '))}</title>`
    return plainSvg(picture.renderToSVGString(), 'chart').replace(/^<svg[^>]*>/, (start) => start + title)
  } finally {
    picture.dispose()
  }
}

const happens = (chart: ECharts, event: string): Promise<void> =>
  new Promise((resolve) => chart.on(event, () => resolve()))

const sizeOf = ({ chart }: Shown): PictureSize => ({
  width: chart.getWidth(),
  height: chart.getHeight(),
  scale: PIXEL_RATIO,
})

const asXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** The option with the zoom and the lines left in the legend that the screen has, on the panel's background. */
function pictureOption({ chart, option, style, note }: Shown): EChartsOption {
  const { dataZoom = [], legend = [] } = chart.getOption() as {
    dataZoom?: readonly { readonly start: number; readonly end: number }[]
    legend?: readonly { readonly selected?: Record<string, boolean> }[]
  }
  const { palette, fontFamily } = style
  return {
    ...option,
    backgroundColor: palette.background,
    ...(option.dataZoom === undefined
      ? {}
      : {
          dataZoom: [option.dataZoom].flat().map((zoom, at) => {
            const { start, end } = dataZoom[at] ?? {}
            return start === undefined || end === undefined ? zoom : { ...zoom, start, end }
          }),
        }),
    ...(option.legend === undefined
      ? {}
      : {
          legend: [option.legend].flat().map((one, at) => ({ ...one, selected: legend[at]?.selected ?? {} })),
        }),
    ...(note === null
      ? {}
      : {
          graphic: {
            type: 'text',
            left: 'center',
            top: 'middle',
            z: 100,
            silent: true,
            style: { text: note, font: `700 24px ${fontFamily}`, fill: palette.text, opacity: 0.16 },
          },
        }),
  }
}
