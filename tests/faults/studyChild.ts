import { createStudyService } from '../../src-main/host/services/studies.ts'
import { openStore } from '../../src-main/store/store.ts'
import type { StudyConfig } from '../../src-shared/domain/study.ts'

/**
 * A service in a process of its own, to be killed: starts the study of a config, or goes on with that of an id, and tells
 * its id, every epoch as soon as the service has told it, and its end, each as a line of JSON.
 */
const [path, task] = process.argv.slice(2)
const asked = JSON.parse(task) as { readonly id?: string; readonly config?: StudyConfig }
const store = openStore(path, { mode: 'write' })
const service = createStudyService(store, new URL('../../src-main/host/worker.ts', import.meta.url))
service.subscribe((event) => {
  if (event.type === 'epoch')
    console.log(JSON.stringify({ key: event.epoch.key, record: event.epoch.record }))
})
const { id } =
  asked.config === undefined
    ? service.resume(asked.id!, { workers: 2 })
    : service.start(asked.config, { workers: 2 })
console.log(JSON.stringify({ id }))
const { state, error } = await service.finished(id)
console.log(JSON.stringify({ state, error }))
store.close()
