import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readReportOptions } from '../../../src-main/cli/report.ts'
import { readMapping } from '../../../src-main/ingest/mapping.ts'
import { readStudyFile } from '../../../src-main/study/parse.ts'
import { mappingFile } from '../../../src-shared/domain/importing.ts'
import { reportOptions } from '../../../src-shared/domain/reportOptions.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { createRandom, type Random } from '../../../src-shared/random.ts'
import { smallStudy } from '../../fixtures/smallStore.ts'
import { loops, trust } from '../../fixtures/trust.ts'

/** Files of settings with keys planted in them that would change every object of the process (CWE-1321). */
const FILES = loops({ reduced: 900, full: 10_000 })

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plateau-hostile-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Each is put into an object of the file as a property of its own, as JSON.parse makes it. */
const PLANTED = [
  '"__proto__": {"polluted": true}',
  '"__proto__": {"toString": 1, "polluted": {}}',
  '"__proto__": null',
  '"__proto__": "polluted"',
  '"__proto__": []',
  '"constructor": {"prototype": {"polluted": true}}',
  '"constructor": "polluted"',
  '"prototype": {"polluted": true}',
  '"__defineGetter__": "polluted"',
  '"hasOwnProperty": "polluted"',
  '"toString": "polluted"',
]

/** JSON of `value` with one of PLANTED in one of its objects. */
function planted(value: unknown, random: Random): string {
  const text = JSON.stringify(value)
  const places = [...text.matchAll(/\{/g)].map(({ index }) => index + 1)
  const at = places[random.below(places.length)]
  const comma = text[at] === '}' ? '' : ', '
  return `${text.slice(0, at)}${PLANTED[random.below(PLANTED.length)]}${comma}${text.slice(at)}`
}

const PROTOTYPES = [Object.prototype, Array.prototype, Function.prototype, String.prototype]
/** All that every object of the process inherits. */
const inherited = (): unknown =>
  PROTOTYPES.map((prototype) =>
    Reflect.ownKeys(prototype).map((key) => [
      key,
      Reflect.getOwnPropertyDescriptor(prototype, key)?.value as unknown,
    ]),
  )

/** Whether it and all in it are plain; a name of an own factor may be any, and is a property as others are. */
function isPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  if (Array.isArray(value)) return value.every(isPlain)
  return (
    Object.getPrototypeOf(value) === Object.prototype &&
    !Object.hasOwn(value, '__proto__') &&
    Object.entries(value).every(([key, held]) => key !== 'polluted' && isPlain(held))
  )
}

describe('a file of settings with hostile keys', () => {
  const mapping = mappingFile.parse({
    table: 'extraFactors',
    columns: { date: 'date', symbol: 'symbol' },
    extra: { beta: 'beta' },
  })
  const KINDS: readonly (readonly [string, unknown, (file: string) => Promise<unknown>])[] = [
    ['study', smallStudy(), readStudyFile],
    ['mapping', mapping, readMapping],
    ['report options', reportOptions.parse({}), readReportOptions],
  ]

  it('is refused, or read without them, and changes no object of the process', async () => {
    const random = createRandom(20_261_127)
    const before = inherited()
    const seen = { files: 0, refused: 0, 'read without them': 0 }
    for (const [kind, value, read] of KINDS)
      for (let at = 0; at < FILES / KINDS.length; at++) {
        const file = join(folder, 'settings.json')
        const text = planted(value, random)
        writeFileSync(file, text)
        seen.files++
        const settings = await read(file).catch((error: unknown) => error)
        if (settings instanceof PlateauError) {
          expect(settings.code, text).not.toBe('internal')
          seen.refused++
        } else {
          expect(settings, text).not.toBeInstanceOf(Error)
          expect(isPlain(settings), text).toBe(true)
          // A study is what its file says, or it is refused.
          expect(kind, text).not.toBe('study')
          seen['read without them']++
        }
        expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
      }
    expect(inherited()).toEqual(before)
    trust('hostile settings', { ...seen, 'objects changed': 0 })
  })
})
