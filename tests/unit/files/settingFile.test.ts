import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { settingFile } from '../../../src-main/files/settingFile.ts'

let folder = ''
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plateau-setting-'))
})
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }))

it('keeps the last of settings that are given while others are written, and answers each when it is kept', async () => {
  const file = path.join(folder, 'app', 'setting.json')
  const keep = settingFile(file)
  const kept: number[] = []
  for (let round = 0; round < 50; round++) {
    const settings = [0, 1, 2, 3].map((step) => 4 * round + step)
    await Promise.all(settings.map((setting) => keep(setting).then(() => kept.push(setting))))
    expect(JSON.parse(fs.readFileSync(file, 'utf8'))).toBe(4 * round + 3)
  }
  expect(kept).toEqual(Array.from({ length: 200 }, (_, setting) => setting))
  expect(fs.readdirSync(path.dirname(file))).toEqual(['setting.json'])
})

it('goes on after one that could not be kept', async () => {
  const inner = path.join(folder, 'later')
  fs.writeFileSync(inner, 'a file where the folder should be')
  const keep = settingFile(path.join(inner, 'setting.json'))
  const refused = keep(1)
  await expect(refused).rejects.toMatchObject({ name: 'PlateauError' })
  fs.rmSync(inner)
  await keep(2)
  expect(fs.readFileSync(path.join(inner, 'setting.json'), 'utf8')).toBe('2\n')
})
