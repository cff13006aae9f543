import { inject, type InjectionKey, onBeforeUnmount, onMounted, provide, shallowReactive } from 'vue'
import type { SheetContent } from '../../src-shared/exportSheet.ts'
import type { ExportTable } from '../../src-shared/domain/exportTable.ts'
import type { PictureSize } from '../charts/pictureSize.ts'

/** A table as shown: all its columns and rows, in the order they stand; of one shown by pages, the rows of all pages. */
export interface ExportableTable {
  readonly kind: 'table'
  readonly name: () => string
  readonly ofMachine: () => boolean
  readonly content: () => SheetContent | Promise<SheetContent>
}

/**
 * A chart as shown, in its size on the screen where no other is asked for; `note` is written over a picture: what whoever sees it has to
 * know.
 */
export interface ExportableChart {
  readonly kind: 'chart'
  /** Null: that of its panel. */
  readonly name: () => string | null
  readonly png: (note: string | null, size?: PictureSize) => Promise<Uint8Array<ArrayBuffer>>
  /** Null of one that is no vector drawing. */
  readonly svg: ((note: string | null, size?: PictureSize) => string) | null
  /** All of what is drawn, not only the part zoomed into; null where the chart has no numbers to give. */
  readonly data: () => ExportTable | null
}

export type Exportable = ExportableTable | ExportableChart

const PANEL: InjectionKey<Exportable[]> = Symbol('exportables of a panel')
const SUBJECT: InjectionKey<() => string | null> = Symbol('subject of exports')

/** Offers one menu for all tables and charts below. Returns them, as they come and go. */
export function provideExportables(): readonly Exportable[] {
  const exportables = shallowReactive<Exportable[]>([])
  provide(PANEL, exportables)
  return exportables
}

/** Puts it into the menu of its panel. Without a panel, returns what a menu of its own has; null with one. */
export function useExportable(exportable: Exportable): readonly Exportable[] | null {
  const panel = inject(PANEL, null)
  if (panel === null) return [exportable]
  onMounted(() => panel.push(exportable))
  onBeforeUnmount(() => panel.splice(panel.indexOf(exportable), 1))
  return null
}

/** What all exports below are about: their file names begin with it. */
export function provideExportSubject(subject: () => string | null): void {
  provide(SUBJECT, subject)
}

export function useExportSubject(): () => string | null {
  return inject(SUBJECT, () => null)
}
