import type { EpochRecord, RunKey } from '../../../src-shared/domain/training.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { createStudyService } from '../../host/services/studies.ts'
import { studyRuns } from '../../store/runs.ts'
import { openStore } from '../../store/store.ts'
import { getStudy, listStudies, studyEpochs } from '../../store/studies.ts'
import { differingSettings } from '../../study/compareStudies.ts'
import { sameRun } from '../../study/runKeys.ts'
import { formatIc, formatPercent } from '../../../src-shared/format.ts'
import { parseCommand } from '../arguments.ts'
import type { Command } from '../command.ts'
import { commandLine } from '../commandLine.ts'
import { storePath } from '../storePath.ts'
import { table, type Terminal } from '../terminal.ts'

/** List the studies of a store, newest first. */
export const runs: Command = {
  usage: 'runs',
  summary: 'List the studies of the store.',
  async run(args, terminal) {
    const { values } = parseCommand(args, 'runs', {}, { min: 0, max: 0 })
    const store = openStore(storePath(values.store), { mode: 'read' })
    const studies = listStudies(store).map(({ id, name, state, startedAt, endedAt }) => ({
      id,
      name,
      state,
      startedAt,
      endedAt,
    }))
    store.close()
    terminal.answer(
      { studies },
      table(
        ['id', 'state', 'started', 'ended', 'name'],
        studies.map((study) => [study.id, study.state, study.startedAt, study.endedAt ?? '—', study.name]),
      ),
    )
  },
}

const RUN_USAGE = 'run ID [--again]'

/** Show one study and its journal; with `--again` run it anew and say whether it came out equal. */
export const run: Command = {
  usage: RUN_USAGE,
  summary: 'Show one study and its training runs; --again repeats it and says whether it came out equal.',
  async run(args, terminal, interruption) {
    const { values, positionals } = parseCommand(
      args,
      RUN_USAGE,
      { again: { type: 'boolean' } },
      { min: 1, max: 1 },
    )
    const [id] = positionals
    const path = storePath(values.store)
    if (values.again === true) return repeat(path, id, terminal, interruption())
    const store = openStore(path, { mode: 'read' })
    const record = getStudy(store, id)
    const epochs = studyEpochs(store, id)
    const journal = studyRuns(store, id)
    store.close()
    const lastOf = (key: RunKey): EpochRecord | undefined =>
      epochs.findLast((epoch) => sameRun(epoch.key, key))?.record
    const { name, state, startedAt, endedAt, elapsed, began, error, config } = record
    terminal.answer(
      { id, name, state, startedAt, endedAt, elapsed, began, error, config, runs: journal, epochs },
      [
        `${id}  ${state}  ${name}`,
        ...(began === null
          ? []
          : [`Plateau ${began.appVersion}, ${began.engine}, data ${began.dataHash.slice(0, 12)}`]),
        ...(error === null ? [] : [PlateauError.fromData(error).describe()]),
        ...table(
          ['window', 'frequency', 'optimizer', 'seed', 'state', 'epochs', 'train IC', 'valid IC'],
          journal.map(({ key, state, epochs }) => [
            String(key.window + 1),
            key.frequency,
            key.optimizer,
            String(key.seed),
            state,
            String(epochs),
            formatIc(lastOf(key)?.trainIc ?? null),
            formatIc(lastOf(key)?.validIc ?? null),
          ]),
        ),
      ],
    )
  },
}

/** Train and test the study again from its settings, as a study of its own, and compare the two results byte for byte. */
async function repeat(path: string, id: string, terminal: Terminal, signal: AbortSignal): Promise<void> {
  // Opened to read first: a store that is not there is not made.
  openStore(path, { mode: 'read' }).close()
  const store = openStore(path, { mode: 'write' })
  const service = createStudyService(store, new URL('../../host/worker.ts', import.meta.url))
  signal.addEventListener('abort', () => void service.close(), { once: true })
  try {
    const before = service.result(id)
    const { id: again } = service.start(before.config)
    service.subscribe((event) => {
      if (event.type === 'status')
        terminal.note(`${event.status.stage}: ${formatPercent(event.status.progress, 'negative', 0)}`)
    })
    const { state, error } = await service.finished(again)
    if (error !== null) throw PlateauError.fromData(error)
    if (state !== 'done')
      throw new PlateauError('interrupted', `The study ${again} was stopped.`, {
        remedy: `It goes on with: ${commandLine(['study', '--resume', again], { store: path })}`,
      })
    const after = service.result(again)
    const equal = JSON.stringify(after) === JSON.stringify(before)
    const differences = differingSettings([before, after]).map(({ path }) => path)
    terminal.answer({ id, again, equal, differences }, [
      equal
        ? `${again} came out equal to ${id}, byte for byte.`
        : `${again} differs from ${id} in ${differences.length} places, first: ${differences.slice(0, 5).join(', ')}`,
    ])
  } finally {
    await service.close()
    store.close()
  }
}
