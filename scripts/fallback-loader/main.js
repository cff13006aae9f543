// Stands in for Electron's default_app.asar: load the app whose directory is the first plain argument.
import fs from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { app } from 'electron'

const directory = process.argv.slice(1).find((argument) => !argument.startsWith('-'))
if (directory === undefined) {
  console.error('usage: electron DIRECTORY [arguments]')
  process.exit(2)
}
const appPath = path.resolve(directory)
const manifest = JSON.parse(fs.readFileSync(path.join(appPath, 'package.json'), 'utf8'))
app.setName(manifest.productName ?? manifest.name)
app.setVersion(manifest.version)
app.setAppPath(appPath)
await import(pathToFileURL(path.join(appPath, manifest.main)).href)
