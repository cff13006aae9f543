import { PlateauError } from '../../src-shared/errors.ts'
import { APP_VERSION } from '../host/version.ts'
import { compute } from './commands/compute.ts'
import { data } from './commands/data.ts'
import { importCommand } from './commands/import.ts'
import { report } from './commands/report.ts'
import { run, runs } from './commands/runs.ts'
import { sample } from './commands/sample.ts'
import { study } from './commands/study.ts'
import { createTerminal, printError, type Terminal } from './terminal.ts'

/** A command gets its arguments and the terminal; it returns nothing and throws PlateauErrors. */
type Command = (args: readonly string[], terminal: Terminal) => Promise<void>

const COMMANDS: Readonly<Record<string, Command>> = {
  import: importCommand,
  data,
  study,
  sample,
  runs,
  run,
  report,
  compute,
}

const HELP = `plateau ${APP_VERSION}

  plateau import PATH... [--preset NAME] [--map FILE] [--dry-run]
  plateau data                          coverage, gaps, quarantine
  plateau study FILE [--out DIR] [--locale zh-CN|en]
                                        a whole study: models, factors, portfolios, report
  plateau sample [--out DIR]            write the synthetic sample and its study file
  plateau runs | run ID                 list, show
  plateau report ID --out FILE.pdf [--locale zh-CN|en]
  plateau compute                       engines found, self-test, speed

Every command takes --store FILE (default: the file named by PLATEAU_STORE, else plateau.sqlite in this folder) and
--json. Exit codes: 0 done, 2 bad input, 3 interrupted, 1 internal error.`

const [name, ...args] = process.argv.slice(2)
const json = args.includes('--json')
if (name === undefined || name === 'help' || name === '--help') process.stdout.write(`${HELP}\n`)
else if (name === '--version') process.stdout.write(`${APP_VERSION}\n`)
else {
  try {
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
    if (command === undefined) {
      throw new PlateauError('usage', `There is no command ${name}.`, {
        remedy: 'Run `plateau help` for the list.',
      })
    }
    await command(args, createTerminal(json))
  } catch (error) {
    process.exitCode = printError(error, json)
  }
}
