import type { Restart } from '../../src-shared/contract/shell.ts'

/** Tells the window of what died and came back: the news of a page that died is for the page that takes its place. */
export interface RestartNews {
  tell(restart: Restart): void
  /** What nobody has heard of yet is told at once. Returns the unsubscriber. */
  follow(listener: (restart: Restart) => void): () => void
}

export function createRestartNews(): RestartNews {
  const listeners = new Set<(restart: Restart) => void>()
  let untold: Restart[] = []
  return {
    tell(restart) {
      if (listeners.size === 0) untold.push(restart)
      for (const listener of listeners) listener(restart)
    },
    follow(listener) {
      const news = untold
      untold = []
      listeners.add(listener)
      news.forEach(listener)
      return () => listeners.delete(listener)
    },
  }
}
