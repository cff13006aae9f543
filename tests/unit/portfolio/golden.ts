import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, it } from 'vitest'
import { parseDate } from '../../../src-shared/domain/date.ts'

/** The golden numbers of the research chain: PLATEAU_REFERENCE, or shared/reference beside the repository. */
const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..')
const folder = process.env.PLATEAU_REFERENCE ?? join(root, '../shared/reference')

/** A group that reads golden numbers while it is collected; skipped, and named so, where they are absent. */
export function describeGolden(title: string, body: () => void): void {
  if (existsSync(join(folder, 'research'))) describe(title, body)
  else it.skip(`${title} (skipped: no reference numbers in PLATEAU_REFERENCE)`, () => undefined)
}

export function golden<T>(name: string): T {
  return JSON.parse(readFileSync(join(folder, 'research', name), 'utf8')) as T
}

export interface Tolerance {
  readonly relative: number
  readonly absolute: number
}

/**
 * Every difference of `actual` from `expected` beyond the tolerance, as readable lines. Only the fields of `expected`
 * are compared; NaN counts as null, so that a typed array can stand for a list with gaps.
 */
export function differences(actual: unknown, expected: unknown, tolerance: Tolerance, at = ''): string[] {
  if (expected === null) {
    return actual === null || Number.isNaN(actual) ? [] : [`${at}: ${String(actual)} for null`]
  }
  if (typeof expected === 'number') {
    const allowed = tolerance.absolute + tolerance.relative * Math.abs(expected)
    return typeof actual === 'number' && Math.abs(actual - expected) <= allowed
      ? []
      : [`${at}: ${String(actual)} for ${expected}`]
  }
  if (Array.isArray(expected)) {
    const list = ArrayBuffer.isView(actual) ? Array.from(actual as Float64Array) : (actual as unknown[])
    if (list?.length !== expected.length) return [`${at}: length ${list?.length} for ${expected.length}`]
    return expected.flatMap((value, i) => differences(list[i], value, tolerance, `${at}[${i}]`))
  }
  if (typeof expected === 'object') {
    return Object.entries(expected as object).flatMap(([key, value]) =>
      differences((actual as Record<string, unknown>)?.[key], value, tolerance, `${at}.${key}`),
    )
  }
  return actual === expected ? [] : [`${at}: ${String(actual)} for ${String(expected)}`]
}

export const day = (text: string): number => {
  const date = parseDate(text)
  if (date === null) throw new Error(`not a date: ${text}`)
  return date
}

/** A matrix of the golden files as row-major numbers; null becomes NaN. */
export const flat = (rows: readonly (readonly (number | null)[])[]): Float64Array =>
  Float64Array.from(rows.flat().map((value) => value ?? Number.NaN))

/** The same of true and false. */
export const flags = (rows: readonly (readonly boolean[])[]): Uint8Array =>
  Uint8Array.from(rows.flat().map(Number))
