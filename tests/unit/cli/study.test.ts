import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ExcelJS from 'exceljs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { StudyConfig } from '../../../src-shared/domain/study.ts'
import type { ErrorData } from '../../../src-shared/errors.ts'
import { openStore } from '../../../src-main/store/store.ts'
import { studyResult } from '../../../src-main/store/studies.ts'
import { smallStore, smallStudy } from '../../fixtures/smallStore.ts'
import { canMount, smallDisk } from '../../fixtures/smallDisk.ts'
import { answerOf, type Ended, errorOf, plateau } from './plateau.ts'

let folder = ''
let store = ''
beforeAll(async () => {
  ;({ folder, path: store } = await smallStore())
})
afterAll(() => rmSync(folder, { recursive: true }))

const small = smallStudy()
/** One model and one optimizer: done in a second or two. */
const quick: StudyConfig = {
  ...small,
  models: [small.models[0]],
  optimizers: [small.optimizers[0]],
  training: { ...small.training, seeds: [1], maxEpochs: 1 },
}

function studyFile(name: string, content: unknown): string {
  const path = join(folder, name)
  writeFileSync(path, content instanceof Buffer ? content : JSON.stringify(content))
  return path
}

const study = (file: string, ...more: string[]): string[] => [
  'study',
  file,
  ...more,
  '--store',
  store,
  '--json',
]

async function studies(): Promise<{ id: string; state: string; name: string }[]> {
  const ended = await plateau(['runs', '--store', store, '--json'])
  return answerOf<{ studies: { id: string; state: string; name: string }[] }>(ended).studies
}

describe('plateau study', () => {
  it('answers with one object on standard output and its progress on standard error', async () => {
    const ended = await plateau(study(studyFile('quick.json', quick)))
    expect(ended.code).toBe(0)
    const { studyId, synthetic } = answerOf<{ studyId: string; synthetic: boolean }>(ended)
    expect(synthetic).toBe(true)
    expect(ended.stderr).toContain('epoch 1: train IC')
    const run = await plateau(['run', studyId, '--store', store, '--json'])
    expect(run.code).toBe(0)
    expect(answerOf(run)).toMatchObject({ id: studyId, state: 'done', error: null })
  })

  it.each<[string, unknown, string, object]>([
    ['an unknown field', { ...small, epochs: 3 }, 'study_invalid', { field: 'epochs' }],
    [
      'an impossible value',
      { ...small, training: { ...small.training, maxEpochs: 0 } },
      'study_invalid',
      { field: 'training.maxEpochs' },
    ],
    ['binary content', Buffer.from([0x1b, 0x5b, 0x33, 0x31, 0x6d, 0, 1, 2]), 'study_invalid', { row: 1 }],
  ])('refuses %s before it makes anything', async (_, content, code, place) => {
    const file = studyFile('bad.json', content)
    const out = join(folder, 'not-made')
    const ended = await plateau(study(file, '--out', out))
    expect(ended.code).toBe(2)
    expect(errorOf(ended)).toMatchObject({ code, place: { file, ...place }, remedy: expect.any(String) })
    expect(ended.stderr).not.toMatch(/[\0-\x08\x1b]/)
    expect(existsSync(out)).toBe(false)
  })

  it('names the study file where the store has not what a field asks for', async () => {
    const file = studyFile('index.json', { ...quick, universe: { ...quick.universe, index: 'NONE.IDX' } })
    for (const more of [['--out', join(folder, 'not-made')], ['--estimate']]) {
      const ended = await plateau(study(file, ...more))
      expect(ended.code).toBe(2)
      expect(errorOf(ended).place).toMatchObject({ file, field: 'universe.index' })
    }
    expect(existsSync(join(folder, 'not-made'))).toBe(false)
  })

  it('refuses an engine there is not', async () => {
    const ended = await plateau(study(studyFile('quick.json', quick)), { env: { PLATEAU_ENGINE: 'cuda' } })
    expect([ended.code, errorOf(ended).code]).toEqual([2, 'usage'])
    expect(errorOf(ended).remedy).toContain('native, wasm, webgpu, tensorflow, reference')
  })

  it('computes on the engine it asks for, and records that', async () => {
    const asked = { ...quick, training: { ...quick.training, engine: 'reference' } }
    const ended = await plateau(study(studyFile('asked.json', asked)))
    expect(ended.code).toBe(0)
    expect(ended.stderr).toContain('engine: reference\n')
    const { studyId } = answerOf<{ studyId: string }>(ended)
    const opened = openStore(store, { mode: 'read' })
    expect(studyResult(opened, studyId).engine).toBe('reference')
    opened.close()
  })

  it('refuses a file in the place of its output folder before it trains', async () => {
    const before = await studies()
    const out = studyFile('a-file', 'x')
    const ended = await plateau(study(studyFile('quick.json', quick), '--out', join(out, 'report')))
    expect(ended.code).toBe(2)
    expect(errorOf(ended)).toMatchObject({
      code: 'usage',
      place: { file: join(out, 'report') },
      remedy: expect.stringContaining('--out'),
    })
    expect(await studies()).toEqual(before)
  })

  it.skipIf(!canMount)('refuses a read-only disk before it trains (needs root: mounts a tmpfs)', async () => {
    const disk = smallDisk(65_536)
    try {
      disk.makeReadOnly()
      const ended = await plateau(study(studyFile('quick.json', quick), '--out', join(disk.folder, 'a', 'b')))
      expect([ended.code, errorOf(ended).code]).toEqual([2, 'disk_readonly'])
    } finally {
      disk.remove()
    }
  })

  it.skipIf(!canMount)(
    'on a full disk leaves no file and says how to get its report (needs root: mounts a tmpfs)',
    async () => {
      const disk = smallDisk(4_096)
      try {
        const ended = await plateau(study(studyFile('quick.json', quick), '--out', disk.folder))
        expect([ended.code, errorOf(ended).code]).toEqual([2, 'disk_full'])
        await expectStored(ended)
        expect(readdirSync(disk.folder)).toEqual([])
      } finally {
        disk.remove()
      }
    },
  )

  it.skipIf(!canMount)(
    'whose samples do not fit beside the store says so, and leaves none there (needs root: mounts a tmpfs)',
    async () => {
      const disk = smallDisk(65_536)
      try {
        rmSync(`${store}.work`, { recursive: true, force: true })
        symlinkSync(disk.folder, `${store}.work`)
        const ended = await plateau(study(studyFile('quick.json', quick)))
        expect(ended.code).toBe(2)
        expect(errorOf(ended)).toMatchObject({
          code: 'disk_full',
          place: { file: expect.stringContaining(`${store}.work`) },
          remedy: expect.stringContaining('the store'),
        })
        const [{ id, state }] = await studies()
        expect(state).toBe('failed')
        expect(readdirSync(join(disk.folder, id, 'samples'))).toEqual([])
      } finally {
        rmSync(`${store}.work`, { recursive: true, force: true })
        disk.remove()
      }
    },
  )

  it.each<[string, string[], string]>([
    ['neither a file nor an id', [], 'usage'],
    ['a file and an id', ['study.json', '--resume', 'none'], 'usage'],
    ['no runs at a time', ['--resume', 'none', '--workers', '0'], 'usage'],
    ['an id there is not', ['--resume', 'none'], 'not_found'],
  ])('refuses %s', async (_, args, code) => {
    const ended = await plateau(['study', ...args, '--store', store, '--json'])
    expect([ended.code, errorOf(ended).code]).toEqual([2, code])
  })

  it('with a folder in the place of result.json leaves nothing else and says how to get its report', async () => {
    const out = join(folder, 'occupied')
    mkdirSync(join(out, 'result.json'), { recursive: true })
    const ended = await plateau(study(studyFile('quick.json', quick), '--out', out))
    expect(ended.code).toBe(2)
    expect(errorOf(ended)).toMatchObject({ code: 'usage', place: { file: join(out, 'result.json') } })
    await expectStored(ended)
    expect(readdirSync(out)).toEqual(['result.json'])
  })

  it('whose report cannot be printed says how to get it', async () => {
    const out = join(folder, 'unprinted')
    const ended = await plateau(study(studyFile('quick.json', quick), '--out', out, '--locale', 'en'), {
      env: { PLATEAU_ELECTRON: join(folder, 'no-electron') },
    })
    expect([ended.code, errorOf(ended).code]).toEqual([2, 'runtime_missing'])
    await expectStored(ended)
    expect(errorOf(ended).remedy).toMatch(/ --locale en$/)
    expect(readdirSync(out)).toEqual(['result.json'])
    expect(JSON.parse(readFileSync(join(out, 'result.json'), 'utf8'))).toMatchObject({
      format: 'plateau-study-1',
    })
  })

  /** The remedy names the newest study of the store, which is done. */
  async function expectStored(ended: Ended): Promise<void> {
    const [{ id, state }] = await studies()
    expect(state).toBe('done')
    expect(errorOf(ended).remedy).toContain(
      `The study is stored: plateau report ${id} --out FILE --store ${store}`,
    )
  }
})

describe.skipIf(process.platform === 'win32')('a study that is stopped (skipped on Windows)', () => {
  const long = { ...small, name: 'long', training: { ...small.training, maxEpochs: 1000, patience: 1000 } }

  /** Signals that come at once may arrive as one. Later ones would meet a process that has said all and is ending. */
  const pause = (milliseconds: number): void => {
    const until = performance.now() + milliseconds
    while (performance.now() < until);
  }

  it.each<[NodeJS.Signals, 'group' | undefined, number]>([
    ['SIGINT', 'group', 1],
    ['SIGTERM', undefined, 1],
    // As where the process that started it passes on what the group got.
    ['SIGTERM', 'group', 5],
  ])(
    'by %s (%s, times %i) ends with exit code 3, interrupted in the store, no process left',
    async (signal, group, times) => {
      let sent = false
      const ended = await plateau(study(studyFile('long.json', long)), {
        onStderr(text, kill) {
          if (!sent && text.includes('epoch 2')) {
            sent = true
            for (let time = 0; time < times; time++) {
              kill(signal, group)
              pause(10)
            }
          }
        },
      })
      expect([ended.code, errorOf(ended).code]).toEqual([3, 'interrupted'])
      const [{ id, name, state }] = await studies()
      expect([name, state]).toEqual(['long', 'interrupted'])
      expect(errorOf(ended).remedy).toContain(`plateau study --resume ${id} --store ${store}`)
      // Signal 0 asks whether anybody is left in the process group.
      await vi.waitFor(() => expect(() => process.kill(-ended.pid, 0)).toThrow('ESRCH'), { timeout: 20_000 })
    },
  )
})

describe.skipIf(process.platform === 'win32')('plateau study --resume (skipped on Windows)', () => {
  const config = { ...quick, name: 'resumed', training: { ...quick.training, maxEpochs: 20, patience: 20 } }
  /** The store by a path that a shell would take apart. */
  const sameStore = (): string => join(folder, "the desk's files", 'small.sqlite')
  beforeAll(() => symlinkSync(folder, join(folder, "the desk's files")))
  /** What a shell hands over when the command of the remedy is typed. */
  const typed = ({ remedy }: ErrorData): string[] => {
    const command = remedy!.replace('It goes on with: ', '')
    const script = `plateau() { printf '%s\\n' "$@"; }; ${command}`
    return execFileSync('sh', ['-c', script], { encoding: 'utf8' }).trimEnd().split('\n')
  }
  const resultOf = (id: string): string => {
    const opened = openStore(store, { mode: 'read' })
    const result = JSON.stringify(studyResult(opened, id))
    opened.close()
    return result
  }

  it('goes on with a study that was stopped, to the same result, and with none that is done', async () => {
    const file = studyFile('resumed.json', config)
    const whole = answerOf<{ studyId: string }>(await plateau(study(file)))
    const asked = [
      ...['--store', sameStore(), '--out', join(folder, 'the report')],
      ...['--locale', 'en', '--workers', '1', '--threads', '1', '--memory', '4'],
    ]
    let sent = false
    const stopped = await plateau(['study', file, ...asked, '--json'], {
      onStderr(text, kill) {
        if (!sent && text.includes('epoch 3')) {
          sent = true
          kill('SIGTERM')
        }
      },
    })
    const [{ id, state }] = await studies()
    expect(state).toBe('interrupted')
    expect(typed(errorOf(stopped))).toEqual(['study', '--resume', id, ...asked])
    const resume = ['study', '--resume', id, '--workers', '1', '--store', store, '--json']
    const ended = await plateau(resume)
    expect(ended.code).toBe(0)
    expect(answerOf(ended)).toMatchObject({ studyId: id })
    expect(ended.stderr).not.toContain('epoch 1: ')
    expect(resultOf(id)).toBe(resultOf(whole.studyId))
    const again = await plateau(resume)
    expect([again.code, errorOf(again).code]).toEqual([2, 'resume_refused'])
  }, 120_000)

  it('goes on with what run --again was stopped in', async () => {
    const done = (await studies()).find(({ state }) => state === 'done')!
    let sent = false
    const stopped = await plateau(['run', done.id, '--again', '--store', sameStore(), '--json'], {
      onStderr(_, kill) {
        if (!sent) kill('SIGTERM')
        sent = true
      },
    })
    const [{ id, state }] = await studies()
    expect(state).toBe('interrupted')
    expect(typed(errorOf(stopped))).toEqual(['study', '--resume', id, '--store', sameStore()])
  })
})

describe('plateau report', () => {
  it('of an id there is not writes nothing', async () => {
    const file = join(folder, 'none.pdf')
    const ended = await plateau(['report', 'none', '--out', file, '--store', store, '--json'])
    expect([ended.code, errorOf(ended).code]).toEqual([2, 'not_found'])
    expect(existsSync(file)).toBe(false)
  })

  it('is a page or a workbook where the file ends so, and nothing where its ending says no format', async () => {
    const done = (await studies()).find(({ state }) => state === 'done')!
    const written = async (name: string): Promise<Ended> =>
      plateau(['report', done.id, '--out', join(folder, name), '--locale', 'en', '--store', store, '--json'])
    expect((await written('whole.html')).code).toBe(0)
    expect(readFileSync(join(folder, 'whole.html'), 'utf8')).toContain('<html lang="en"')
    expect((await written('whole.xlsx')).code).toBe(0)
    const book = new ExcelJS.Workbook()
    await book.xlsx.readFile(join(folder, 'whole.xlsx'))
    expect(book.worksheets.length).toBeGreaterThan(3)
    const refused = await written('whole.docx')
    expect([refused.code, errorOf(refused).code]).toEqual([2, 'usage'])
    expect(existsSync(join(folder, 'whole.docx'))).toBe(false)
  })

  it.skipIf(process.platform === 'win32')(
    'that is stopped while it prints ends with exit code 3 and no file (skipped on Windows)',
    async () => {
      const done = (await studies()).find(({ state }) => state === 'done')!
      const started = join(folder, 'printing')
      const runtime = join(folder, 'electron.sh')
      // A runtime that, as Electron does, takes a signal for an ordinary end.
      writeFileSync(
        runtime,
        `#!/bin/sh\ntrap 'exit 0' INT TERM\necho $PPID > ${started}.tmp\nmv ${started}.tmp ${started}\nwhile :; do sleep 0.1; done\n`,
        { mode: 0o755 },
      )
      const file = join(folder, 'stopped.pdf')
      const printing = plateau(['report', done.id, '--out', file, '--store', store, '--json'], {
        env: { PLATEAU_ELECTRON: runtime },
      })
      await vi.waitFor(() => expect(existsSync(started)).toBe(true), { timeout: 30_000 })
      process.kill(-Number(readFileSync(started, 'utf8')), 'SIGINT')
      const ended = await printing
      expect([ended.code, errorOf(ended).code]).toEqual([3, 'interrupted'])
      expect(readdirSync(folder).filter((name) => name.startsWith('stopped.pdf'))).toEqual([])
    },
  )
})
