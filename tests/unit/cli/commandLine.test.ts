import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { commandLine } from '../../../src-main/cli/commandLine.ts'

describe('a command to be typed', () => {
  it('leaves what needs no quotation marks, and options without a value', () => {
    expect(
      commandLine(['study', '--resume', 'id-1'], { store: './数据/my_1.sqlite', out: undefined }, 'linux'),
    ).toBe('plateau study --resume id-1 --store ./数据/my_1.sqlite')
    expect(commandLine(['data'], { store: String.raw`C:\data\my.sqlite` }, 'win32')).toBe(
      String.raw`plateau data --store C:\data\my.sqlite`,
    )
  })

  it.skipIf(process.platform === 'win32')('comes whole out of a shell (skipped on Windows)', () => {
    const words = [
      'a b',
      "it's",
      '~',
      '$HOME',
      '`id`',
      '*',
      '#x',
      'a;b&c|d',
      '"',
      '\\',
      '',
      '!',
      '(x)',
      '价格',
    ]
    const line = commandLine(words, { out: '-x y' }, 'linux')
    const script = `plateau() { printf '<%s>\\n' "$@"; }; ${line}`
    expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' }).trimEnd().split('\n')).toEqual(
      [...words, '--out=-x y'].map((word) => `<${word}>`),
    )
  })

  it('is quoted for Windows', () => {
    expect(commandLine(['import', 'C:\\my data\\', 'a,b'], {}, 'win32')).toBe(
      String.raw`plateau import "C:\my data\\" "a,b"`,
    )
  })
})
