import type { Page } from '@playwright/test'

/** Cancels the next work of its kind by its button, once it is at that stage: at once, as the work may be done before a test's own click. */
export async function cancelAt(page: Page, kind: string, stage: string): Promise<void> {
  await page.evaluate(
    ([shown, button]) => {
      const press = new MutationObserver(() => {
        if (document.querySelector(shown!) === null) return
        press.disconnect()
        document.querySelector<HTMLElement>(button!)!.click()
      })
      press.observe(document.body, { childList: true, subtree: true, attributes: true })
    },
    [`[data-testid=work-${kind}][data-stage=${stage}]`, `[data-testid=work-${kind}-cancel]`],
  )
}
