import { Worker } from 'node:worker_threads'
import { type ErrorData, PlateauError } from '../../../src-shared/errors.ts'
import type { DaySet } from '../days.ts'
import type { Layout } from '../layout.ts'
import type { Source } from '../source.ts'
import type { BarBlock } from './block.ts'
import { type BarListener, readBars, type Refusal } from './read.ts'
import { createSeenDays } from './seen.ts'

export type ToThread =
  | {
      readonly type: 'read'
      readonly source: Source
      readonly layout: Layout
      readonly days: readonly number[]
    }
  | { readonly type: 'taken' }

export type FromThread =
  | { readonly type: 'block'; readonly block: BarBlock }
  | { readonly type: 'refusal'; readonly refusal: Refusal }
  | { readonly type: 'read'; readonly bytes: number }
  | { readonly type: 'done'; readonly counts: BarCounts }
  | { readonly type: 'failed'; readonly error: ErrorData }

export interface BarCounts {
  readonly rowsIn: number
  readonly rowsRefused: number
}

/** Reads the bars of one import call, one file at a time. */
export interface BarReader {
  read(source: Source, layout: Layout, calendar: DaySet, listener: BarListener): Promise<BarCounts>
  /** What is being read is given up. */
  close(): void
}

/** Less than this is read before a thread has started. */
const THREAD_BYTES = 4 * 2 ** 20

/** Of the sources or, in the app, of the bundle beside it. */
const entry = new URL(import.meta.url.endsWith('.ts') ? './thread.ts' : './barThread.js', import.meta.url)

/** A reader for files of so many bytes together: on a thread of its own where that is worth while. */
export function createBarReader(bytes: number): BarReader {
  return bytes < THREAD_BYTES ? inlineReader() : threadReader()
}

function inlineReader(): BarReader {
  const seen = createSeenDays()
  return {
    read: (source, layout, calendar, listener) => readBars(source, layout, calendar, seen, listener),
    close: () => undefined,
  }
}

function threadReader(): BarReader {
  const worker = new Worker(entry)
  let listening: {
    readonly listener: BarListener
    readonly resolve: (counts: BarCounts) => void
    readonly reject: (error: unknown) => void
  } | null = null
  const end = (error: unknown): void => {
    listening?.reject(error)
    listening = null
  }
  const post = (message: ToThread): void => worker.postMessage(message)
  const take = async (message: FromThread): Promise<void> => {
    if (listening === null) return
    const { listener, resolve } = listening
    try {
      switch (message.type) {
        case 'block':
          listener.onBlock(message.block)
          return post({ type: 'taken' })
        case 'refusal':
          return listener.onRefusal(message.refusal)
        case 'read':
          return await listener.onRead(message.bytes)
        case 'done':
          listening = null
          return resolve(message.counts)
        case 'failed':
          return end(PlateauError.fromData(message.error))
      }
    } catch (error) {
      end(error)
    }
  }
  worker.on('message', (message: FromThread) => void take(message))
  worker.on('error', end)
  worker.on('exit', () => end(new PlateauError('internal', 'The thread that reads bars has ended.')))

  return {
    read: (source, layout, calendar, listener) =>
      new Promise((resolve, reject) => {
        listening = { listener, resolve, reject }
        post({ type: 'read', source, layout, days: [...calendar.days] })
      }),
    close() {
      listening = null
      void worker.terminate()
    },
  }
}
