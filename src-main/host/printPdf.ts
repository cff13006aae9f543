import { spawn } from 'node:child_process'
import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { PlateauError } from '../../src-shared/errors.ts'
import { elsewhere } from '../../src-shared/locales/errors/writing.ts'
import { writeError } from '../files/writeError.ts'
import { writeFileAtomic } from '../files/writeFile.ts'

const root = path.resolve(import.meta.dirname, '../..')
const runtimeFile = path.join(root, '.runtime/electron.json')
const runtime = z.object({ path: z.string(), args: z.array(z.string()) })
const printed = z.object({ pages: z.int() })

/** A report of a hundred pages prints in seconds; past this the runtime hangs. */
const LIMIT_MS = 120_000

/**
 * Print a self-contained HTML document to a PDF from a plain Node process: the Electron runtime set-up installed
 * is started once, without a window or a display.
 * @throws PlateauError runtime_missing when there is no runtime or it ends without a PDF, internal when it fails, that
 *   of writeError when `outPath` cannot be written; the reason of `signal` when it aborts
 */
export async function printPdf(
  html: string,
  outPath: string,
  signal?: AbortSignal,
): Promise<{ pages: number }> {
  signal?.throwIfAborted()
  const electron = await findRuntime()
  const work = await makeWorkFolder()
  try {
    const htmlPath = path.join(work, 'report.html')
    const pdfPath = path.join(work, 'report.pdf')
    await writeFileAtomic(htmlPath, html)
    const args = [`--user-data-dir=${work}`, root, `--print-html=${htmlPath}`, `--print-pdf=${pdfPath}`]
    const output = await runElectron(electron, args, signal)
    const pdf = await fs.readFile(pdfPath).catch(() => null)
    // Electron takes a signal, or a crash of its display, for an ordinary end.
    if (pdf === null) throw missing('The Electron runtime ended without a PDF')
    await writeFileAtomic(outPath, pdf)
    return printed.parse(JSON.parse(output))
  } finally {
    await fs.rm(work, { recursive: true, force: true, maxRetries: 3 })
  }
}

async function makeWorkFolder(): Promise<string> {
  const parent = os.tmpdir()
  return fs.mkdtemp(path.join(parent, 'plateau-print-')).catch((error: unknown) => {
    throw writeError(error, parent, elsewhere.temporaryFolder)
  })
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
function runElectron(
  electron: z.infer<typeof runtime>,
  args: readonly string[],
  signal: AbortSignal | undefined,
): Promise<string> {
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env
  const headless = process.platform === 'linux' ? ['--ozone-platform=headless'] : []
  return new Promise((resolve, reject) => {
    const child = spawn(electron.path, [...electron.args, ...headless, ...args], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: LIMIT_MS,
      killSignal: 'SIGKILL',
    })
    const kill = (): void => {
      child.kill('SIGKILL')
      // Processes of its own may hold its output open for a while.
      child.stdout.destroy()
      child.stderr.destroy()
    }
    signal?.addEventListener('abort', kill, { once: true })
    let output = ''
    let log = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (log = (log + chunk.toString()).slice(-4_000)))
    child.on('error', (error) => reject(missing(`Electron could not be started (${error.message})`)))
    child.on('close', (code, killedBy) => {
      signal?.removeEventListener('abort', kill)
      if (signal?.aborted) reject(signal.reason as Error)
      else if (code === 0) resolve(output.trim().split('\n').at(-1) ?? '')
      else if (log.includes('error while loading shared libraries')) reject(missing(log.trim()))
      else
        reject(
          new PlateauError(
            'internal',
            `Printing ended with ${killedBy ?? `exit code ${code}`}.\n${log.trim()}`,
          ),
        )
    })
  })
}
