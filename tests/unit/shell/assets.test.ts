import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { CONTENT_SECURITY_POLICY, readAsset, resolveAsset } from '../../../src-main/shell/assets.ts'
import { trust } from '../../fixtures/trust.ts'

const root = path.resolve('/srv/plateau/out/renderer')
const get = (url: string) => resolveAsset(root, 'GET', url)

describe('resolveAsset', () => {
  it.each([
    ['app://plateau/index.html', 'index.html', 'text/html; charset=utf-8'],
    ['app://plateau/index.html?test', 'index.html', 'text/html; charset=utf-8'],
    ['app://plateau/assets/index-abc.js', 'assets/index-abc.js', 'text/javascript; charset=utf-8'],
    ['app://plateau/assets/noto%20sans.woff2', 'assets/noto sans.woff2', 'font/woff2'],
    ['app://plateau/a/../index.html', 'index.html', 'text/html; charset=utf-8'],
  ])('serves %s', (url, file, contentType) => {
    expect(get(url)).toEqual({ file: path.join(root, file), contentType })
  })

  it.each([
    'app://plateau/..%2fmain%2fshell.js',
    'app://plateau/..%2f..%2fpackage.json',
    'app://plateau/..%5c..%5cpackage.json',
    'app://plateau/index.html%00.js',
    'app://plateau/%',
    'app://plateau/%c0%ae%c0%ae/shell.js',
    'app://plateau/..%2frenderer2%2findex.html',
    'app://plateau/',
    'app://plateau/assets',
    'app://plateau/secret.pem',
    'app://plateau:80/index.html',
    'app://user@elsewhere/index.html',
    'app://elsewhere/index.html',
    'file:///etc/passwd',
    'https://plateau/index.html',
    'not a url',
    '',
  ])('serves nothing for %s', (url) => {
    expect(get(url)).toBeNull()
  })

  it.each(['POST', 'PUT', 'HEAD', 'DELETE', 'get', ''])('answers no %s', (method) => {
    expect(resolveAsset(root, method, 'app://plateau/index.html')).toBeNull()
  })

  it('never leaves its folder for 10,000 random paths', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '..',
        '.',
        '%2e%2e',
        '%2E.',
        '..%2f',
        '%2f',
        '%5c',
        '\\',
        '//',
        '%00',
        'assets',
        'x.js',
        '%',
        '?',
        '#',
      ),
      fc.string({ maxLength: 5 }),
    )
    const url = fc.array(piece, { maxLength: 8 }).map((pieces) => `app://plateau/${pieces.join('/')}`)
    let served = 0
    fc.assert(
      fc.property(url, (requested) => {
        const asset = get(requested)
        if (asset === null) return true
        served++
        return asset.file.startsWith(root + path.sep) && path.resolve(asset.file) === asset.file
      }),
      { numRuns: 10_000, seed: 1 },
    )
    expect(served).toBeGreaterThan(100)
    trust('app URLs', { addresses: 10_000, served, escapes: 0 })
  })
})

describe.skipIf(process.platform === 'win32')('readAsset', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plateau-assets-'))
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }))

  it('follows links within its folder, however that is reached, and none that leads out', async () => {
    const below = path.join(folder, 'renderer')
    fs.mkdirSync(path.join(below, 'assets'), { recursive: true })
    fs.mkdirSync(path.join(folder, 'renderer2'))
    for (const file of ['renderer/index.html', 'secret.js', 'renderer2/secret.js'])
      fs.writeFileSync(path.join(folder, file), file)
    const within = { 'copy.html': 'index.html', 'assets/up.html': '../index.html', 'again.html': 'copy.html' }
    const outward = {
      'file.js': '../secret.js',
      'absolute.js': path.join(folder, 'secret.js'),
      'assets/deep.js': '../../secret.js',
      sibling: '../renderer2',
      parent: '..',
      'twice.js': 'file.js',
      'through.js': 'sibling/secret.js',
      'system.json': '/etc/passwd',
      'gone.js': '../nothing.js',
      'loop.js': 'loop.js',
      'device.js': '/dev/zero',
    }
    for (const [name, target] of Object.entries({ ...within, ...outward }))
      fs.symlinkSync(target, path.join(below, name))
    fs.symlinkSync(below, path.join(folder, 'linked'))
    for (const root of [below, path.join(folder, 'linked')]) {
      for (const name of ['index.html', ...Object.keys(within)])
        expect((await readAsset(root, 'GET', `app://plateau/${name}`))?.content.toString(), name).toBe(
          'renderer/index.html',
        )
      for (const name of [...Object.keys(outward), 'sibling/secret.js', 'parent/secret.js'])
        expect(await readAsset(root, 'GET', `app://plateau/${name}`), name).toBeNull()
    }
    // A folder is no file, whatever it is called.
    fs.mkdirSync(path.join(below, 'folder.js'))
    expect(await readAsset(below, 'GET', 'app://plateau/folder.js')).toBeNull()
    trust('app links', {
      'links within, served': Object.keys(within).length,
      'links outward': Object.keys(outward).length + 2,
      escapes: 0,
    })
  })
})

describe('the content security policy', () => {
  it('allows scripts from the app’s own files only', () => {
    const directives = new Map(
      CONTENT_SECURITY_POLICY.split('; ').map((directive) => {
        const [name, ...sources] = directive.split(' ')
        return [name, sources]
      }),
    )
    expect(directives.get('default-src')).toEqual(["'none'"])
    expect(directives.get('script-src')).toEqual(["'self'"])
    expect(directives.get('connect-src')).toEqual(["'self'"])
    expect(CONTENT_SECURITY_POLICY).not.toMatch(/unsafe-eval|https?:|\*/)
  })
})
