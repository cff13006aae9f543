import { useI18n } from 'vue-i18n'
import type { SavedFile } from '../../src-shared/contract/exports.ts'
import { tsvText } from '../../src-shared/exportText.ts'
import { formatCount } from '../../src-shared/format.ts'
import type { PictureSize } from '../charts/pictureSize.ts'
import { call } from '../client.ts'
import { useProject } from '../stores/project.ts'
import { type Exportable, useExportSubject } from './useExportable.ts'
import { useNotice } from './useNotice.ts'
import { useTask } from './useTask.ts'

/** What a table or a chart can be taken as; `sized`: a picture in a size that is asked for first. */
export type ExportFormat = 'csv' | 'xlsx' | 'copy' | 'png' | 'svg' | 'sized' | 'data'

/** The formats one has, in the order of the menu. */
export function formatsOf(exportable: Exportable): ExportFormat[] {
  if (exportable.kind === 'table') return ['csv', 'xlsx', 'copy']
  const { svg, data } = exportable
  return [
    'png',
    ...(svg === null ? [] : (['svg'] as const)),
    'sized',
    ...(data() === null ? [] : (['data'] as const)),
  ]
}

/**
 * Exports what stands under `titles`, which the names of the files are made of, and says where the file is. Synthetic data are named so in every export: in the name of
 * the file, across pictures, and under tables for spreadsheets; a CSV holds nothing but its table, which programs read.
 */
export function useExporting(titles: () => readonly (string | undefined)[]) {
  const { t } = useI18n()
  const project = useProject()
  const subject = useExportSubject()
  const task = useTask()
  const notice = useNotice()

  const noteOf = (exportable: Exportable): string | null => {
    const ofMachine = exportable.kind === 'table' && exportable.ofMachine()
    return project.info?.synthetic && !ofMachine ? t('app.synthetic') : null
  }

  async function save(parts: readonly (string | null | undefined)[], file: SavedFile): Promise<void> {
    const suggestedName = [...new Set(parts.filter(Boolean))].join('-')
    const saved = await call('shell.saveFile', { suggestedName, file })
    if (saved !== null) notice.say(() => t('exports.saved', { path: saved.path }))
  }

  async function take(
    exportable: Exportable,
    format: Exclude<ExportFormat, 'sized'>,
    size?: PictureSize,
  ): Promise<void> {
    const note = noteOf(exportable)
    const name = [subject(), ...titles(), exportable.name()]
    if (exportable.kind === 'chart') {
      if (format === 'png')
        return save([...name, note], { kind: 'png', bytes: await exportable.png(note, size) })
      if (format === 'svg' && exportable.svg !== null)
        return save([...name, note], { kind: 'svg', text: exportable.svg(note, size) })
      const table = exportable.data()
      if (table !== null) await save([...name, t('exports.dataSuffix'), note], { kind: 'csv', table })
      return
    }
    const content = await exportable.content()
    if (format === 'csv') return save([...name, note], { kind: 'csv', table: content.table })
    if (format === 'xlsx')
      return save([...name, note], { kind: 'xlsx', sheet: { ...content, name: exportable.name(), note } })
    await call('shell.copyText', { text: tsvText(content.table, note) })
    const rows = formatCount(content.table.rows.length)
    notice.say(() => t('exports.copied', { rows }))
  }

  return {
    task,
    message: notice.text,
    dismiss: notice.clear,
    /** @param size of a picture; without it that on the screen */
    run(...asked: Parameters<typeof take>): Promise<void> {
      notice.clear()
      return task.run(() => take(...asked))
    },
  }
}
export type Exporting = ReturnType<typeof useExporting>
