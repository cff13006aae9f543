import fs from 'node:fs'
import { app, protocol } from 'electron'
import { startApplication } from './application.ts'
import { parseShellArguments } from './arguments.ts'
import { offerWebGpu } from './gpu/switches.ts'
import { runPrintJob } from './printJob.ts'
import { PRIVILEGED_SCHEMES } from './schemes.ts'
import { lockEverything } from './security.ts'

protocol.registerSchemesAsPrivileged(PRIVILEGED_SCHEMES)

lockEverything(app)

const shellArguments = parseShellArguments(process.argv.slice(1))

const { commandLine } = app
// Pages compute too (docs/decisions/0011-no-maglev.md).
commandLine.appendSwitch('js-flags', '--no-maglev')

// Without a GPU Chromium's GPU process fails while the page loads, and the window often stays blank for good
// (docs/decisions/0001-electron-runtime.md); a software adapter for WebGPU has to be asked for. Printing has no use for
// either.
const hasGpu =
  process.platform !== 'linux' || fs.existsSync('/dev/dri') || commandLine.hasSwitch('use-webgpu-adapter')
const accelerated = hasGpu && !commandLine.hasSwitch('disable-gpu')
if (shellArguments.mode === 'print' || !hasGpu) app.disableHardwareAcceleration()
else offerWebGpu(commandLine)

if (shellArguments.mode === 'window') startApplication({ ...shellArguments, accelerated })
// Not awaited at the top level: Electron is ready only after this module has been evaluated.
else void app.whenReady().then(async () => app.exit(await runPrintJob(shellArguments)))
