import { workerData } from 'node:worker_threads'
import { contentKey } from '../store/contentKey.ts'
import { openStore } from '../store/store.ts'
import { chunkReader, type PanelThreadData } from './panelReader.ts'
import { takePart, takePieces, type ThreadData } from './pieces.ts'

/** Entry of a thread that reads part of a panel (panelReader.ts). */
const { path, key, work, seat } = workerData as ThreadData<PanelThreadData>
takePart(seat, () => {
  const store = openStore(path, { mode: 'read' })
  try {
    store.snapshot(() => {
      if (contentKey(store) === key) takePieces(work.states, chunkReader(store, work))
    })
  } finally {
    store.close()
  }
})
