import type { ElectronApplication, Page } from '@playwright/test'
import { commandOf, processTree } from './fixtures.ts'

/**
 * Presses a button as soon as it and something else are shown, within the page: what is to be stopped on its way may be done before a
 * test's own click. Both are selectors.
 */
export async function pressWhen(page: Page, shown: string, button: string): Promise<void> {
  await page.evaluate(
    ([shown, button]) => {
      const look = (): boolean => {
        const pressed = document.querySelector<HTMLElement>(button!)
        if (document.querySelector(shown!) === null || pressed === null) return false
        pressed.click()
        return true
      }
      if (look()) return
      const seen = new MutationObserver(() => {
        if (look()) seen.disconnect()
      })
      seen.observe(document.body, { childList: true, subtree: true, attributes: true })
    },
    [shown, button],
  )
}

/** Cancels the next work of its kind by its button, once it is at that stage. */
export const cancelAt = (page: Page, kind: string, stage: string): Promise<void> =>
  pressWhen(page, `[data-testid=work-${kind}][data-stage=${stage}]`, `[data-testid=work-${kind}-cancel]`)

/** Holds what the app computes in processes of their own where it is. Returns what lets it go on. */
export function hold(app: ElectronApplication): () => void {
  const workers = processTree(app.process().pid!).filter((pid) =>
    commandOf(pid).includes('/out/main/worker.js'),
  )
  for (const pid of workers) process.kill(pid, 'SIGSTOP')
  return () => workers.forEach((pid) => process.kill(pid, 'SIGCONT'))
}
