import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type {
  ImportPreview,
  ImportStatus,
  PreviewedFile,
  SavedMapping,
  Selection,
} from '../../src-shared/contract/imports.ts'
import {
  AUTOMATIC,
  type MappingFile,
  type Reading,
  type Readings,
} from '../../src-shared/domain/importing.ts'
import { failure } from '../../src-shared/failure.ts'
import { windowErrors } from '../../src-shared/locales/errors/window.ts'
import { call, select } from '../client.ts'
import { useProject } from './project.ts'
import { received, type Timed } from './timed.ts'

export const STEPS = ['choose', 'map', 'check', 'import'] as const
export type Step = (typeof STEPS)[number]

/** Records shown of the file that is looked at. */
const ROWS = 20

/** How much of an import's files is read; null while it is not known how much there is. */
export function shareOf({ bytesRead, bytesTotal }: ImportStatus): number | null {
  if (bytesTotal === null) return null
  return bytesTotal === 0 ? 1 : bytesRead / bytesTotal
}

/** What a file is read by: two of the same text read it alike. */
const textOf = ({ skip: _leftOut, ...reading }: Reading): string => JSON.stringify(reading)

/** An import from the choice of its files to its result; it goes on while other screens are shown. */
export const useImporting = defineStore('importing', () => {
  const project = useProject()
  const step = ref<Step>('choose')
  const selection = shallowRef<Selection | null>(null)
  const preview = shallowRef<ImportPreview | null>(null)
  /** Files that were dropped on the window and that the screen has not taken yet. */
  const dropped = shallowRef<readonly File[] | null>(null)
  /** Files that are read otherwise than automatically, by path. */
  const readings = shallowRef<Readings>({})
  /** Path of the file that is looked at, and how it begins. */
  const path = ref<string | null>(null)
  const shown = shallowRef<PreviewedFile | null>(null)
  const mappings = shallowRef<readonly SavedMapping[]>([])
  /** The last check or import. */
  const status = shallowRef<Timed<ImportStatus> | null>(null)
  /** What a check said of the files as they are read now, for the store that is open now. */
  const checked = shallowRef<ImportStatus | null>(null)

  const running = computed(() => (status.value?.state === 'running' ? status.value : null))
  const readingOf = (file: string): Reading => readings.value[file] ?? AUTOMATIC

  const question = (only: string[] | null, rows: number) => ({
    selection: selection.value!.id,
    readings: readings.value,
    only,
    rows,
  })

  /** Look at these files; what was said of the last ones is forgotten. */
  async function choose(files: readonly File[]): Promise<void> {
    const next = await select(files)
    startOver()
    selection.value = next
    const [found, kept] = await Promise.all([
      call('shell.previewImport', question(null, 0)),
      call('imports.mappings', {}),
    ])
    // Of two choices the later one counts.
    if (selection.value?.id !== next.id) return
    preview.value = found
    mappings.value = kept
    step.value = 'map'
    const first = found.files.find(({ error }) => error !== null) ?? found.files[0]
    if (first !== undefined) await show(first.path)
  }

  async function show(file: string): Promise<void> {
    path.value = file
    const asked = textOf(readingOf(file))
    const { files } = await call('shell.previewImport', question([file], ROWS))
    if (path.value === file && textOf(readingOf(file)) === asked)
      shown.value = files.find((each) => each.path === file) ?? null
  }

  /** Read these files so from now on. */
  async function read(files: readonly string[], change: Partial<Reading>): Promise<void> {
    const { id } = selection.value!
    const next = { ...readings.value }
    for (const file of files) next[file] = { ...readingOf(file), ...change }
    readings.value = next
    checked.value = null
    if ('skip' in change) return
    const { files: renewed } = await call('shell.previewImport', question([...files], 0))
    if (selection.value?.id !== id) return
    // Of a file that is read otherwise meanwhile this answer says nothing, and another one comes.
    const valid = renewed.filter((file) => textOf(next[file.path]!) === textOf(readingOf(file.path)))
    const byPath = new Map(valid.map((file) => [file.path, file]))
    preview.value = {
      ...preview.value!,
      files: preview.value!.files.map((file) => byPath.get(file.path) ?? file),
    }
    if (path.value !== null) await show(path.value)
  }

  /** A host that knows of no import has been started again, and the one that it ran with it. */
  function put(next: ImportStatus | null): void {
    const last = status.value
    if (next === null) {
      if (last?.state === 'running')
        status.value = {
          ...last,
          state: 'failed',
          error: failure(windowErrors.importInterrupted, {}).toData(),
        }
      return
    }
    // The answer of a start may come after the events of its end.
    if (last?.id === next.id && last.state !== 'running') return
    status.value = received(next)
    // A window that was loaded again knows of an import, not of its files.
    if (next.state === 'running' && selection.value === null) step.value = next.dryRun ? 'check' : 'import'
    if (next.state !== 'done') return
    if (next.dryRun) checked.value = next
    else if (next.store === project.info?.path) void project.load()
  }
  async function start(dryRun: boolean): Promise<void> {
    const started = await call('shell.startImport', {
      selection: selection.value!.id,
      readings: readings.value,
      dryRun,
    })
    step.value = dryRun ? 'check' : 'import'
    put(started)
  }
  async function cancel(): Promise<void> {
    if (running.value !== null) put(await call('imports.cancel', { id: running.value.id }))
  }

  async function keep(name: string, mapping: MappingFile): Promise<void> {
    mappings.value = await call('imports.keepMapping', { name, mapping })
  }
  async function forget(name: string): Promise<void> {
    mappings.value = await call('imports.forgetMapping', { name })
  }

  /** Back to the first step, for other files. */
  function startOver(): void {
    step.value = 'choose'
    selection.value = null
    preview.value = null
    readings.value = {}
    path.value = null
    shown.value = null
    checked.value = null
  }

  return {
    ...{ step, dropped, selection, preview, readings, path, shown, mappings, status, checked, running },
    ...{ readingOf, choose, show, read, put, start, cancel, keep, forget, startOver },
  }
})
