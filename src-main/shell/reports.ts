import type { HostContract } from '../../src-shared/contract/index.ts'
import type { ReportFormat, ReportQuestion } from '../../src-shared/contract/reports.ts'
import type { ProcedureContext } from '../host/router.ts'
import { writeFileAtomic } from '../files/writeFile.ts'
import { zipArchive } from '../files/zip.ts'
import { drawPictures } from './drawPictures.ts'
import { fileName } from './fileName.ts'
import { following } from './following.ts'
import type { HostLink } from './hostLink.ts'
import { printHtml } from './print.ts'
import { askWhere } from './saveFile.ts'

type Host = HostLink<HostContract>

/** Endings of the files; that of a set of pictures is the archive's. */
const ENDINGS: Readonly<Record<ReportFormat, string>> = { pdf: 'pdf', html: 'html', xlsx: 'xlsx', png: 'zip' }

export async function countReportPages(host: Host, question: ReportQuestion): Promise<{ pages: number }> {
  const { html } = await host.call('reports.document', question)
  const { pages } = await printHtml(html)
  return { pages }
}

/** Ask where to and write the report there, whole or not at all: cancelled, it leaves what is there as it is. */
export async function exportReport(
  host: Host,
  question: ReportQuestion,
  { format, suggestedName }: { readonly format: ReportFormat; readonly suggestedName: string },
  context: ProcedureContext,
): Promise<{ path: string; count: number | null } | null> {
  const path = await askWhere(suggestedName, ENDINGS[format])
  if (path === null) return null
  const { content, count } = await fileOf(host, question, format, context)
  context.signal.throwIfAborted()
  await writeFileAtomic(path, content)
  return { path, count }
}

interface ReportFile {
  readonly content: Uint8Array | string
  readonly count: number | null
}

async function fileOf(
  host: Host,
  question: ReportQuestion,
  format: ReportFormat,
  context: ProcedureContext,
): Promise<ReportFile> {
  const { signal, report } = context
  const options = following(context)
  switch (format) {
    case 'pdf': {
      const { html } = await host.call('reports.document', question, options)
      report({ stage: 'printing', done: 0, total: null })
      const { pdf, pages } = await printHtml(html, signal)
      return { content: pdf, count: pages }
    }
    case 'html':
      return { content: (await host.call('reports.document', question, options)).html, count: null }
    case 'xlsx':
      return { content: await host.call('reports.workbook', question, options), count: null }
    case 'png': {
      const drawings = await host.call('reports.pictures', question, options)
      const total = drawings.length
      const pictures = await drawPictures(drawings, signal, (done) =>
        report({ stage: 'pictures', done, total }),
      )
      const files = pictures.map((bytes, at) => ({ name: fileName(drawings[at].name, 'png'), bytes }))
      return { content: zipArchive(files), count: files.length }
    }
  }
}
