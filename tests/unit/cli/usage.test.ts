import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { errorOf, plateau } from './plateau.ts'

const folder = mkdtempSync(join(tmpdir(), 'plateau-cli-'))
afterAll(() => rmSync(folder, { recursive: true }))

const COMMANDS = [
  'import',
  'data',
  'backup',
  'restore',
  'remove',
  'study',
  'sample',
  'factor',
  'runs',
  'run',
  'report',
  'compute',
  'serve',
]

describe('help', () => {
  it('names every command and the exit codes', async () => {
    const { code, stdout } = await plateau(['help'])
    expect(code).toBe(0)
    for (const command of COMMANDS) expect(stdout).toContain(`  plateau ${command}`)
    expect(stdout).toContain('Exit codes: 0 done, 2 bad input, 3 interrupted, 1 internal error')
  })

  it.each([
    ['import', '--help'],
    ['report', '-h'],
  ])('of %s %s is its usage', async (command, option) => {
    const { code, stdout, stderr } = await plateau([command, option])
    expect(code).toBe(0)
    expect(stdout).toMatch(new RegExp(`^Usage: plateau ${command} `))
    expect(stderr).toBe('')
  })
})

describe('a wrong command line', () => {
  it.each<[string, string[], string]>([
    ['an unknown command', ['train'], 'There is no command train.'],
    ['an unknown option', ['study', 's.json', '--epochs', '3'], "Unknown option '--epochs'."],
    ['an option without its value', ['data', '--store'], "Option '--store <value>' argument missing."],
    ['a missing operand', ['import'], 'An argument is missing.'],
    [
      'a preset beside a mapping file',
      ['import', 'x.csv', '--preset', 'wind', '--map', 'm.json'],
      'A file is read by a preset or by a mapping file.',
    ],
    ['an unknown encoding', ['import', 'x.csv', '--encoding', 'latin1'], 'There is no encoding latin1.'],
    ['too many operands', ['runs', 'all'], 'There are too many arguments.'],
    ['a report without --out', ['report', 'x'], '--out FILE is missing.'],
    [
      'an unknown locale',
      ['report', 'x', '--out', 'x.pdf', '--locale', 'fr'],
      'There is no report locale fr.',
    ],
    [
      'a language for what is said in one only',
      ['data', '--locale', 'zh-CN'],
      '--locale is the language of what --doctor says.',
    ],
    ['a server without a port', ['serve'], '--port N is missing.'],
    [
      'a server without a token',
      ['serve', '--port', '0'],
      'There is no token: name its file with --token-file.',
    ],
    ['a port that is none', ['serve', '--port', '99999'], '--port 99999 is no port.'],
    ['a folder as store', ['data', '--store', folder], 'The path is a folder, not a file.'],
  ])('%s ends with exit code 2, one sentence and what to do', async (_, args, message) => {
    const ended = await plateau([...args, ...(args.at(-1) === '--store' ? [] : ['--json'])])
    expect(ended.code).toBe(2)
    expect(ended.stderr).toContain(`${message}\n  `)
    if (args.at(-1) !== '--store')
      expect(errorOf(ended)).toMatchObject({ code: 'usage', message, remedy: expect.any(String) })
  })

  it('says how a value that begins with a dash is written', async () => {
    const ended = await plateau(['landscape', 'x', '--region', '-0.5,0.5,0,1', '--json'])
    expect(ended.code).toBe(2)
    expect(errorOf(ended)).toMatchObject({
      code: 'usage',
      message: "Option '--region' argument is ambiguous.",
      remedy: expect.stringMatching(/ --region=VALUE\.\n {2}Usage: .*--region=X0,X1,Y0,Y1/),
    })
  })

  it('a store that is not there is not made by looking', async () => {
    const store = join(folder, 'none.sqlite')
    const commands = [
      ['data'],
      ['runs'],
      ['run', 'x'],
      ['run', 'x', '--again'],
      ['report', 'x', '--out', 'x.pdf'],
      ['landscape', 'x'],
      ['serve', '--port', '0'],
    ]
    for (const args of commands) {
      const ended = await plateau([...args, '--store', store, '--json'], {
        env: { PLATEAU_TOKEN: randomBytes(32).toString('base64url') },
      })
      expect(ended.code).toBe(2)
      expect(errorOf(ended)).toMatchObject({ code: 'file_not_found', place: { file: store } })
    }
    expect(readdirSync(folder)).toEqual([])
  })
})
