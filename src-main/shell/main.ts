import { app, protocol } from 'electron'
import { startApplication } from './application.ts'
import { parseShellArguments } from './arguments.ts'
import { runPrintJob } from './printJob.ts'
import { PRIVILEGED_SCHEMES } from './schemes.ts'

protocol.registerSchemesAsPrivileged(PRIVILEGED_SCHEMES)

const shellArguments = parseShellArguments(process.argv.slice(1))
if (shellArguments.mode === 'window') startApplication(shellArguments)
// Not awaited at the top level: Electron is ready only after this module has been evaluated.
else void app.whenReady().then(async () => app.exit(await runPrintJob(shellArguments)))
