import { readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createRandom, type Random } from '../../../src-shared/random.ts'
import { loops, trust } from '../../fixtures/trust.ts'
import { zipOf } from '../../fixtures/zip.ts'
import { eachWorkspace } from './workspace.ts'

/** Archives whose members are named to be written, or read, somewhere else (CWE-22), and after what every object inherits. */
const ARCHIVES = loops({ reduced: 20, full: 250 })
const MEMBERS = 40

const workspace = eachWorkspace()

const PARTS = [
  '..',
  '.',
  '',
  'a',
  'data',
  'C:',
  '~',
  '__proto__',
  'constructor',
  '平',
  'con',
  '%2e%2e',
  '..\\..',
  '....',
  ' ',
]
const SEPARATORS = ['/', '/', '\\', '//', '/./', '\0']
const STARTS = ['', '', '', '/', '\\', 'C:\\', '//host/share/', 'file:///', '../', '..\\']

function hostileName(random: Random): string {
  const pick = (of: readonly string[]): string => of[random.below(of.length)]
  let name = pick(STARTS)
  for (let parts = random.below(4); parts > 0; parts--) name += pick(PARTS) + pick(SEPARATORS)
  return `${name}${pick(PARTS)}${random.below(1e6)}.csv`
}

/** Files and folders under `folder`, with their sizes. */
function listing(folder: string): string[] {
  return (readdirSync(folder, { recursive: true }) as string[])
    .map(
      (name) => `${name} ${statSync(join(folder, name)).isFile() ? statSync(join(folder, name)).size : ''}`,
    )
    .sort()
}

/** Its way leads out of the folder that it would be unpacked into, on some system. */
const leadsOut = (name: string): boolean =>
  /^([/\\]|[A-Za-z]:)/.test(name) || name.split(/[/\\]/).includes('..')

describe('an archive with hostile names', () => {
  it('is read where it lies: nothing is written or read anywhere else', async () => {
    const random = createRandom(20_261_127)
    const seen = { archives: 0, members: 0, 'left out as outside the archive': 0, 'read in place': 0 }
    const { folder, store, write, import: run } = workspace()
    const root = dirname(folder)
    // Read in its stead, it would be stored.
    write('../000002.csv', 'date,symbol,open,high,low,close,volume\n2020-01-02,WRONG,1,1,1,1,1\n')
    for (let archive = 0; archive < ARCHIVES; archive++) {
      const names = Array.from({ length: MEMBERS }, () => hostileName(random))
      const bars = 'date,symbol,open,high,low,close,volume\n2020-01-02,RIGHT,1,1,1,1,1\n'
      const path = write(
        'a.zip',
        zipOf([
          { name: 'sound.csv', data: bars },
          { name: '../000002.csv', data: bars },
          ...names.map((name) => ({ name, data: bars })),
        ]),
      )
      const others = (): string[] => listing(root).filter((name) => !name.startsWith('store.sqlite'))
      const before = others()
      const { files, skipped } = await run(undefined, { dryRun: true })
      expect(others()).toEqual(before)
      expect(files.length + skipped.length).toBe(names.length + 2)
      for (const { path: shown } of files) {
        const name = shown.slice(path.length + 1)
        expect(leadsOut(name), JSON.stringify(name)).toBe(false)
      }
      seen.archives++
      seen.members += names.length + 2
      seen['read in place'] += files.length
      seen['left out as outside the archive'] += skipped.filter(
        ({ reason }) => reason === 'outside_archive',
      ).length
    }
    await run()
    expect(store.all('SELECT symbol FROM instrument')).toEqual([{ symbol: 'RIGHT' }])
    expect(seen['left out as outside the archive']).toBeGreaterThan(0)
    expect(seen['read in place']).toBeGreaterThan(0)
    trust('hostile archives', { ...seen, 'files written or read elsewhere': 0 })
  })
})
