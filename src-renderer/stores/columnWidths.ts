import { defineStore } from 'pinia'
import { ref, watch } from 'vue'
import { z } from 'zod'

const KEY = 'plateau.columns'

/** Tables that are kept: those of a study may have columns of their own. */
const TABLES = 100
/** In CSS pixels: still a sign or two, and the width of a small window. */
export const [LEAST_WIDTH, MOST_WIDTH] = [32, 800]

/** Widths of columns in CSS pixels, by their keys; the others are as wide as what stands in them. */
export type ColumnWidths = Readonly<Record<string, number>>

const widths = z.record(z.string(), z.record(z.string(), z.number().min(LEAST_WIDTH).max(MOST_WIDTH)))

/** What was kept; nothing where it cannot be read. */
export function parseColumnWidths(text: string | null): Readonly<Record<string, ColumnWidths>> {
  try {
    return widths.parse(JSON.parse(text ?? '{}'))
  } catch {
    return {}
  }
}

/** Columns that the user made wider or narrower, kept from one start to the next. Tables of the same columns share their widths. */
export const useColumnWidths = defineStore('columnWidths', () => {
  const kept = ref(parseColumnWidths(localStorage.getItem(KEY)))
  watch(kept, (value) => localStorage.setItem(KEY, JSON.stringify(value)))

  const tableOf = (columns: readonly string[]): string => columns.join(' ')
  const of = (columns: readonly string[]): ColumnWidths => kept.value[tableOf(columns)] ?? {}
  /** @param width null: as wide as what stands in it */
  function set(columns: readonly string[], column: string, width: number | null): void {
    const table = tableOf(columns)
    const { [table]: before = {}, ...others } = kept.value
    const { [column]: _before, ...rest } = before
    const after =
      width === null
        ? rest
        : { ...rest, [column]: Math.round(Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, width))) }
    const latest = Object.entries(others).slice(1 - TABLES)
    kept.value = Object.fromEntries(Object.keys(after).length === 0 ? latest : [...latest, [table, after]])
  }
  return { of, set }
})
