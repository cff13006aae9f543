import { spawn } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import {
  heldUpCodes,
  moveFile,
  moveFileSync,
  removeFile,
  removeFileSync,
  removeIfPossible,
  retrying,
  retryingSync,
} from '../../../src-main/files/heldUp.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plateau-held-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A folder that nothing can be moved onto while a file is in it: every system refuses that, to everybody. */
function fullFolder() {
  const [from, to] = [join(folder, 'from'), join(folder, 'to')]
  mkdirSync(from)
  mkdirSync(to)
  writeFileSync(join(to, 'file'), '')
  return { from, to }
}
const FULL = ['ENOTEMPTY', 'EEXIST', 'EPERM', 'EACCES']

describe.each([
  ['retrying', retrying],
  [
    'retryingSync',
    async (action: () => void, codes: readonly string[], pauses: readonly number[]) =>
      retryingSync(action, codes, pauses),
  ],
])('%s', (_, again) => {
  it('goes on until the file system lets it', async () => {
    const { from, to } = fullFolder()
    let tries = 0
    await again(
      () => {
        if (++tries === 3) unlinkSync(join(to, 'file'))
        renameSync(from, to)
      },
      FULL,
      [1, 1, 1, 1],
    )
    expect(tries).toBe(3)
    expect(existsSync(from)).toBe(false)
  })

  it('gives up after the last pause, with the error of the last try', async () => {
    const { from, to } = fullFolder()
    let tries = 0
    const move = (): void => {
      tries++
      renameSync(from, to)
    }
    await expect(again(move, FULL, [1, 1])).rejects.toMatchObject({ syscall: 'rename', path: from })
    expect(tries).toBe(3)
  })

  it('takes any other error at its word', async () => {
    let tries = 0
    const move = (): void => {
      tries++
      renameSync(join(folder, 'missing'), join(folder, 'to'))
    }
    await expect(again(move, FULL, [1, 1])).rejects.toMatchObject({ code: 'ENOENT' })
    expect(tries).toBe(1)
  })
})

describe('a file that another program has open', () => {
  it('is in the way on Windows only', () => {
    expect(heldUpCodes('win32')).toEqual(['EPERM', 'EACCES', 'EBUSY'])
    expect(heldUpCodes('linux')).toEqual([])
    expect(heldUpCodes('darwin')).toEqual([])
  })
})

describe('files that nobody holds up', () => {
  it.each([
    ['moveFile', moveFile],
    ['moveFileSync', moveFileSync],
  ])('%s puts one in the place of another', async (_, move) => {
    const [from, to] = [join(folder, 'from'), join(folder, 'to')]
    writeFileSync(from, 'new')
    writeFileSync(to, 'old')
    await move(from, to)
    expect(existsSync(from)).toBe(false)
    expect(readFileSync(to, 'utf8')).toBe('new')
  })

  it.each([
    ['removeFile', removeFile],
    ['removeFileSync', removeFileSync],
    ['removeIfPossible', removeIfPossible],
  ])('%s removes one, and lets one be that is not there', async (_, remove) => {
    const path = join(folder, 'file')
    writeFileSync(path, '')
    await remove(path)
    expect(existsSync(path)).toBe(false)
    await remove(path)
  })

  it('removeIfPossible leaves what cannot be removed', () => {
    removeIfPossible(folder)
    expect(existsSync(folder)).toBe(true)
  })
})

/**
 * Another user's process, told that its system is `platform`, in a folder where it may make files, but where it is refused (EPERM)
 * to replace or remove `held`, until the folder is set free. Root is never refused so: it has to be another user.
 */
function stranger(platform: NodeJS.Platform, { held, load, act }: Pick<Change, 'held' | 'load' | 'act'>) {
  writeFileSync(join(folder, held), OLD)
  chmodSync(folder, 0o1777)
  const href = new URL('../../../', import.meta.url).href
  const child = spawn(
    process.execPath,
    [
      '--input-type=module-typescript',
      '-e',
      `import { renameSync, unlinkSync, writeFileSync } from 'node:fs'
       Object.defineProperty(process, 'platform', { value: '${platform}' })
       writeFileSync('new', 'new')
       const from = (name) => import(new URL(name, '${href}').href)
       ${load}
       for (const change of [() => renameSync('new', '${held}'), () => unlinkSync('${held}')])
         try {
           change()
         } catch (error) {
           console.log(error.code)
         }
       try {
         ${act}
         console.log('done')
       } catch (error) {
         console.log(error.code)
       }`,
    ],
    // The temporary folder is root's alone: it is not entered by its path.
    { cwd: folder, uid: 65534, gid: 65534, stdio: ['ignore', 'pipe', 'inherit'] },
  )
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  return async () => (await lines.next()).value as string
}

interface Change {
  readonly name: string
  /** The file that is replaced or removed. */
  readonly held: string
  /** What it takes, then what it does. */
  readonly load: string
  readonly act: string
  /** What a refusal makes of it. */
  readonly refused: string
  readonly removes?: boolean
}

const load = (names: string, file: string): string => `const { ${names} } = await from('${file}')`
const HELD_UP = load('moveFile, moveFileSync, removeFile, removeFileSync', 'src-main/files/heldUp.ts')
const CHANGES: readonly Change[] = [
  { name: 'moveFile', held: 'a', load: HELD_UP, act: "await moveFile('new', 'a')", refused: 'EPERM' },
  { name: 'moveFileSync', held: 'a', load: HELD_UP, act: "moveFileSync('new', 'a')", refused: 'EPERM' },
  {
    name: 'removeFile',
    held: 'a',
    load: HELD_UP,
    act: "await removeFile('a')",
    refused: 'EPERM',
    removes: true,
  },
  {
    name: 'removeFileSync',
    held: 'a',
    load: HELD_UP,
    act: "removeFileSync('a')",
    refused: 'EPERM',
    removes: true,
  },
  {
    name: 'writeFileAtomic',
    held: 'report.pdf',
    load: load('writeFileAtomic', 'src-main/files/writeFile.ts'),
    act: "await writeFileAtomic('report.pdf', 'new')",
    refused: 'disk_readonly',
  },
  {
    name: 'writeSamples',
    held: 'part.samples',
    load: load('writeSamples', 'src-main/market/sampleFile.ts'),
    act: "writeSamples('part.samples', [])",
    refused: 'disk_readonly',
  },
  {
    name: 'writePanelCache',
    held: 'store.panel',
    load: `${load('panelBlock', 'src-main/market/panelBlock.ts')}
           ${load('writePanelCache', 'src-main/market/panelCache.ts')}`,
    act: `const [block, one] = [panelBlock(1), Int32Array.of(0)]
          const panel = { dates: one, symbols: ['600000.SH'], ...block.matrices, listedAt: one }
          const values = { bars: 1, barsOutside: 0, factorsFrom: one, hash: 'hash' }
          writePanelCache('store.panel', 'key', { panel, block, ...values })`,
    // Then it is not kept.
    refused: 'done',
  },
  {
    name: 'holdFolder',
    held: 'owner',
    load: load('holdFolder', 'src-main/study/folderLock.ts'),
    act: "(await holdFolder('.'))()",
    refused: 'EPERM',
    removes: true,
  },
  {
    name: 'writeSample',
    held: 'study.json',
    load: `${load('writeSample', 'src-main/sample/write.ts')}
           ${load('smallRecipe', 'tests/fixtures/smallStore.ts')}`,
    // Of three months: it is written in no time.
    act: `const recipe = smallRecipe()
          await writeSample('.', { ...recipe, calendar: { ...recipe.calendar, last: 20150331 } })`,
    refused: 'disk_readonly',
  },
  {
    name: 'a forgotten mapping',
    held: 'mine.json',
    load: load('createMappingService', 'src-main/host/services/mappings.ts'),
    act: "await createMappingService('.').forget('mine')",
    refused: 'EPERM',
    removes: true,
  },
]
/** Of a folder it says that its process is gone. */
const OLD = '{"boot":"another"}'

describe.skipIf(process.getuid?.() !== 0)('a file that is held up (needs root)', () => {
  it.each(CHANGES)('is waited for by $name on Windows', async ({ removes = false, ...change }) => {
    const next = stranger('win32', change)
    expect([await next(), await next()]).toEqual(['EPERM', 'EPERM'])
    // By then it has been refused once more: what does not wait has failed.
    await new Promise((resolve) => setTimeout(resolve, 1000))
    chmodSync(folder, 0o777)
    expect(await next()).toBe('done')
    const path = join(folder, change.held)
    if (removes) expect(existsSync(path)).toBe(false)
    else expect(readFileSync(path, 'utf8')).not.toBe(OLD)
  })

  it.each(CHANGES)('fails $name elsewhere', async ({ refused, ...change }) => {
    const next = stranger('linux', change)
    expect([await next(), await next(), await next()]).toEqual(['EPERM', 'EPERM', refused])
    expect(readFileSync(join(folder, change.held), 'utf8')).toBe(OLD)
  })
})
