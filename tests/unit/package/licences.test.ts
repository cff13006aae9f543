import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isAllowed } from '../../../scripts/licences/allowed.ts'
import { packageNotice } from '../../../scripts/licences/notice.ts'
import { partNotices } from '../../../scripts/licences/parts.ts'
import { packageFolder } from '../../../scripts/licences/plugin.ts'

const root = path.resolve(import.meta.dirname, '../../..')
let work = ''
beforeAll(() => {
  work = fs.mkdtempSync(path.join(os.tmpdir(), 'plateau-licences-'))
})
afterAll(() => fs.rmSync(work, { recursive: true, force: true }))

/** A package of that name, with these files beside its package.json. */
function packageOf(manifest: object, files: Readonly<Record<string, string>>): string {
  const folder = fs.mkdtempSync(path.join(work, 'package-'))
  for (const [name, text] of Object.entries({ 'package.json': JSON.stringify(manifest), ...files }))
    fs.writeFileSync(path.join(folder, name), text)
  return folder
}

describe('a package to be shipped', () => {
  const manifest = { name: 'some', version: '1.2.3', license: 'MIT' }

  it('gives its licence and all its texts', () => {
    const folder = packageOf(
      { ...manifest, license: 'Apache-2.0' },
      { LICENSE: 'the text\r\n', NOTICE: 'the notice' },
    )
    expect(packageNotice(folder)).toEqual({
      name: 'some',
      version: '1.2.3',
      licence: 'Apache-2.0',
      text: 'the text\n\n\nthe notice',
    })
  })

  it('is refused without a licence text', () => {
    expect(() => packageNotice(packageOf(manifest, {}))).toThrow(/some 1\.2\.3 .*without the text/)
    expect(() => packageNotice(packageOf(manifest, { LICENSE: ' \n' }))).toThrow(/without the text/)
  })

  it('is refused with a licence that is not on the list, or none', () => {
    for (const license of ['GPL-3.0-only', 'SEE LICENSE IN LICENSE', undefined])
      expect(() => packageNotice(packageOf({ ...manifest, license }, { LICENSE: 'text' }))).toThrow(
        /not on the list/,
      )
  })
})

it('takes one of several licences, and all of those that hold together', () => {
  expect(isAllowed('(MIT OR GPL-3.0-or-later)')).toBe(true)
  expect(isAllowed('MIT AND BSD-3-Clause')).toBe(true)
  expect(isAllowed('MIT AND GPL-3.0-only')).toBe(false)
  expect(isAllowed('toString')).toBe(false)
  expect(isAllowed('')).toBe(false)
})

it('knows the package of a module of the bundle', () => {
  expect(packageFolder('/r', '/r/node_modules/vue/dist/vue.js')).toBe('/r/node_modules/vue')
  expect(packageFolder('/r', '\0/r/node_modules/@css-render/plugin-bem/x.js?commonjs')).toBe(
    '/r/node_modules/@css-render/plugin-bem',
  )
  expect(packageFolder('/r', '/r/node_modules/a/node_modules/b/index.js')).toBe(
    '/r/node_modules/a/node_modules/b',
  )
  expect(packageFolder('/r', '\0vite/preload-helper.js')).toBe(path.join('/r', 'node_modules/vite'))
  expect(packageFolder('/r', '/r/src-main/shell/main.ts')).toBe(null)
})

it('has the text of every part that is in no bundle', () => {
  const names = partNotices(root, '45.0.0').map(({ name }) => name)
  for (const name of [
    'plateau',
    'better-sqlite3',
    'SQLite',
    'highs',
    '@fontsource/noto-sans-sc',
    'node',
    'electron',
    'Chromium',
  ])
    expect(names).toContain(name)
})
