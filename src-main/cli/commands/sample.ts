import { join, resolve } from 'node:path'
import { writeSample } from '../../sample/write.ts'
import { parseCommand } from '../arguments.ts'
import type { Terminal } from '../terminal.ts'

/** Write the synthetic sample's files and its study file into a folder. */
export async function sample(args: readonly string[], terminal: Terminal): Promise<void> {
  const { values } = parseCommand(
    args,
    'sample [--out DIR] [--json]',
    { out: { type: 'string' } },
    { min: 0, max: 0 },
  )
  const folder = resolve(values.out ?? 'sample')
  const { files, bars } = await writeSample(folder)
  terminal.answer({ folder, study: join(folder, 'study.json'), synthetic: true, files, bars }, [
    `SYNTHETIC DATA: ${bars} bars in ${folder}`,
    ...files,
    '',
    `plateau import ${folder} && plateau study ${join(folder, 'study.json')} --out report`,
  ])
}
