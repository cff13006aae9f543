import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { smallStore, smallStudy } from '../../fixtures/smallStore.ts'
import { answerOf, MAIN, plateau } from './plateau.ts'

const BARS = 'date,symbol,open,high,low,close,volume\n2020-01-02,A,1,1,1,1,1\n'

let folder = ''
let store = ''
beforeAll(async () => {
  ;({ folder, path: store } = await smallStore())
})
afterAll(() => rmSync(folder, { recursive: true }))

/** What a shell makes of `line`, in which `plateau` is the real command line; `code` is that of the first command of a pipe. */
async function shell(line: string): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const script = `plateau() { "$NODE" "$MAIN" "$@"; }\n${line}\nexit "\${PIPESTATUS[0]}"`
  const child = spawn('bash', ['-c', script], {
    cwd: folder,
    env: { ...process.env, NODE: process.execPath, MAIN, PLATEAU_STORE: store },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'close') as Promise<[number | null]>
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  return { code, stdout, stderr }
}

describe.skipIf(process.platform === 'win32')('a reader that goes (skipped on Windows)', () => {
  it.each([
    ['an answer', 'plateau data --json | true', 0, ''],
    ['the help', 'plateau help | true', 0, ''],
    ['an error', 'plateau report x --out x.docx --json | true', 2, /^plateau: [^\n]*\n {2}[^\n]*\n$/],
    ['an error that is told to nobody', 'plateau run none 2>&1 | true', 2, ''],
  ])('leaves %s its exit code and says nothing', async (_, line, code, told) => {
    const ended = await shell(line)
    expect(ended.code).toBe(code)
    expect(ended.stderr).toMatch(told === '' ? /^$/ : told)
  })

  it('stops no import', async () => {
    // Each is told of in a line of its own.
    const many = join(folder, 'many')
    mkdirSync(many)
    for (let k = 0; k < 20; k++) writeFileSync(join(many, `${k}.csv`), BARS.replace(',A,', `,A${k},`))
    const ended = await shell('plateau import many --store new.sqlite 2>&1 | head -n 1')
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    expect(readdirSync(folder).filter((name) => name.startsWith('new.sqlite'))).toEqual(['new.sqlite'])
    expect(answerOf(await plateau(['data', '--store', join(folder, 'new.sqlite'), '--json']))).toMatchObject({
      bars: 20,
    })
  })

  it('stops no study in training', async () => {
    writeFileSync(join(folder, 'study.json'), JSON.stringify(smallStudy()))
    const ended = await shell('plateau study study.json 2>&1 | head -n 3')
    expect(ended.stdout.split('\n')).toHaveLength(4)
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    expect(answerOf(await plateau(['runs', '--store', store, '--json']))).toMatchObject({
      studies: [{ name: 'small study', state: 'done' }],
    })
  }, 120_000)
})

describe.skipIf(!existsSync('/dev/full'))('a full disk behind a redirection (needs /dev/full)', () => {
  const told = (stream: string): RegExp => new RegExp(`^plateau: ${stream} [^\\n]*ENOSPC[^\\n]*\\n$`)

  it.each(['data --json', 'data', 'help', '--version', 'import --help'])(
    'is told in one sentence: plateau %s',
    async (args) => {
      const { code, stderr } = await shell(`plateau ${args} > /dev/full`)
      expect(code).toBe(2)
      expect(stderr).toMatch(told('standard output'))
    },
  )

  it('is told on standard output where standard error is full, but not into an object', async () => {
    writeFileSync(join(folder, 'few.csv'), BARS)
    const lines = await shell('plateau import few.csv --dry-run 2> /dev/full')
    expect(lines.code).toBe(2)
    expect(lines.stdout).toContain('plateau: standard error ')
    expect(lines.stdout).toContain('1 rows in')
    const json = await shell('plateau import few.csv --dry-run --json 2> /dev/full')
    expect(json.code).toBe(2)
    expect(JSON.parse(json.stdout)).toMatchObject({ dryRun: true })
  })

  it('on both streams is told to nobody', async () => {
    expect(await shell('plateau data > /dev/full 2>&1')).toMatchObject({ code: 2, stderr: '' })
  })
})
