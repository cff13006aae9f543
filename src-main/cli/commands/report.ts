import { resolve } from 'node:path'
import { PlateauError } from '../../../src-shared/errors.ts'
import { openStore } from '../../store/store.ts'
import { namedResult } from '../../store/studies.ts'
import { parseCommand } from '../arguments.ts'
import { type Command, usageLine } from '../command.ts'
import { parseLocale, readReportOptions, reportFormat, writeReport } from '../report.ts'
import { storePath } from '../storePath.ts'

const USAGE = 'report ID --out FILE.pdf|.html|.xlsx [--options FILE.json] [--locale zh-CN|en]'

/** The report of a finished study, in the format that the file's ending says. */
export const report: Command = {
  usage: USAGE,
  summary: 'The report of a finished study: PDF, HTML or Excel, by the ending of the file.',
  async run(args, terminal, interruption) {
    const { values, positionals } = parseCommand(
      args,
      USAGE,
      { out: { type: 'string' }, options: { type: 'string' }, locale: { type: 'string' } },
      { min: 1, max: 1 },
    )
    if (values.out === undefined) {
      throw new PlateauError('usage', '--out FILE is missing.', { remedy: usageLine(USAGE) })
    }
    const file = resolve(values.out)
    reportFormat(file)
    const asked = await readReportOptions(values.options)
    const options = values.locale === undefined ? asked : { ...asked, locale: parseLocale(values.locale) }
    const store = openStore(storePath(values.store), { mode: 'read' })
    const result = namedResult(store, positionals[0])
    store.close()
    await writeReport(result, options, file, interruption())
    terminal.answer({ studyId: positionals[0], report: file }, [file])
  },
}
