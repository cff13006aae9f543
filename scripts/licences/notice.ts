import fs from 'node:fs'
import path from 'node:path'
import type { Notice } from '../../src-shared/notices.ts'
import { isAllowed } from './allowed.ts'
import { readText, STATED } from './stated.ts'

/** Files of a package that hold what has to go with it. */
const TEXTS = /^(licen[cs]e|copying|copyright|copyrightnotice|notice)([-.]\w+)*$/i

/**
 * The notice of the npm package in `folder`.
 * @throws Error when it has no licence text, or a licence that is not on the list
 */
export function packageNotice(folder: string): Notice {
  const { name, version, license } = JSON.parse(
    fs.readFileSync(path.join(folder, 'package.json'), 'utf8'),
  ) as { name: string; version: string; license?: string }
  const stated = STATED[name]
  const texts = fs
    .readdirSync(folder)
    .filter((file) => TEXTS.test(file))
    .sort()
    .map((file) => fs.readFileSync(path.join(folder, file), 'utf8'))
  if (stated?.text !== undefined) texts.push(readText(stated.text))
  return checked({ name, version, licence: stated?.licence ?? license ?? '', text: texts.join('\n\n') })
}

/** `notice` as it is, its text without spaces at its ends. */
export function checked({ name, version, licence, text }: Notice): Notice {
  if (text.trim() === '')
    throw new Error(`${name} ${version} would be shipped without the text of its licence (scripts/licences).`)
  if (!isAllowed(licence))
    throw new Error(
      `${name} ${version} has the licence "${licence}", which is not on the list of scripts/licences/allowed.ts.`,
    )
  return { name, version, licence, text: text.replaceAll('\r\n', '\n').trim() }
}
