// Stands in for Electron's default_app.asar: `electron [-r FILE] DIRECTORY [arguments]` requires the file, as
// Playwright needs to hold the start until it is connected, and loads the app of the directory.
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { app } from 'electron'

const args = process.argv.slice(1)
const preload = args.indexOf('-r')
if (preload >= 0) {
  const [, file] = args.splice(preload, 2)
  createRequire(import.meta.url)(file)
}
const directory = args.find((argument) => !argument.startsWith('-'))
if (directory === undefined) {
  console.error('usage: electron [-r FILE] DIRECTORY [arguments]')
  process.exit(2)
}
const appPath = path.resolve(directory)
const manifest = JSON.parse(fs.readFileSync(path.join(appPath, 'package.json'), 'utf8'))
app.setName(manifest.productName ?? manifest.name)
app.setVersion(manifest.version)
app.setAppPath(appPath)
await import(pathToFileURL(path.join(appPath, manifest.main)).href)
