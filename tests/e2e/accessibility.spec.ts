import path from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { openStore } from '../../src-main/store/store.ts'
import { expect, test } from './finished.ts'
import { endPlateau, startPlateau } from './fixtures.ts'
import { dress, emptyScreens, LOOKS, settled, states, type State, writeBars } from './states.ts'

/** What axe finds in the window as it is, one line per element. The size of targets is not among axe's own defaults. */
async function violations(page: Page): Promise<string[]> {
  // Electron cannot open the page that axe's other mode wants.
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode(true)
    // In the preview of a report nothing runs, axe neither.
    .options({ rules: { 'target-size': { enabled: true } }, iframes: false, resultTypes: ['violations'] })
    .analyze()
  return violations.flatMap(({ id, impact, nodes }) =>
    nodes
      // Menus stand outside the landmarks, at the end of the page: they belong to the control that opened them.
      .filter(({ target }) => id !== 'region' || !target.join(' ').includes('.v-binder-follower'))
      .map(({ target, html, any, all, none }) => {
        const [why] = [...any, ...all, ...none]
        return `${id} (${impact}) ${target.join(' ')} ${html.slice(0, 160)} ${why?.message ?? ''}`
      }),
  )
}

/** Shows the states one after the other; what each violates is told under its name. */
async function check(page: Page, shown: readonly State[]): Promise<void> {
  for (const { name, show, leave } of shown) {
    await show(page)
    await settled(page)
    expect.soft(await violations(page), name).toEqual([])
    await leave?.(page)
  }
}

for (const { theme, locale } of LOOKS) {
  test(`axe finds nothing on any screen of a finished study, ${theme}, ${locale}`, async ({
    finished,
    userData,
  }) => {
    const { page, problems } = finished
    const shown = states(writeBars(userData))
    // No screen is forgotten.
    const screens = (await emptyScreens(page)).map(({ name }) => name)
    expect(screens.filter((screen) => !shown.some(({ name }) => name.startsWith(screen)))).toEqual([])

    await dress(page, theme, locale)
    await check(page, shown)
    expect(problems).toEqual([])
  })
}

test('axe finds nothing without a project, nor in one that is empty', async ({ userData }) => {
  const store = path.join(userData, 'empty.sqlite')
  openStore(store, { mode: 'write' }).close()
  for (const args of [[], ['--store', store]]) {
    const { app, page, problems } = await startPlateau(userData, args)
    if (args.length > 0) await expect(page.getByTestId('nav-data')).toBeEnabled()
    for (const { theme, locale } of LOOKS) {
      await dress(page, theme, locale)
      await check(page, await emptyScreens(page))
    }
    expect(problems).toEqual([])
    await endPlateau(app)
  }
})
