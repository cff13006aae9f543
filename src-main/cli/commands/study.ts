import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { StudyStatus } from '../../../src-shared/contract/study.ts'
import type { StudyResult } from '../../../src-shared/domain/result.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { formatRatio, formatPercent, formatIc } from '../../../src-shared/format.ts'
import { createStudyService } from '../../host/services/studies.ts'
import { openStore } from '../../store/store.ts'
import { readStudyFile } from '../../study/parse.ts'
import { parseCommand } from '../arguments.ts'
import { parseLocale, writeReport } from '../report.ts'
import { storePath } from '../storePath.ts'
import { table, type Terminal } from '../terminal.ts'

const USAGE = 'study FILE [--out DIR] [--locale zh-CN|en] [--store FILE] [--json]'

/** A whole study from one JSON file; with `--out` its result and report are written there. */
export async function study(args: readonly string[], terminal: Terminal): Promise<void> {
  const { values, positionals } = parseCommand(
    args,
    USAGE,
    { out: { type: 'string' }, locale: { type: 'string' } },
    { min: 1, max: 1 },
  )
  const started = performance.now()
  const locale = parseLocale(values.locale)
  const config = await readStudyFile(positionals[0])
  const path = storePath(values.store)
  openStore(path, { mode: 'read' }).close()
  const out = values.out === undefined ? null : resolve(values.out)
  // A folder that cannot be written to is found out now, not after the training.
  if (out !== null) await requireWritable(out)

  const store = openStore(path, { mode: 'write' })
  const service = createStudyService(store, new URL('../../host/worker.ts', import.meta.url))
  const interrupt = (): void => void service.close()
  process.once('SIGINT', interrupt)
  process.once('SIGTERM', interrupt)
  try {
    service.subscribe((event) => {
      if (event.type === 'status') terminal.note(progressLine(event.status))
      else {
        const { key, record } = event.epoch
        terminal.note(
          `  ${key.optimizer} ${key.frequency} seed ${key.seed} epoch ${record.epoch}: train IC ${formatIc(record.trainIc)}, valid IC ${formatIc(record.validIc)}`,
        )
      }
    })
    const { id } = service.start(config)
    const status = await service.finished(id)
    if (status.error !== null) throw PlateauError.fromData(status.error)
    if (status.state !== 'done') {
      throw new PlateauError('interrupted', `The study ${id} was stopped.`, { remedy: 'Start it again.' })
    }
    const result = service.result(id)
    let report: string | null = null
    if (out !== null) {
      await writeWhole(join(out, 'result.json'), `${JSON.stringify(result)}\n`)
      report = join(out, 'report.pdf')
      terminal.note(`report: ${report}`)
      await writeReport(result, locale, report)
    }
    const seconds = (performance.now() - started) / 1000
    terminal.answer(summary(id, report, result, seconds), summaryLines(id, report, result, seconds))
  } finally {
    process.off('SIGINT', interrupt)
    process.off('SIGTERM', interrupt)
    store.close()
  }
}

async function requireWritable(folder: string): Promise<void> {
  const probe = join(folder, `.plateau-${process.pid}`)
  try {
    await mkdir(folder, { recursive: true })
    await writeFile(probe, '')
    await rm(probe)
  } catch (error) {
    throw new PlateauError('disk_readonly', 'The output folder cannot be written to.', {
      place: { file: folder },
      remedy: 'Choose another folder with --out.',
      cause: error,
    })
  }
}

async function writeWhole(file: string, text: string): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`
  await writeFile(temporary, text, { flush: true })
  await rename(temporary, file)
}

function progressLine(status: StudyStatus): string {
  const eta = status.etaSeconds === null ? '' : `, about ${Math.ceil(status.etaSeconds)} s left`
  return `${status.state === 'running' ? status.stage : status.state}: ${Math.round(100 * status.progress)} %, runs ${status.runsDone}/${status.runsTotal}, ${Math.round(status.elapsedSeconds)} s${eta}`
}

/** The command's stable JSON (design: the command line). */
function summary(studyId: string, report: string | null, result: StudyResult, seconds: number) {
  return {
    studyId,
    report,
    synthetic: result.synthetic,
    models: result.factors
      .filter((factor) => factor.frequency === 'composite')
      .map((factor) => ({
        name: factor.optimizer,
        rankIc: factor.rankIcSummary.mean,
        rankIcir: factor.rankIcSummary.ir,
        topExcess: factor.layers[0].annualisedExcess,
      })),
    portfolios: result.portfolios.map(({ model, index, performance: { full } }) => ({
      model,
      index,
      annualisedExcess: full.annualisedExcess,
      trackingError: full.trackingError,
      informationRatio: full.informationRatio,
      excessMaxDrawdown: full.excessDrawdown.value,
      turnover: full.turnoverPerRebalance,
    })),
    seconds,
  }
}

function summaryLines(
  studyId: string,
  report: string | null,
  result: StudyResult,
  seconds: number,
): string[] {
  const { models, portfolios } = summary(studyId, report, result, seconds)
  return [
    `${result.config.name}${result.synthetic ? ' [SYNTHETIC DATA]' : ''}`,
    '',
    ...table(
      ['model', 'RankIC', 'RankICIR', 'TOP excess'],
      models.map((row) => [
        row.name,
        formatIc(row.rankIc),
        formatRatio(row.rankIcir),
        formatPercent(row.topExcess),
      ]),
    ),
    '',
    ...table(
      ['model', 'index', 'excess p.a.', 'tracking error', 'IR', 'excess max drawdown', 'turnover'],
      portfolios.map((row) => [
        row.model,
        row.index,
        formatPercent(row.annualisedExcess),
        formatPercent(row.trackingError),
        formatRatio(row.informationRatio),
        formatPercent(row.excessMaxDrawdown),
        formatPercent(row.turnover),
      ]),
    ),
    '',
    `study ${studyId}, ${seconds.toFixed(1)} s${report === null ? '' : `, report ${report}`}`,
  ]
}
