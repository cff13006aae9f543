import { setTimeout as delay } from 'node:timers/promises'
import { PlateauError } from '../../src-shared/errors.ts'
import type { WritableStore } from './store.ts'

const RETRY_EVERY_MS = 250

/** Long enough for a short write of another process, short enough to be waited for by all else of this one. */
const SOON_MS = 250

/**
 * One transaction now or never: `store_busy` while another process writes. The connection's own wait would stop everything
 * else of this process for its length.
 */
export function writeNow(store: WritableStore, write: () => void): void {
  within(store, 0, write)
}

/** One transaction that a person waits for: `store_busy` when another process writes for longer than a moment. */
export function writeSoon(store: WritableStore, write: () => void): void {
  within(store, SOON_MS, write)
}

function within(store: WritableStore, milliseconds: number, write: () => void): void {
  const { timeout } = store.get<{ timeout: number }>('PRAGMA busy_timeout')!
  store.get(`PRAGMA busy_timeout = ${milliseconds}`)
  try {
    store.transaction(write)
  } finally {
    store.get(`PRAGMA busy_timeout = ${timeout}`)
  }
}

/**
 * One transaction as soon as no other process writes.
 *
 * Errors: store_busy when it is still so at the time `until` (ms since the epoch) or when `signal` aborts; any other
 * failure of the write at once.
 */
export async function writeWhenFree(
  store: WritableStore,
  write: () => void,
  { until, signal }: { readonly until: number; readonly signal: AbortSignal },
): Promise<void> {
  for (;;) {
    try {
      writeNow(store, write)
      return
    } catch (error) {
      if (!isBusy(error) || signal.aborted || Date.now() >= until) throw error
    }
    // Woken early by the signal, it tries once more.
    await delay(RETRY_EVERY_MS, undefined, { signal }).catch(() => {})
  }
}

export function isBusy(error: unknown): boolean {
  return error instanceof PlateauError && error.code === 'store_busy'
}
