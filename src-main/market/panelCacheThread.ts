import { closeSync, openSync } from 'node:fs'
import { workerData } from 'node:worker_threads'
import { type CacheThreadData, pieceReader, readHeader } from './panelCache.ts'
import { takePart, takePieces, type ThreadData } from './pieces.ts'

/** Entry of a thread that reads part of a panel's cache (panelCache.ts), unless another file is in its place by now. */
const { path, work, seat } = workerData as ThreadData<CacheThreadData>
takePart(seat, () => {
  const file = openSync(path, 'r')
  try {
    if (readHeader(file)?.descriptionCrc === work.descriptionCrc)
      takePieces(work.states, pieceReader(file, work))
  } finally {
    closeSync(file)
  }
})
