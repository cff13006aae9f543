import { readFile } from 'node:fs/promises'
import { availableParallelism, homedir } from 'node:os'
import path from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { type ComputeReport, computeReport } from '../../src-shared/domain/compute.ts'
import { makeFolder } from '../files/folder.ts'
import { writeFileAtomic } from '../files/writeFile.ts'
import { type EngineSource, engineLabel, processorName } from './catalogue.ts'

/** What a report holds for; it is made anew when one of these is another. */
const circumstances = z.strictObject({
  appVersion: z.string(),
  platform: z.string(),
  processor: z.string(),
  cores: z.int(),
  /** Engines and their devices, or why there is none. */
  engines: z.record(z.string(), z.string()),
})
export type Circumstances = z.infer<typeof circumstances>

/** Newest first. App and command line may reach a GPU by different ways: neither forgets what the other measured. */
const keptReports = z.strictObject({
  format: z.literal('plateau-compute-1'),
  reports: z.array(z.strictObject({ circumstances, report: computeReport })),
})
type KeptReports = z.infer<typeof keptReports>['reports']

/** Circumstances whose reports are kept. */
const MOST = 4

/** The circumstances of this moment. */
export async function currentCircumstances(
  catalogue: readonly EngineSource[],
  appVersion: string,
): Promise<Circumstances> {
  const engines: Circumstances['engines'] = {}
  for (const source of catalogue) {
    const finding = await source.find()
    engines[source.name] = finding.available
      ? `${engineLabel(source.name, finding)}, ${finding.device}`
      : finding.reason.code
  }
  return {
    appVersion,
    platform: `${process.platform}-${process.arch}`,
    processor: processorName(),
    cores: availableParallelism(),
    engines,
  }
}

/**
 * Where the report of this machine and user is kept: PLATEAU_COMPUTE_FILE, else compute.json in the folder the platform
 * has for a program's settings.
 */
export function keptFile(): string {
  const named = process.env['PLATEAU_COMPUTE_FILE'] ?? ''
  if (named !== '') return path.resolve(named)
  return path.join(settingsFolder(), 'plateau', 'compute.json')
}

function settingsFolder(): string {
  const home = homedir()
  switch (process.platform) {
    case 'win32':
      return process.env['APPDATA'] ?? path.join(home, 'AppData', 'Roaming')
    case 'darwin':
      return path.join(home, 'Library', 'Application Support')
    default:
      return process.env['XDG_CONFIG_HOME'] || path.join(home, '.config')
  }
}

/**
 * The report kept for these circumstances, the newest of any where `now` is null; null when there is none, or the file
 * cannot be read.
 */
export async function readKept(now: Circumstances | null): Promise<ComputeReport | null> {
  const found = (await readAll()).find((kept) => now === null || isDeepStrictEqual(kept.circumstances, now))
  return found?.report ?? null
}

/**
 * Keep a report, unless an engine failed in it: what it failed of, such as too little memory, may pass. Where it is not
 * kept the next process measures again: no reason to stop this one.
 */
export async function keep(report: ComputeReport, now: Circumstances): Promise<void> {
  if (report.engines.some(({ reason: { code } }) => code === 'failed' || code === 'no_answer')) return
  try {
    const others = (await readAll()).filter((kept) => !isDeepStrictEqual(kept.circumstances, now))
    const reports = [{ circumstances: now, report }, ...others].slice(0, MOST)
    const content: z.infer<typeof keptReports> = { format: 'plateau-compute-1', reports }
    await makeFolder(path.dirname(keptFile()))
    await writeFileAtomic(keptFile(), `${JSON.stringify(content, null, 2)}\n`)
  } catch {
    // Said above.
  }
}

async function readAll(): Promise<KeptReports> {
  try {
    return keptReports.parse(JSON.parse(await readFile(keptFile(), 'utf8'))).reports
  } catch {
    return []
  }
}
