import { join, resolve } from 'node:path'
import type { StudyEvent, StudyStatus } from '../../../src-shared/contract/study.ts'
import type { StudyEstimate } from '../../../src-shared/domain/estimate.ts'
import type { StudyResult } from '../../../src-shared/domain/result.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { formatRatio, formatPercent, formatIc } from '../../../src-shared/format.ts'
import { makeFolder, requireWritable } from '../../files/folder.ts'
import { createStudyService } from '../../host/services/studies.ts'
import { writeFileAtomic } from '../../files/writeFile.ts'
import { openStore } from '../../store/store.ts'
import { readStudyFile } from '../../study/parse.ts'
import { parseCommand } from '../arguments.ts'
import { type Command, usageLine } from '../command.ts'
import { commandLine } from '../commandLine.ts'
import { LIMIT_OPTIONS, LIMITS_USAGE, parseLimits } from '../limits.ts'
import { parseLocale, readReportOptions, writeReport } from '../report.ts'
import { storePath } from '../storePath.ts'
import { table } from '../terminal.ts'

const USAGE = `study FILE | --resume ID [--estimate] [--out DIR] [--workers N] ${LIMITS_USAGE} [--locale zh-CN|en]`
const ELSEWHERE = 'name another folder with --out'

/** A whole study from one JSON file; with `--out` its result and report are written there. */
export const study: Command = {
  usage: USAGE,
  summary:
    'A whole study: models, factors, portfolios; with --out its result and report as files. One that was stopped goes on with --resume.',
  async run(args, terminal, interruption) {
    const { values, positionals } = parseCommand(
      args,
      USAGE,
      {
        out: { type: 'string' },
        locale: { type: 'string' },
        resume: { type: 'string' },
        workers: { type: 'string' },
        estimate: { type: 'boolean' },
        ...LIMIT_OPTIONS,
      },
      { min: 0, max: 1 },
    )
    const started = performance.now()
    const locale = parseLocale(values.locale)
    const workers = parseWorkers(values.workers)
    const limits = parseLimits(values)
    const [file] = positionals
    if ((file === undefined) === (values.resume === undefined))
      throw new PlateauError('usage', 'A study is either started from a file or resumed by its id.', {
        remedy: usageLine(USAGE),
      })
    const config = file === undefined ? null : await readStudyFile(file)
    const path = storePath(values.store)
    openStore(path, { mode: 'read' }).close()
    const out = values.out === undefined ? null : resolve(values.out)
    // What would stop the study at its end is found out now, not after the training.
    if (out !== null) await requireWritable(out, ELSEWHERE)

    const signal = interruption()
    const store = openStore(path, { mode: 'write' })
    const service = createStudyService(store, new URL('../../host/worker.ts', import.meta.url), { limits })
    signal.addEventListener('abort', () => void service.close(), { once: true })
    try {
      if (values.estimate === true) {
        if (config === null)
          throw new PlateauError('usage', 'An estimate is of a study file.', { remedy: usageLine(USAGE) })
        const estimate = await service.estimate(config, { workers }, signal).catch((error: unknown) => {
          throw inStudyFile(PlateauError.from(error), file)
        })
        return terminal.answer(estimate, estimateLines(estimate))
      }
      let engine: string | null = null
      service.subscribe((event) => {
        if (event.type === 'status' && event.status.engine !== engine) {
          engine = event.status.engine
          terminal.note(`engine: ${engine}`)
        } else if (event.type !== 'removed') terminal.note(eventLine(event))
      })
      const { id } =
        config === null ? service.resume(values.resume!, { workers }) : service.start(config, { workers })
      const status = await service.finished(id)
      if (status.error !== null) throw inStudyFile(PlateauError.fromData(status.error), file)
      if (status.state !== 'done') {
        const { store, out, locale, workers, threads, memory } = values
        const given = { store, out, locale, workers, threads, memory }
        throw new PlateauError('interrupted', `The study ${id} was stopped.`, {
          remedy: `It goes on with: ${commandLine(['study', '--resume', id], given)}`,
        })
      }
      const result = service.result(id)
      let report: string | null = null
      if (out !== null) {
        report = join(out, 'report.pdf')
        terminal.note(`report: ${report}`)
        try {
          await makeFolder(out, ELSEWHERE)
          await writeFileAtomic(join(out, 'result.json'), `${JSON.stringify(result)}\n`)
          await writeReport(result, { ...(await readReportOptions(undefined)), locale }, report, signal)
        } catch (error) {
          throw afterStudy(error, id, values)
        }
      }
      const seconds = (performance.now() - started) / 1000
      terminal.answer(summary(id, report, result, seconds), summaryLines(id, report, result, seconds))
    } finally {
      store.close()
    }
  },
}

function estimateLines(estimate: StudyEstimate): string[] {
  const { windows, runs, epochs, meanStocks, engine, gflops, secondsAtMost, workers, heldBack } = estimate
  const size = (bytes: number): string =>
    bytes < 1e9 ? `${Math.ceil(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`
  return [
    `${runs} runs in ${windows} window${windows === 1 ? '' : 's'}, ${epochs} epochs at most, ${meanStocks.toFixed(0)} stocks a date`,
    gflops === null
      ? `training: unknown on ${engine}, whose speed was not measured`
      : `training: ${Math.ceil(secondsAtMost! / 60)} min at most on ${engine} (${gflops.toFixed(0)} GFLOP/s); early stops make it less`,
    `memory: ${size(estimate.memory)} at most with ${workers} run${workers === 1 ? '' : 's'} at a time${heldBack === 0 ? '' : `, ${heldBack} fewer than there are cores for`}`,
    `disk at most: ${size(estimate.diskWhileRunning)} while it runs, ${size(estimate.diskKept)} kept in the store`,
  ]
}

/** Undefined where nothing is asked for: as before, or as many as there are cores and memory for. */
function parseWorkers(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const workers = Number(text)
  if (Number.isInteger(workers) && workers >= 1 && workers <= 256) return workers
  throw new PlateauError('usage', `--workers ${text} is no number of runs at a time.`, {
    remedy: 'Give a whole number from 1 to 256.',
  })
}

/** An error of the study's settings comes from a process that does not know which file they stand in. */
function inStudyFile(error: PlateauError, file: string | undefined): PlateauError {
  const { place } = error
  const own = file !== undefined && place.field !== undefined && place.file === undefined
  return own ? error.at({ file }) : error
}

/** Files could not be written, but the study is done: nothing has to be trained again. */
function afterStudy(
  error: unknown,
  id: string,
  { store, locale }: { readonly store?: string | undefined; readonly locale?: string | undefined },
): PlateauError {
  const { code, message, place, remedy } = PlateauError.from(error)
  const again = commandLine(['report', id], { out: 'FILE', store, locale })
  const advice = code === 'interrupted' ? '' : `${remedy ?? ''} `
  return new PlateauError(code, message, {
    place,
    remedy: `${advice}The study is stored: ${again}`.trim(),
    cause: error,
  })
}

function eventLine(event: Exclude<StudyEvent, { type: 'removed' }>): string {
  if (event.type === 'status') return progressLine(event.status)
  const { key, record } = event.epoch
  return `  ${key.optimizer} ${key.frequency} seed ${key.seed} epoch ${record.epoch}: train IC ${formatIc(record.trainIc)}, valid IC ${formatIc(record.validIc)}`
}

function progressLine(status: StudyStatus): string {
  const eta = status.etaSeconds === null ? '' : `, about ${Math.ceil(status.etaSeconds)} s left`
  return `${status.state === 'running' ? status.stage : status.state}: ${formatPercent(status.progress, 'negative', 0)}, runs ${status.runsDone}/${status.runsTotal}, ${Math.round(status.elapsedSeconds)} s${eta}`
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
    // Null of a portfolio that was never built.
    portfolios: result.portfolios.map(({ model, index, performance }) => ({
      model,
      index,
      annualisedExcess: performance?.full.annualisedExcess ?? null,
      trackingError: performance?.full.trackingError ?? null,
      informationRatio: performance?.full.informationRatio ?? null,
      excessMaxDrawdown: performance?.full.excessDrawdown.value ?? null,
      turnover: performance?.full.turnoverPerRebalance ?? null,
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
