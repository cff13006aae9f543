import { importPaths } from '../../src-main/ingest/importPaths.ts'
import { openStore } from '../../src-main/store/store.ts'
import { PlateauError } from '../../src-shared/errors.ts'

/**
 * `node importChild.ts STORE FILE [KILL_AT]`: import a file in a process of its own, which kills itself with SIGKILL
 * once that share of the bytes is read, or after the commit for 2. Prints the report, or the error as data.
 */
const [path, file, killAt] = process.argv.slice(2)
const die = (): void => void process.kill(process.pid, 'SIGKILL')

try {
  const store = openStore(path, { mode: 'write' })
  const { totals } = await importPaths({
    store,
    paths: [file],
    preset: 'auto',
    dryRun: false,
    onProgress: ({ stage, bytesRead, bytesTotal }) => {
      if (stage === 'reading' && killAt !== undefined && bytesRead >= Number(killAt) * bytesTotal!) die()
    },
  })
  if (killAt !== undefined) die()
  store.close()
  console.log(JSON.stringify({ totals }))
} catch (error) {
  console.log(JSON.stringify({ error: PlateauError.from(error).toData() }))
}
