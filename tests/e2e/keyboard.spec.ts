import type { Page } from '@playwright/test'
import { expect, test } from './finished.ts'
import { settled, states, writeBars } from './states.ts'

const soft = expect.configure({ soft: true })

/** Marks what can be worked: controls, and what has the cursor of a link; in an open dialog, what is in it. Returns how many. */
function markWorkable(page: Page): Promise<number> {
  return page.evaluate(() => {
    for (const name of ['workable', 'reached'])
      for (const marked of document.querySelectorAll(`[data-${name}]`)) marked.removeAttribute(`data-${name}`)
    const dialog = [...document.querySelectorAll('dialog[open], [role=dialog][aria-modal=true]')].at(-1)
    const controls = 'a[href], button, input, select, textarea, summary, [tabindex="0"]'
    const isPointed = (element: Element | null) =>
      element !== null && getComputedStyle(element).cursor === 'pointer'
    const workable = [...(dialog ?? document.body).querySelectorAll<HTMLElement>('*')].filter(
      (element) =>
        element.checkVisibility({ visibilityProperty: true }) &&
        !element.matches(':disabled, [aria-hidden=true] *') &&
        (element.matches(controls) || (isPointed(element) && !isPointed(element.parentElement))),
    )
    for (const element of workable) element.dataset['workable'] = ''
    return workable.length
  })
}

/** Marks the element with the focus as reached. Returns its number in the order of being reached, and its kind; null without one. */
function markFocused(page: Page): Promise<{ readonly order: number; readonly kind: string } | null> {
  return page.evaluate(() => {
    const element = document.activeElement as HTMLElement | null
    if (element === null || element === document.body) return null
    element.dataset['reached'] ??= String(document.querySelectorAll('[data-reached]').length)
    const kind = [element.tagName, element.className, element.role, element.getAttribute('type')].join(' ')
    return { order: Number(element.dataset['reached']), kind }
  })
}

/** What is workable and was not reached, nor is a part of a control that was and that gives its parts to other keys. */
function unreached(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    // Arrow keys go through radio buttons, tabs and menus.
    const WHOLES = [
      '.n-radio-group',
      '.n-input',
      '.n-base-selection',
      '.n-checkbox',
      '[role=tablist]',
      'label',
    ]
    const isReached = (element: Element): boolean =>
      element.matches('[data-reached]') || element.querySelector('[data-reached]') !== null
    const listOf = (element: Element): Element | null => {
      const list = element.closest('[role=listbox]')
      return list && document.querySelector(`[aria-controls="${list.id}"]`)
    }
    return [...document.querySelectorAll('[data-workable]')]
      .filter((element) => {
        if (element.closest('[role=menu]')) return false
        const wholes = WHOLES.map((whole) => element.closest(whole))
        return ![element, ...wholes, listOf(element)].some((whole) => whole && isReached(whole))
      })
      .map((element) => element.outerHTML.slice(0, 200))
  })
}

/** Whether the focus can be seen: it is on the screen and, with and without it, not painted the same. */
async function isFocusSeen(page: Page): Promise<boolean> {
  const element = await page.evaluateHandle(() => document.activeElement as HTMLElement)
  const clip = await element.evaluate((one) => {
    const { left, top, right, bottom } = one.getBoundingClientRect()
    const [x, y] = [Math.max(0, left - 6), Math.max(0, top - 6)]
    return {
      x,
      y,
      width: Math.min(innerWidth, right + 6) - x,
      height: Math.min(innerHeight, bottom + 6) - y,
    }
  })
  if (clip.width <= 0 || clip.height <= 0) return false
  const focused = await page.screenshot({ clip })
  await element.evaluate((one) => one.blur())
  const blurred = await page.screenshot({ clip })
  await element.evaluate((one) => one.focus({ preventScroll: true }))
  return !focused.equals(blurred)
}

test('Tab alone reaches everything on every screen, is caught nowhere, and where it is can be seen', async ({
  finished,
  userData,
}) => {
  const { page, problems } = finished
  const kinds = new Set<string>()
  for (const { name, show, leave } of states(writeBars(userData))) {
    await show(page)
    await settled(page)
    const count = await markWorkable(page)
    let around = false
    for (let presses = 0, reached = 0; !around && presses < 2 * count + 20; presses++) {
      await page.keyboard.press('Tab')
      const focused = await markFocused(page)
      if (focused === null) continue
      around = focused.order === 0 && reached > 0
      reached++
      if (kinds.has(focused.kind)) continue
      kinds.add(focused.kind)
      await soft
        .poll(() => isFocusSeen(page), { message: `${name}: the focus is seen on ${focused.kind}` })
        .toBe(true)
    }
    soft(around, `${name}: Tab comes round`).toBe(true)
    soft(await unreached(page), `${name}: not reached`).toEqual([])
    await leave?.(page)
  }
  expect(problems).toEqual([])
})
