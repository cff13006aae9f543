import { join, resolve } from 'node:path'
import { shippedRecipe } from '../../sample/recipe.ts'
import { writeSample } from '../../sample/write.ts'
import { parseCommand } from '../arguments.ts'
import type { Command } from '../command.ts'
import { commandLine } from '../commandLine.ts'

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
    const study = join(folder, 'study.json')
    terminal.answer({ folder, study, synthetic: true, files, bars }, [
      `SYNTHETIC DATA: ${bars} bars in ${folder}`,
      ...files,
      '',
      `${commandLine(['import', folder])} && ${commandLine(['study', study], { out: 'report' })}`,
    ])
  },
}
