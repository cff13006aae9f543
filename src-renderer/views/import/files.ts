import type { PreviewedFile, SavedMapping } from '../../../src-shared/contract/imports.ts'
import type { MappingFile, Reading } from '../../../src-shared/domain/importing.ts'

/** What of a path tells the file from others: its name, and the table's in an archive or workbook. */
export function shortName(path: string): string {
  const [file, ...inside] = path.split('#')
  return [file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1), ...inside].join('#')
}

export type FileState = 'ready' | 'garbled' | 'left_out' | 'refused'

export function stateOf({ error, garbled }: PreviewedFile, { skip }: Reading): FileState {
  if (skip) return 'left_out'
  if (garbled) return 'garbled'
  return error === null ? 'ready' : 'refused'
}

/** Columns that a mapping reads and the file does not have. */
export function missingColumns({ header }: PreviewedFile, { columns, extra }: MappingFile): string[] {
  return [...Object.values(columns), ...Object.values(extra)].filter((column) => !header.includes(column))
}

/** The kept mappings whose columns the file has. */
export function fitting(file: PreviewedFile, mappings: readonly SavedMapping[]): SavedMapping[] {
  return mappings.filter(({ mapping }) => mapping !== null && missingColumns(file, mapping).length === 0)
}

export function sameMapping(a: MappingFile | null, b: MappingFile | null): boolean {
  return a !== null && b !== null && plain(a) === plain(b)
}

/** The same text for two mappings that read the same, in whatever order they say it. */
function plain({ columns, extra, ...rest }: MappingFile): string {
  const sorted = (record: Readonly<Record<string, string>>): [string, string][] =>
    Object.entries(record).sort()
  return JSON.stringify([sorted(columns), sorted(extra), Object.entries(rest).sort()])
}

/** Paths that a change is to go to: that of the file, of those with its columns, or of all. */
export type Scope = 'this' | 'same' | 'all'

export function pathsOf(scope: Scope, file: PreviewedFile, all: readonly PreviewedFile[]): string[] {
  const same = (other: PreviewedFile): boolean => other.header.join('\0') === file.header.join('\0')
  if (scope === 'this') return [file.path]
  return all.filter((other) => scope === 'all' || same(other)).map(({ path }) => path)
}
