import { workerData } from 'node:worker_threads'
import { contentKey } from '../store/contentKey.ts'
import { openStore } from '../store/store.ts'
import { type PanelThreadData, readChunks } from './panelReader.ts'

/** Entry of a thread that reads part of a panel (panelReader.ts). */
const { path, key, work } = workerData as PanelThreadData
const store = openStore(path, { mode: 'read' })
try {
  store.snapshot(() => {
    if (contentKey(store) === key) readChunks(store, work)
  })
} finally {
  store.close()
}
