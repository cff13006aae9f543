import type { CDPSession, Page } from '@playwright/test'

/** What a page drew while it was watched. */
export interface Drawn {
  readonly seconds: number
  /** Milliseconds between neighbouring frames. */
  readonly frames: readonly number[]
  /** Milliseconds of tasks of the page's thread that took more than 50 (Long Tasks API). */
  readonly longTasks: readonly number[]
}

interface Watch {
  started: number
  frames: number[]
  longTasks: number[]
  stop: () => void
}

/** Note the page's frames and long tasks until the function returned is called. */
export async function watchDrawing(page: Page): Promise<() => Promise<Drawn>> {
  await page.evaluate(() => {
    const frames: number[] = []
    const longTasks: number[] = []
    const observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) longTasks.push(duration)
    })
    observer.observe({ type: 'longtask' })
    let last: number | null = null
    let asked = 0
    const note = (time: number): void => {
      if (last !== null) frames.push(time - last)
      last = time
      asked = requestAnimationFrame(note)
    }
    asked = requestAnimationFrame(note)
    const watch: Watch = {
      started: performance.now(),
      frames,
      longTasks,
      stop: () => {
        cancelAnimationFrame(asked)
        observer.disconnect()
      },
    }
    ;(globalThis as unknown as { watch: Watch }).watch = watch
  })
  return () =>
    page.evaluate(() => {
      const { started, frames, longTasks, stop } = (globalThis as unknown as { watch: Watch }).watch
      stop()
      return { seconds: (performance.now() - started) / 1000, frames, longTasks }
    })
}

/** Bytes of the page's heap that garbage collection leaves. */
export async function heapOf(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  return usedSize
}
