import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { root } from '../lib/paths.mjs'
import { run } from '../lib/process.mjs'
import { DESCRIPTION, DESKTOP_ENTRY, SYNOPSIS } from './words.mjs'

/**
 * The archive and the Debian package of Linux, from the app's folder: with tar and dpkg-deb alone, and byte for byte the same
 * for the same folder. electron-builder downloads a tool for one, and keeps times and order of the disk in the other.
 */

const { version } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'))
/** Debian's names of the processors. */
const ARCHITECTURES = { x64: 'amd64', arm64: 'arm64' }
/** The libraries Electron links to; from Debian 13 and Ubuntu 24.04 on some end in t64. */
const DEPENDS = [
  'libgtk-3-0t64 | libgtk-3-0',
  'libnss3',
  'libasound2t64 | libasound2',
  'libgbm1',
  'xdg-utils',
]

const suffix = (runtime) => (runtime.kind === 'fallback' ? '-fallback' : '')

export async function makeArchive(app, out, runtime) {
  const name = `plateau-${version}${suffix(runtime)}-linux-${process.arch}`
  const plain = [
    '--sort=name',
    `--mtime=@${process.env.SOURCE_DATE_EPOCH}`,
    '--owner=0',
    '--group=0',
    '--numeric-owner',
  ]
  const file = path.join(out, `${name}.tar.gz`)
  const renamed = `--transform=s,^\\.,${name},`
  await run('tar', [...plain, renamed, '-I', 'gzip -6n', '-cf', file, '-C', app, '.'])
}

export async function makeDeb(app, out, runtime) {
  const architecture = ARCHITECTURES[process.arch]
  const tree = path.join(out, 'deb')
  const at = (...parts) => path.join(tree, ...parts)
  for (const folder of ['opt', 'usr/bin', 'usr/share/applications', 'usr/share/doc/plateau', 'DEBIAN'])
    fs.mkdirSync(at(folder), { recursive: true, mode: 0o755 })
  fs.cpSync(app, at('opt/Plateau'), { recursive: true })
  // Chromium's own way into its sandbox, where the system lets no user make a namespace.
  fs.chmodSync(at('opt/Plateau/chrome-sandbox'), 0o4755)
  fs.symlinkSync('../../opt/Plateau/plateau', at('usr/bin/plateau'))
  for (const icon of fs.readdirSync(path.join(root, 'resources/icons/linux'))) {
    const apps = at('usr/share/icons/hicolor', path.basename(icon, '.png'), 'apps')
    fs.mkdirSync(apps, { recursive: true })
    fs.copyFileSync(path.join(root, 'resources/icons/linux', icon), path.join(apps, 'plateau.png'))
  }
  fs.copyFileSync(path.join(root, 'LICENSE'), at('usr/share/doc/plateau/copyright'))
  fs.writeFileSync(at('usr/share/applications/plateau.desktop'), desktopFile())
  const marked = `${version}${runtime.kind === 'fallback' ? '~fallback' : ''}`
  fs.writeFileSync(at('DEBIAN/control'), controlFile(marked, architecture, kibibytes(tree)))
  fs.writeFileSync(at('DEBIAN/md5sums'), checksums(tree))
  await run('chmod', ['-R', 'u+rwX,go+rX,go-w', tree])
  const file = path.join(out, `plateau_${version}${suffix(runtime)}_${architecture}.deb`)
  await run('dpkg-deb', ['--root-owner-group', '-Zzstd', '-z6', '--build', tree, file])
  fs.rmSync(tree, { recursive: true })
}

function desktopFile() {
  const entry = {
    Type: 'Application',
    Exec: '/opt/Plateau/plateau %U',
    Icon: 'plateau',
    Terminal: 'false',
    ...DESKTOP_ENTRY,
  }
  const lines = Object.entries(entry).map(([key, value]) => `${key}=${value}`)
  return `[Desktop Entry]\n${lines.join('\n')}\n`
}

function controlFile(marked, architecture, size) {
  return `Package: plateau
Version: ${marked}
Architecture: ${architecture}
Maintainer: The Plateau authors <plateau@localhost>
Installed-Size: ${size}
Depends: ${DEPENDS.join(', ')}
Section: science
Priority: optional
Description: ${SYNOPSIS}
 ${DESCRIPTION}
`
}

/** What `dpkg --verify` goes by. */
function checksums(tree) {
  return filesBelow(tree)
    .filter((file) => !file.startsWith(path.join(tree, 'DEBIAN')))
    .map(
      (file) =>
        `${createHash('md5').update(fs.readFileSync(file)).digest('hex')}  ${path.relative(tree, file)}\n`,
    )
    .join('')
}

const kibibytes = (folder) =>
  Math.ceil(filesBelow(folder).reduce((sum, file) => sum + fs.statSync(file).size, 0) / 1024)

const filesBelow = (folder) =>
  fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort()
