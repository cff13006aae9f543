import type { BrowserWindow } from 'electron'
import type { ImportStatus } from '../../src-shared/contract/imports.ts'
import type { HostContract } from '../../src-shared/contract/index.ts'
import type { StudyEvent } from '../../src-shared/contract/study.ts'
import type { HostLink } from './hostLink.ts'

/** The app's button in the taskbar or dock; null: it shows no progress. */
export type TaskbarProgress = {
  readonly value: number
  readonly mode: 'normal' | 'indeterminate' | 'error'
} | null

/** What runs, as one progress. */
export interface Work {
  study(event: StudyEvent): void
  /** Null: the host knows of none, as after its restart. */
  import(status: ImportStatus | null): void
  /** A failure has been seen. */
  seen(): void
  /** The studies are those of another store, or of another host: none of them runs. */
  forgetStudies(): void
}

/** @param show told of every change */
export function createWork(show: (progress: TaskbarProgress) => void): Work {
  /** Shares of what runs; null where it is not known yet. */
  const studies = new Map<string, number | null>()
  const imports = new Map<string, number | null>()
  let failed = false
  let shown: TaskbarProgress = null

  const progress = (): TaskbarProgress => {
    const shares = [...studies.values(), ...imports.values()]
    if (shares.length === 0) return failed ? { value: 1, mode: 'error' } : null
    const known = shares.filter((share) => share !== null)
    if (known.length === 0) return { value: 0, mode: 'indeterminate' }
    // Everything is done when the last of it is.
    return { value: Math.round(100 * Math.min(...known)) / 100, mode: 'normal' }
  }
  const update = (): void => {
    const next = progress()
    if (next?.value === shown?.value && next?.mode === shown?.mode) return
    shown = next
    show(next)
  }
  const put = (
    running: Map<string, number | null>,
    id: string,
    state: string,
    share: number | null,
  ): void => {
    if (state === 'running') {
      if (!running.has(id)) failed = false
      running.set(id, share)
    } else if (running.delete(id) && state === 'failed') failed = true
    update()
  }
  return {
    study(event) {
      if (event.type === 'status') put(studies, event.status.id, event.status.state, event.status.progress)
    },
    import(status) {
      if (status === null) {
        imports.clear()
        return update()
      }
      const { id, state, bytesRead, bytesTotal } = status
      put(imports, id, state, bytesTotal === null || bytesTotal === 0 ? null : bytesRead / bytesTotal)
    },
    seen() {
      failed = false
      update()
    },
    forgetStudies() {
      studies.clear()
      update()
    },
  }
}

/** Shows what runs in the host on the window's button. Returns the work, to be told of another store. */
export function showWork(host: HostLink<HostContract>, window: BrowserWindow): Work {
  const work = createWork((progress) => {
    if (window.isDestroyed()) return
    if (progress === null) window.setProgressBar(-1)
    else window.setProgressBar(progress.value, { mode: progress.mode })
  })
  const ends = [
    host.subscribe('studies.events', {}, (event) => work.study(event as StudyEvent)),
    host.subscribe('imports.events', {}, (status) => work.import(status as ImportStatus | null)),
    host.onRestart(work.forgetStudies),
  ]
  window.on('focus', work.seen)
  window.once('closed', () => ends.forEach((end) => end()))
  return work
}
