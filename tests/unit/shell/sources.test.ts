import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'

const root = path.resolve(import.meta.dirname, '../../..')
const shipped = execFileSync('git', ['ls-files', 'src-main', 'src-shared', 'src-renderer'], {
  cwd: root,
  encoding: 'utf8',
})
  .trim()
  .split('\n')
  .filter((file) => fs.existsSync(path.join(root, file)))
const sources = shipped.map((file) => [file, fs.readFileSync(path.join(root, file), 'utf8')] as const)
const filesWith = (pattern: RegExp): string[] =>
  sources.filter(([, text]) => pattern.test(text)).map(([file]) => file)

/** Rules of the Electron surface that hold over all shipped sources. */
describe('shipped sources', () => {
  it('make windows in one place, and contents without a window in two', () => {
    expect(filesWith(/new BrowserWindow\(/)).toEqual(['src-main/shell/window.ts'])
    expect(filesWith(/new (WebContentsView|BrowserView)\(/)).toEqual([
      'src-main/shell/document.ts',
      'src-main/shell/gpu/view.ts',
    ])
    expect(filesWith(/webPreferences: (?!hardenedPreferences\()/)).toEqual([])
    expect(
      filesWith(/sandbox: false|contextIsolation: false|nodeIntegration: true|webSecurity: false/),
    ).toEqual([])
  })

  it('never turn Chromium’s sandbox off', () => {
    expect(filesWith(/no-sandbox/)).toEqual([])
  })

  it('import electron in the shell only', () => {
    expect(filesWith(/from 'electron'/).every((file) => file.startsWith('src-main/shell/'))).toBe(true)
    expect(filesWith(/from 'electron'/).length).toBeGreaterThan(0)
  })

  it('listen on the four channels of the window and on no other', () => {
    const listens = sources.flatMap(([file, text]) =>
      [...text.matchAll(/ipcMain\.(?:handle|on|once|handleOnce)\((\w+)/g)].map(
        ([, channel]) => `${file} ${channel}`,
      ),
    )
    expect(listens).toEqual(
      ['CALL', 'SELECT', 'SUBSCRIBE', 'UNSUBSCRIBE'].map((channel) => `src-main/shell/ipc.ts ${channel}`),
    )
  })

  it('open nothing outside the app', () => {
    expect(filesWith(/shell\.open(External|Path)|openDevTools/)).toEqual([])
  })

  it('keep the preloads short', () => {
    const lines = (file: string): number =>
      fs.readFileSync(path.join(root, 'src-main/shell', file), 'utf8').split('\n').length
    expect(lines('preload.ts')).toBeLessThan(60)
    expect(lines('gpu/preload.ts')).toBeLessThan(10)
  })
})
