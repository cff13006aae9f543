import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import packageJson from '../../../package.json' with { type: 'json' }
import * as channels from '../../../src-main/shell/channels.ts'
import { hostContract, windowContract } from '../../../src-shared/contract/index.ts'
import { trust } from '../../fixtures/trust.ts'

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
    // As a page of another's would be: a frame of the report alone, without scripts, forms or navigation.
    expect(filesWith(/<webview\b/)).toEqual([])
    expect(filesWith(/<iframe\b/)).toEqual(['src-renderer/views/report/ReportMaker.vue'])
    expect(filesWith(/<iframe[^>]*\ssandbox="allow-same-origin"/)).toEqual([
      'src-renderer/views/report/ReportMaker.vue',
    ])
    trust('pages', { sources: sources.length, 'places that make them': 3, 'other preferences': 0 })
  })

  it('never turn Chromium’s sandbox off', () => {
    expect(filesWith(/no-sandbox/)).toEqual([])
  })

  it('import electron in the shell only', () => {
    expect(filesWith(/from 'electron'/).every((file) => file.startsWith('src-main/shell/'))).toBe(true)
    expect(filesWith(/from 'electron'/).length).toBeGreaterThan(0)
  })

  it('listen on the five channels of the window and on no other', () => {
    const listens = sources.flatMap(([file, text]) =>
      [...text.matchAll(/ipcMain\.(?:handle|on|once|handleOnce)\((\w+)/g)].map(
        ([, channel]) => `${file} ${channel}`,
      ),
    )
    expect(listens).toEqual(
      ['CALL', 'SELECT', 'FOLLOW', 'SUBSCRIBE', 'UNSUBSCRIBE'].map(
        (channel) => `src-main/shell/ipc.ts ${channel}`,
      ),
    )
  })

  it('send on two channels, one to each kind of page', () => {
    const sends = sources.flatMap(([file, text]) =>
      [...text.matchAll(/\b(?:sender|webContents)\.(?:send|postMessage)\((\w+)/g)].map(
        ([, channel]) => `${file} ${channel}`,
      ),
    )
    expect(sends).toEqual(['src-main/shell/gpu/view.ts GPU_PORT', 'src-main/shell/ipc.ts ITEM'])
    expect(Object.values(channels)).toHaveLength(6)
  })

  it('give the window what takes no path', () => {
    const withheld = Object.keys(hostContract).filter((name) => !Object.hasOwn(windowContract, name))
    expect(withheld.sort()).toEqual([
      'diagnostics.save',
      'imports.preview',
      'imports.start',
      'project.create',
      'project.open',
      'project.openSample',
      'safety.backup',
      'safety.recoverFrom',
      'safety.restore',
    ])
    // A path, in or out of anything, is one that the shell has from a dialog.
    const takers = Object.entries(windowContract).filter(([, { input }]) => {
      const shape = (input as { shape?: object }).shape ?? {}
      return Object.keys(shape).some((key) => /path|file$|folder/i.test(key) && key !== 'file')
    })
    expect(takers.map(([name]) => name)).toEqual([])
  })

  it('open nothing outside the app', () => {
    expect(filesWith(/\bopenExternal|\bopenPath|showItemInFolder|openDevTools/)).toEqual([])
    expect(filesWith(/import \{[^}]*\b(shell|net|autoUpdater)\b[^}]*\} from 'electron'/)).toEqual([])
  })

  it('reach no network', () => {
    const modules = /['"](?:node:)?(?:https?|http2|net|tls|dgram|dns|dns\/promises|inspector)['"]/
    expect(filesWith(modules)).toEqual(['src-main/compute/localSocket.ts', 'src-main/host/remote/tcp.ts'])
    const calls =
      /\bfetch\(|new (?:XMLHttpRequest|WebSocket|EventSource|WebTransport|RTCPeerConnection)\b|sendBeacon/
    expect(filesWith(calls)).toEqual(['src-renderer/views/settings/LicenceDialog.vue'])
    expect(filesWith(/\bfetch\((?!`\/\$\{NOTICES_FILE\}`\))/)).toEqual([])
    const shippedPackages = Object.keys(packageJson.dependencies)
    expect(
      shippedPackages.filter((name) => /updater|sentry|analytics|telemetry|axios|undici|^ws$/.test(name)),
    ).toEqual([])
    trust('network modules', {
      sources: sources.length,
      'sources that import one, with a reason': 2,
      'uses in pages': 0,
    })
  })

  it('keep the preloads short', () => {
    const lines = (file: string): number =>
      fs.readFileSync(path.join(root, 'src-main/shell', file), 'utf8').split('\n').length
    expect(lines('preload.ts')).toBeLessThan(60)
    expect(lines('gpu/preload.ts')).toBeLessThan(10)
  })
})
