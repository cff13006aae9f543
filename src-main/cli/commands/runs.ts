import { openStore } from '../../store/store.ts'
import { getStudy, listStudies, studyEpochs } from '../../store/studies.ts'
import { formatIc } from '../../../src-shared/format.ts'
import { parseCommand } from '../arguments.ts'
import { storePath } from '../storePath.ts'
import { table, type Terminal } from '../terminal.ts'

/** List the studies of a store, newest first. */
export async function runs(args: readonly string[], terminal: Terminal): Promise<void> {
  const { values } = parseCommand(args, 'runs [--store FILE] [--json]', {}, { min: 0, max: 0 })
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
}

/** Show one study: its settings, state and every run's last epoch. */
export async function run(args: readonly string[], terminal: Terminal): Promise<void> {
  const { values, positionals } = parseCommand(args, 'run ID [--store FILE] [--json]', {}, { min: 1, max: 1 })
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
    ...(error === null ? [] : [error.message]),
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
}
