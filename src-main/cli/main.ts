import '../jobs/compilers.ts'
import { PlateauError } from '../../src-shared/errors.ts'
import { APP_VERSION } from '../host/version.ts'
import { type Command, usageLine } from './command.ts'
import { backup, restore } from './commands/backup.ts'
import { compare } from './commands/compare.ts'
import { compute } from './commands/compute.ts'
import { data } from './commands/data.ts'
import { factor } from './commands/factor.ts'
import { importCommand } from './commands/import.ts'
import { landscape } from './commands/landscape.ts'
import { lineage } from './commands/lineage.ts'
import { removeCommand } from './commands/remove.ts'
import { report } from './commands/report.ts'
import { run, runs } from './commands/runs.ts'
import { sample } from './commands/sample.ts'
import { serve } from './commands/serve.ts'
import { study } from './commands/study.ts'
import { createInterruption } from './interruption.ts'
import { surviveLostStreams, write } from './streams.ts'
import { createTerminal, printError } from './terminal.ts'

const COMMANDS: Readonly<Record<string, Command>> = {
  import: importCommand,
  data,
  backup,
  restore,
  remove: removeCommand,
  study,
  sample,
  factor,
  runs,
  run,
  compare,
  landscape,
  lineage,
  report,
  compute,
  serve,
}

const HELP = `plateau ${APP_VERSION}

${Object.values(COMMANDS)
  .map(({ usage, summary }) => `  plateau ${usage}\n      ${summary}`)
  .join('\n')}

Every command takes --store FILE (default: the file named by PLATEAU_STORE, else plateau.sqlite in this folder),
--json and --help. Exit codes: 0 done, 2 bad input, 3 interrupted, 1 internal error.`

const [name, ...args] = process.argv.slice(2)
const options = args.slice(0, args.indexOf('--') === -1 ? undefined : args.indexOf('--'))
const json = options.includes('--json')
surviveLostStreams(json)
if (name === undefined || ['help', '--help', '-h'].includes(name)) write(process.stdout, HELP)
else if (name === '--version') write(process.stdout, APP_VERSION)
else {
  try {
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
    if (command === undefined) {
      throw new PlateauError('usage', `There is no command ${name}.`, {
        remedy: 'Run `plateau help` for the list.',
      })
    }
    const terminal = createTerminal(json)
    if (options.includes('--help') || options.includes('-h')) {
      const { usage, summary } = command
      terminal.answer({ usage, summary }, [usageLine(usage), summary])
    } else await command.run(args, terminal, createInterruption)
  } catch (error) {
    process.exitCode = printError(error, json)
  }
}
