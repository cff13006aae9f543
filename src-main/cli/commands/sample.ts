import { join, resolve } from 'node:path'
import { shippedRecipe } from '../../sample/recipe.ts'
import { writeSample } from '../../sample/write.ts'
import { parseCommand } from '../arguments.ts'
import type { Command } from '../command.ts'

const USAGE = 'sample [--out DIR]'

/** Write the synthetic sample's files and its study file into a folder. */
export const sample: Command = {
  usage: USAGE,
  summary: 'Write the synthetic sample and its study file.',
  async run(args, terminal, interruption) {
    const { values } = parseCommand(args, USAGE, { out: { type: 'string' } }, { min: 0, max: 0 })
    const folder = resolve(values.out ?? 'sample')
    const signal = interruption()
    terminal.note('simulating the market')
    const { files, bars } = await writeSample(folder, shippedRecipe(), signal)
    terminal.answer({ folder, study: join(folder, 'study.json'), synthetic: true, files, bars }, [
      `SYNTHETIC DATA: ${bars} bars in ${folder}`,
      ...files,
      '',
      `plateau import ${folder} && plateau study ${join(folder, 'study.json')} --out report`,
    ])
  },
}
