import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runSampleTask } from '../../../src-main/host/sampleTask.ts'
import { openStore, type WritableStore } from '../../../src-main/store/store.ts'
import { projectInfo } from '../../../src-main/store/summary.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plateau-sample-'))
  path = join(folder, 'sample.sqlite')
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A store whose name only its log holds. */
function storeNamed(name: string): WritableStore {
  const store = openStore(path, { mode: 'write' })
  store.run('UPDATE project SET name = ?', name)
  return store
}
async function makeSample(): Promise<void> {
  const scratch = join(folder, 'scratch')
  mkdirSync(scratch)
  await runSampleTask({ kind: 'sample', store: path, scratch })
}

describe('the store of the sample', () => {
  it('does not take over the log of one that was killed, and then removed without it', async () => {
    const killed = storeNamed('killed')
    const [log, index] = ['-wal', '-shm'].map((end) => readFileSync(`${path}${end}`))
    killed.close()
    rmSync(path)
    writeFileSync(`${path}-wal`, log)
    writeFileSync(`${path}-shm`, index)
    await makeSample()
    const store = openStore(path, { mode: 'read' })
    expect(projectInfo(store)).toMatchObject({ synthetic: true, name: expect.not.stringContaining('killed') })
    expect(store.get<{ n: number }>('SELECT count(*) AS n FROM bar')!.n).toBeGreaterThan(0)
    store.close()
  }, 180_000)

  it('leaves alone one that another process has made meanwhile', async () => {
    const other = storeNamed('other')
    const { ino } = statSync(path)
    await makeSample()
    expect(statSync(path).ino).toBe(ino)
    other.run("UPDATE project SET name = name || ' still'")
    other.close()
    const store = openStore(path, { mode: 'read' })
    expect(projectInfo(store)).toMatchObject({ synthetic: false, name: 'other still' })
    store.close()
  }, 180_000)
})
