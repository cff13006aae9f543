import { createStudyService } from '../../src-main/host/services/studies.ts'
import { openStore } from '../../src-main/store/store.ts'
import type { StudyConfig } from '../../src-shared/domain/study.ts'

/**
 * `node crashChild.ts STORE CONFIG|remove`: what a person does with the one study of a store, whatever stopped it before: it is
 * started, gone on with, or done already; or it is removed. Tells how the study ended as JSON.
 */
const [path, task] = process.argv.slice(2)
const store = openStore(path, { mode: 'write' })
const service = createStudyService(store, new URL('../../src-main/host/worker.ts', import.meta.url))
const [known] = service.list()
if (task === 'remove') {
  if (known !== undefined) await service.remove(known.id)
} else {
  const { id } =
    known === undefined
      ? service.start(JSON.parse(task) as StudyConfig, { workers: 2 })
      : known.state === 'done'
        ? known
        : service.resume(known.id)
  const { state, error } = await service.finished(id)
  console.log(JSON.stringify({ id, state, error }))
}
await service.close()
store.close()
