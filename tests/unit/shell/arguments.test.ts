import { describe, expect, it } from 'vitest'
import { parseShellArguments } from '../../../src-main/shell/arguments.ts'

describe('parseShellArguments', () => {
  it('opens a window without a store by default', () => {
    expect(parseShellArguments(['.'])).toEqual({ mode: 'window', store: null, userData: null })
  })

  it('finds its own arguments among Chromium’s', () => {
    const argv = [
      '--inspect=0',
      '--no-sandbox',
      '-r',
      'loader.js',
      '/app',
      '--store',
      'a b.sqlite',
      '--user-data=/u',
    ]
    expect(parseShellArguments(argv)).toEqual({ mode: 'window', store: 'a b.sqlite', userData: '/u' })
  })

  it('reads a print job', () => {
    expect(parseShellArguments(['.', '--print-html=/in.html', '--print-pdf=/out.pdf'])).toEqual({
      mode: 'print',
      html: '/in.html',
      pdf: '/out.pdf',
    })
  })

  it.each([['--print-html=/in.html'], ['--print-pdf=/out.pdf']])(
    'refuses half a print job: %s',
    (argument) => {
      expect(() => parseShellArguments([argument])).toThrow('belong together')
    },
  )

  it('takes an option without its value for absent', () => {
    expect(parseShellArguments(['--store'])).toEqual({ mode: 'window', store: null, userData: null })
  })
})
