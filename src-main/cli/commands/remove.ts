import { type DateInt, parseDate } from '../../../src-shared/domain/date.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { removeData } from '../../store/remove.ts'
import { openStore } from '../../store/store.ts'
import { parseCommand } from '../arguments.ts'
import type { Command } from '../command.ts'
import { storePath } from '../storePath.ts'

const USAGE = 'remove [--symbols A,B,...] [--from DATE] [--to DATE] [--dry-run]'

/** Remove bars, factors and daily values of stocks, of a range of days, or of both. */
export const removeCommand: Command = {
  usage: USAGE,
  summary: 'Remove bars, factors and daily values of stocks or days: all of one call, or nothing.',
  async run(args, terminal) {
    const { values } = parseCommand(
      args,
      USAGE,
      {
        symbols: { type: 'string' },
        from: { type: 'string' },
        to: { type: 'string' },
        'dry-run': { type: 'boolean' },
      },
      { min: 0, max: 0 },
    )
    const dryRun = values['dry-run'] === true
    const removal = {
      symbols: values.symbols?.split(',').map((symbol) => symbol.trim()) ?? null,
      from: day(values.from, '--from'),
      to: day(values.to, '--to'),
    }
    // Opened to read first: a store that is not there is not made.
    openStore(storePath(values.store), { mode: 'read' }).close()
    const store = openStore(storePath(values.store), { mode: 'write' })
    try {
      const removed = removeData(store, removal, dryRun)
      terminal.answer({ ...removed, dryRun }, [
        `${removed.bars} bars, ${removed.factors} factors, ${removed.dailyValues} daily values, ${removed.extraFactors} values of extra factors${dryRun ? '; dry run, nothing removed' : ' removed'}`,
      ])
    } finally {
      store.close()
    }
  },
}

function day(text: string | undefined, option: string): DateInt | null {
  if (text === undefined) return null
  const date = parseDate(text)
  if (date !== null) return date
  throw new PlateauError('usage', `${option} ${text} is not a date.`, { remedy: 'Write it as 2020-01-31.' })
}
