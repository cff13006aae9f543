// Takes the pictures of docs/screens from the store whose path is given: each state of the window in two looks.
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { endPlateau, startPlateau } from '../../tests/e2e/fixtures.ts'
import { dress, LOOKS, settled, states, writeBars } from '../../tests/e2e/states.ts'
import { palettePng } from './palettePng.ts'

const [store] = process.argv.slice(2)
const target = path.resolve(import.meta.dirname, '../../docs/screens')
const SIZE = { width: 1440, height: 900 }

// Screens show where the project lies: a folder of the same name on every machine.
const userData = path.join(os.tmpdir(), 'Plateau')
fs.rmSync(userData, { recursive: true, force: true })
fs.mkdirSync(userData)
const project = path.join(userData, 'sample.sqlite')
fs.copyFileSync(store, project)
const { app, page, problems } = await startPlateau(userData, ['--store', project])
await app.evaluate(({ BrowserWindow }, { width, height }) => {
  BrowserWindow.getAllWindows()[0].setContentSize(width, height)
}, SIZE)
await page.waitForFunction(({ width, height }) => innerWidth === width && innerHeight === height, SIZE)
for (const file of fs.readdirSync(target)) if (file.endsWith('.png')) fs.rmSync(path.join(target, file))
for (const look of LOOKS.slice(0, 2)) {
  await dress(page, look.theme, look.locale)
  for (const { name, show, leave } of states(writeBars(userData))) {
    await show(page)
    await settled(page)
    await page.mouse.move(0, 0)
    const picture = palettePng(await page.screenshot())
    fs.writeFileSync(path.join(target, `${name}-${look.theme}-${look.locale}.png`), picture)
    await leave?.(page)
  }
}
await endPlateau(app)
fs.rmSync(userData, { recursive: true, force: true })
if (problems.length > 0) throw new Error(problems.join('\n'))
