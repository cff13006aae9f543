import { FONT_FAMILY, fontFaces } from './fonts.ts'
import { escapeHtml } from './html.ts'
import type { Report } from './renderReport.ts'

/** A chart of a report as a drawing of its own, and its size in CSS pixels. */
export interface ReportPicture {
  readonly name: string
  readonly svg: string
  readonly width: number
  readonly height: number
}

/**
 * Every chart of the report as it is in the document, the report's warning across it. Each has the fonts it needs within itself: a
 * drawing that is shown as an image sees no others.
 */
export function reportPictures({ exhibits, warning }: Report): ReportPicture[] {
  return exhibits.flatMap(({ number, title, charts }) =>
    charts.map((chart, at) => {
      const place = charts.length === 1 ? '' : `-${at + 1}`
      const name = [`${String(number).padStart(2, '0')}${place} ${title}`, chart.title]
        .filter(Boolean)
        .join(' - ')
      return { name, svg: alone(chart.svg, warning), ...chart.size }
    }),
  )
}

function alone(svg: string, warning: string | null): string {
  const across =
    warning === null
      ? ''
      : `<text x="50%" y="50%" text-anchor="middle" dominant-baseline="middle" font-family="${FONT_FAMILY}" ` +
        `font-weight="700" font-size="20" opacity="0.16">${escapeHtml(warning)}</text>`
  const style = `<style>${fontFaces(svg + (warning ?? ''))}</style>`
  return svg.replace(/^<svg[^>]*>/, (start) => start + style).replace(/<\/svg>\s*$/, `${across}</svg>`)
}
