import { formatDate } from '../../../src-shared/domain/date.ts'
import type { DoctorFinding } from '../../../src-shared/domain/doctor.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { formatCount, formatPercent } from '../../../src-shared/format.ts'
import { DOCTOR_TEXTS, findingText } from '../../../src-shared/locales/doctor.ts'
import type { Locale } from '../../../src-shared/locales/index.ts'
import { doctor } from '../../market/doctor.ts'
import { openStore } from '../../store/store.ts'
import { dataSummary } from '../../store/summary.ts'
import { parseCommand } from '../arguments.ts'
import { type Command, usageLine } from '../command.ts'
import { parseLocale } from '../report.ts'
import { type QuarantineSample, quarantineSamples } from '../../store/imports.ts'
import { storePath } from '../storePath.ts'
import { table } from '../terminal.ts'

const USAGE = 'data [--doctor [--locale en|zh-CN]]'
const SAMPLES_PER_REASON = 10
/** Of a row's text, what is shown in a line; --json has it all. */
const SHOWN_CHARS = 120

/** What a store holds: coverage, gaps against the calendar, indices, quarantine. */
export const data: Command = {
  usage: USAGE,
  summary: 'Coverage, gaps, quarantined rows; with --doctor what is odd about the data.',
  async run(args, terminal) {
    const { values } = parseCommand(
      args,
      USAGE,
      { doctor: { type: 'boolean' }, locale: { type: 'string' } },
      { min: 0, max: 0 },
    )
    const locale = parseLocale(values.locale ?? 'en')
    if (values.locale !== undefined && values.doctor !== true)
      throw new PlateauError('usage', '--locale is the language of what --doctor says.', {
        remedy: usageLine(USAGE),
      })
    const store = openStore(storePath(values.store), { mode: 'read' })
    if (values.doctor === true) {
      const findings = doctor(store)
      store.close()
      terminal.answer(
        { findings },
        findings.length === 0 ? ['nothing odd'] : findings.flatMap(findingLines(locale)),
      )
      return
    }
    const summary = dataSummary(store)
    const samples = summary.quarantine.flatMap(({ reason }) =>
      quarantineSamples(store, reason, SAMPLES_PER_REASON),
    )
    store.close()
    const date = (value: number | null): string => (value === null ? '—' : formatDate(value))
    terminal.answer({ ...summary, quarantineSamples: samples }, [
      `${summary.name}${summary.synthetic ? ' [SYNTHETIC DATA]' : ''}`,
      `${summary.instruments} instruments, ${summary.bars} bars, ${date(summary.firstDate)} to ${date(summary.lastDate)}`,
      `${summary.calendar.days} trading days${summary.calendar.derived ? ' (from the bars: no calendar is stored)' : ''}, coverage ${formatPercent(summary.coverage)}, ${summary.gaps.days} missing stock-days`,
      ...summary.gaps.worst.map(({ symbol, days }) => `  ${symbol}: ${days} days without a bar`),
      '',
      ...table(
        ['index', 'name', 'bars', 'first', 'last', 'members', 'with bars', 'weight dates'],
        summary.indices.map((index) => [
          index.symbol,
          index.name,
          String(index.bars),
          date(index.firstDate),
          date(index.lastDate),
          String(index.members),
          String(index.membersWithBars),
          String(index.weightDates),
        ]),
      ),
      '',
      ...summary.extraFactors.map(
        ({ name, values, firstDate, lastDate }) =>
          `factor ${name}: ${values} values, ${date(firstDate)} to ${date(lastDate)}`,
      ),
      ...summary.quarantine.flatMap(({ reason, rows }) => [
        `quarantined ${reason}: ${rows}`,
        ...samples.filter((sample) => sample.reason === reason).map(quarantineLine),
      ]),
    ])
  },
}

const findingLines =
  (locale: Locale) =>
  ({ code, count, examples }: DoctorFinding): string[] => [
    `${code}: ${formatCount(count)}. ${DOCTOR_TEXTS[code][locale].meaning}`,
    `  ${DOCTOR_TEXTS[code][locale].remedy}`,
    ...examples.map((example) => `  ${findingText(code, example, locale)}`),
  ]

function quarantineLine({ file, row, field, text }: QuarantineSample): string {
  const shown = text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text
  return `  ${file}, row ${row}${field === '' ? '' : `, field ${field}`}: ${shown}`
}
