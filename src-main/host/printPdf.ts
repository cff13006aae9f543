import { spawn } from 'node:child_process'
import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { PlateauError } from '../../src-shared/errors.ts'
import { writeFileAtomic } from './writeFile.ts'

const root = path.resolve(import.meta.dirname, '../..')
const runtimeFile = path.join(root, '.runtime/electron.json')
const runtime = z.object({ path: z.string(), args: z.array(z.string()) })
const printed = z.object({ pages: z.int() })

/** A report of a hundred pages prints in seconds; past this the runtime hangs. */
const LIMIT_MS = 120_000

/**
 * Print a self-contained HTML document to a PDF from a plain Node process: the Electron runtime set-up installed
 * is started once, without a window or a display.
 * @throws PlateauError runtime_missing when there is no runtime, internal when it fails, disk_full, disk_readonly or
 *   file_not_found when `outPath` cannot be written
 */
export async function printPdf(html: string, outPath: string): Promise<{ pages: number }> {
  const electron = await findRuntime()
  const work = await fs.mkdtemp(path.join(os.tmpdir(), 'plateau-print-'))
  try {
    const htmlPath = path.join(work, 'report.html')
    const pdfPath = path.join(work, 'report.pdf')
    await writeFileAtomic(htmlPath, html)
    const output = await runElectron(electron, [
      `--user-data-dir=${work}`,
      root,
      `--print-html=${htmlPath}`,
      `--print-pdf=${pdfPath}`,
    ])
    await writeFileAtomic(outPath, await fs.readFile(pdfPath))
    return printed.parse(JSON.parse(output))
  } finally {
    await fs.rm(work, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** The runtime PLATEAU_ELECTRON names, else the one set-up recorded. */
async function findRuntime(): Promise<z.infer<typeof runtime>> {
  const named = process.env['PLATEAU_ELECTRON']
  const recorded = await fs.readFile(runtimeFile, 'utf8').catch(() => null)
  const found =
    named !== undefined
      ? { path: named, args: [] }
      : recorded === null
        ? null
        : runtime.parse(JSON.parse(recorded))
  if (found !== null && (await isExecutable(found.path))) return found
  throw missing(
    found === null ? 'No Electron runtime is installed' : `There is no Electron runtime at ${found.path}`,
  )
}

async function isExecutable(file: string): Promise<boolean> {
  return fs.access(file, fs.constants.X_OK).then(
    () => true,
    () => false,
  )
}

function missing(what: string): PlateauError {
  return new PlateauError('runtime_missing', `${what}; a PDF is printed by it.`, {
    remedy: 'Run "npm run setup", which installs it and names the system libraries it needs.',
  })
}

/** @returns the last line of standard output */
function runElectron(electron: z.infer<typeof runtime>, args: readonly string[]): Promise<string> {
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env
  const headless = process.platform === 'linux' ? ['--ozone-platform=headless'] : []
  return new Promise((resolve, reject) => {
    const child = spawn(electron.path, [...electron.args, ...headless, ...args], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: LIMIT_MS,
      killSignal: 'SIGKILL',
    })
    let output = ''
    let log = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (log = (log + chunk.toString()).slice(-4_000)))
    child.on('error', (error) => reject(missing(`Electron could not be started (${error.message})`)))
    child.on('close', (code, signal) => {
      if (code === 0) resolve(output.trim().split('\n').at(-1) ?? '')
      else if (log.includes('error while loading shared libraries')) reject(missing(log.trim()))
      else
        reject(
          new PlateauError(
            'internal',
            `Printing ended with ${signal ?? `exit code ${code}`}.\n${log.trim()}`,
          ),
        )
    })
  })
}
