import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** Before all tests: their temporary files are in one folder, which goes with them, those of killed processes as well. */
export default function setup(): () => void {
  const folder = mkdtempSync(path.join(tmpdir(), 'plateau-tests-'))
  process.env['TMPDIR'] = folder
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}
