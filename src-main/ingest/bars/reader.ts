import { Worker } from 'node:worker_threads'
import { type ErrorData, PlateauError } from '../../../src-shared/errors.ts'
import type { DaySet } from '../days.ts'
import type { Layout } from '../layout.ts'
import type { Refusal } from '../row.ts'
import type { Source } from '../source.ts'
import type { BarBlock } from './block.ts'
import { type BarListener, readBars } from './read.ts'
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
  | { readonly type: 'refusals'; readonly refusals: readonly Refusal[] }
  | { readonly type: 'read'; readonly bytes: number }
  | { readonly type: 'done'; readonly counts: BarCounts }
  | { readonly type: 'failed'; readonly error: ErrorData }

export interface BarCounts {
  readonly rowsIn: number
  readonly rowsRefused: number
}

/** Reads the bars of one import call, one table at a time. */
export interface BarReader {
  read(source: Source, layout: Layout, calendar: DaySet, listener: BarListener): Promise<BarCounts>
  /** What is being read is given up. */
  close(): void
}

/** Less than this is read before a thread has started. */
const THREAD_BYTES = 4 * 2 ** 20

/** Of the sources or, in the app, of the bundle beside it. */
const entry = new URL(import.meta.url.endsWith('.ts') ? './thread.ts' : './barThread.js', import.meta.url)

/**
 * A reader for tables of so many bytes together: on a thread of its own where that is worth while. When `signal` aborts,
 * what is being read ends with its reason.
 */
export function createBarReader(bytes: number, signal?: AbortSignal): BarReader {
  return bytes < THREAD_BYTES ? inlineReader(signal) : threadReader(signal)
}

function inlineReader(signal: AbortSignal | undefined): BarReader {
  const seen = createSeenDays()
  return {
    read: (source, layout, calendar, listener) =>
      readBars(source, layout, calendar, seen, {
        ...listener,
        async onRead(bytes) {
          await listener.onRead(bytes)
          // Reading may never leave the processor to whoever aborts.
          await new Promise<void>((resolve) => setImmediate(resolve))
          signal?.throwIfAborted()
        },
      }),
    close: () => undefined,
  }
}

function threadReader(signal: AbortSignal | undefined): BarReader {
  const worker = new Worker(entry)
  /** Why there is nothing more to come of the thread. */
  let ended: { readonly error: unknown } | null = null
  let listening: {
    readonly listener: BarListener
    readonly resolve: (counts: BarCounts) => void
    readonly reject: (error: unknown) => void
  } | null = null
  const end = (error: unknown): void => {
    ended ??= { error }
    listening?.reject(ended.error)
    listening = null
    void worker.terminate()
  }
  const abort = (): void => end(signal!.reason)
  const post = (message: ToThread): void => worker.postMessage(message)
  const take = async (message: FromThread): Promise<void> => {
    if (listening === null) return
    const { listener, resolve } = listening
    try {
      switch (message.type) {
        case 'block':
          listener.onBlock(message.block)
          return post({ type: 'taken' })
        case 'refusals':
          for (const refusal of message.refusals) listener.onRefusal(refusal)
          return post({ type: 'taken' })
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
  // One after another, and the processor given up between two: messages that arrive while others are taken would keep it
  // from everything else, such as an order to stop.
  const waiting: FromThread[] = []
  let taking = false
  const takeAll = async (): Promise<void> => {
    taking = true
    for (let message = waiting.shift(); message !== undefined; message = waiting.shift()) {
      await take(message)
      if (message.type === 'block' || message.type === 'refusals')
        await new Promise<void>((resolve) => setImmediate(resolve))
    }
    taking = false
  }
  worker.on('message', (message: FromThread) => {
    waiting.push(message)
    if (!taking) void takeAll()
  })
  const died = (cause: unknown): void =>
    end(new PlateauError('internal', 'The thread that reads bars has ended.', { cause }))
  worker.on('error', died)
  worker.on('messageerror', died)
  worker.on('exit', died)
  signal?.addEventListener('abort', abort, { once: true })
  if (signal?.aborted === true) abort()

  return {
    read: (source, layout, calendar, listener) =>
      new Promise((resolve, reject) => {
        if (ended !== null) {
          reject(ended.error)
          return
        }
        listening = { listener, resolve, reject }
        post({ type: 'read', source, layout, days: [...calendar.days] })
      }),
    close() {
      signal?.removeEventListener('abort', abort)
      listening = null
      void worker.terminate()
    },
  }
}
