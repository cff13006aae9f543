import { PlateauError } from '../../../src-shared/errors.ts'
import { openStore } from '../../store/store.ts'
import { getStudy, listStudies, studyEpochs } from '../../store/studies.ts'
import { formatIc } from '../../../src-shared/format.ts'
import { parseCommand } from '../arguments.ts'
import type { Command } from '../command.ts'
import { storePath } from '../storePath.ts'
import { table } from '../terminal.ts'

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

/** Show one study: its settings, state and every run's last epoch. */
export const run: Command = {
  usage: 'run ID',
  summary: 'Show one study and its training runs.',
  async run(args, terminal) {
    const { values, positionals } = parseCommand(args, 'run ID', {}, { min: 1, max: 1 })
    const store = openStore(storePath(values.store), { mode: 'read' })
    const record = getStudy(store, positionals[0])
    const epochs = studyEpochs(store, record.id)
    store.close()
    const last = epochs.filter(
      ({ key }, at) => at + 1 === epochs.length || JSON.stringify(epochs[at + 1].key) !== JSON.stringify(key),
    )
    const { id, name, state, startedAt, endedAt, error, config } = record
    terminal.answer({ id, name, state, startedAt, endedAt, error, config, epochs }, [
      `${id}  ${state}  ${name}`,
      ...(error === null ? [] : [PlateauError.fromData(error).describe()]),
      ...table(
        ['window', 'frequency', 'optimizer', 'seed', 'epochs', 'train IC', 'valid IC'],
        last.map(({ key, record: epoch }) => [
          String(key.window),
          key.frequency,
          key.optimizer,
          String(key.seed),
          String(epoch.epoch),
          formatIc(epoch.trainIc),
          formatIc(epoch.validIc),
        ]),
      ),
    ])
  },
}
