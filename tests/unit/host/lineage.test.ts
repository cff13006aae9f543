import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Client, createClient } from '../../../src-main/host/client.ts'
import { childTransport } from '../../../src-main/host/transports.ts'
import { openStore } from '../../../src-main/store/store.ts'
import { runFactorDayTask } from '../../../src-main/study/factorDayTask.ts'
import { runHoldingsTask } from '../../../src-main/study/holdingsTask.ts'
import { runLineageTask } from '../../../src-main/study/lineageTask.ts'
import { runRetestTask } from '../../../src-main/study/retestTask.ts'
import type { RetestEvent } from '../../../src-shared/contract/factor.ts'
import type { HostContract } from '../../../src-shared/contract/index.ts'
import { smallStore, smallStudy } from '../../fixtures/smallStore.ts'
import { descendants, spawnService } from '../../fixtures/processes.ts'

const MAIN = join(import.meta.dirname, '../../../src-main/host/main.ts')
/** States of a study that is still to come to rest. */
const UNENDED = ['queued', 'running']
const small = smallStudy()
let path: string
let child: ChildProcess
let host: Client<HostContract>
let studyId: string

beforeAll(async () => {
  path = (await smallStore()).path
  child = spawnService(MAIN, ['--user-data', mkdtempSync(join(tmpdir(), 'plateau-test-')), '--store', path])
  host = createClient(childTransport(child))
  await host.call('project.current', {})
  const done = new Promise<string>((resolve, reject) =>
    host.subscribe(
      'studies.events',
      {},
      (event) => {
        if (event.type === 'status' && !UNENDED.includes(event.status.state)) resolve(event.status.state)
      },
      reject,
    ),
  )
  const config = {
    ...small,
    models: small.models.slice(0, 1),
    optimizers: small.optimizers.slice(0, 1),
    training: { ...small.training, seeds: [1], maxEpochs: 1 },
  }
  studyId = (await host.call('studies.start', { config })).id
  expect(await done).toBe('done')
}, 400_000)
afterAll(() => {
  child.kill('SIGKILL')
  rmSync(dirname(path), { recursive: true })
})

it('answers the lineage of a day, of all stocks or of one, as the store gives it', async () => {
  const { portfolios } = await host.call('studies.result', { id: studyId })
  const [{ model, index, ledger }] = portfolios
  const question = { studyId, model, index, date: ledger[2].fillDate }
  const answer = await host.call('portfolios.lineage', question)
  expect(answer).toEqual(
    runLineageTask({ kind: 'lineage', study: studyId, store: path, ...question, symbol: null }),
  )
  const { symbol } = answer.stocks[0]
  expect(await host.call('portfolios.lineage', { ...question, symbol })).toEqual({
    ...answer,
    stocks: [answer.stocks[0]],
  })
})

it('answers the holdings of a day as the store gives them', async () => {
  const { portfolios } = await host.call('studies.result', { id: studyId })
  const [{ model, index, dates }] = portfolios
  const question = { model, index, date: dates[7] }
  const answer = await host.call('portfolios.holdings', { studyId, ...question })
  expect(answer.date).toBe(dates[7])
  expect(answer).toEqual(runHoldingsTask({ kind: 'holdings', study: studyId, store: path, ...question }))
})

it('answers the layers of a test date as the store gives them', async () => {
  const [{ optimizer, testDates }] = (await host.call('studies.result', { id: studyId })).factors
  const question = { scope: 'composite', name: optimizer, date: testDates[2] } as const
  expect(await host.call('factors.day', { studyId, ...question })).toEqual(
    runFactorDayTask({ kind: 'factorDay', study: studyId, store: path, ...question }),
  )
})

const settings = { horizon: 10, layers: 4, neutralise: [] }

it('tests a factor by other settings, tells how far it is, and then the answer or the error', async () => {
  const [{ optimizer }] = (await host.call('studies.result', { id: studyId })).factors
  const eventsOf = (name: string) =>
    new Promise<RetestEvent[]>((resolve, reject) => {
      const events: RetestEvent[] = []
      const question = { studyId, scope: 'composite', name, settings } as const
      const end = host.subscribe(
        'factors.retest',
        question,
        (event) => {
          events.push(event)
          if (event.type === 'progress') return
          end()
          resolve(events)
        },
        reject,
      )
    })
  const task = { kind: 'retest', study: studyId, store: path, scope: 'composite' } as const
  const said: RetestEvent[] = []
  const answer = runRetestTask({ ...task, name: optimizer, settings }, (dates) =>
    said.push({ type: 'progress', dates }),
  )
  expect(await eventsOf(optimizer)).toEqual([...said, { type: 'done', ...answer }])
  expect(await eventsOf('none')).toMatchObject([{ type: 'failed', error: { code: 'not_found' } }])
})

it('ends a test that nobody waits for any more', async () => {
  const [{ optimizer }] = (await host.call('studies.result', { id: studyId })).factors
  const question = { studyId, scope: 'composite', name: optimizer, settings } as const
  await new Promise<void>((resolve, reject) => {
    const end = host.subscribe('factors.retest', question, () => (end(), resolve()), reject)
  })
  await expect.poll(() => descendants(child.pid!)).toEqual([])
})

it('calls a renamed study by its name, in its lineage and its report', async () => {
  const { portfolios } = await host.call('studies.result', { id: studyId })
  const [{ model, index, ledger }] = portfolios
  await host.call('studies.rename', { id: studyId, name: ' renamed & told ' })
  const question = { studyId, model, index, date: ledger[2].fillDate }
  const { study } = await host.call('portfolios.lineage', question)
  expect(study.name).toBe('renamed & told')
  const { html } = await host.call('reports.document', { studyId, options: { locale: 'en' } })
  expect(html).toContain('<h1>renamed &amp; told</h1>')
  expect(await host.call('studies.config', { id: studyId })).toMatchObject({ name: small.name })
})

it('refuses by name what there is not, and data that are not the study’s', async () => {
  const { portfolios } = await host.call('studies.result', { id: studyId })
  const [{ model, index, ledger }] = portfolios
  const question = { studyId, model, index, date: ledger[0].fillDate }
  const refusal = (other: Partial<typeof question>) =>
    host.call('portfolios.lineage', { ...question, ...other }).then(
      () => null,
      ({ code, remedy }: { code: string; remedy?: string }) => [code, typeof remedy],
    )
  expect(await refusal({ studyId: 'none' })).toEqual(['not_found', 'string'])
  expect(await refusal({ model: 'none' })).toEqual(['not_found', 'string'])
  expect(await refusal({ date: 20150105 })).toEqual(['not_found', 'string'])
  expect(await refusal({ date: 20150132 })).toEqual(['contract_violation', 'undefined'])
  expect(await refusal({})).toBeNull()
  const store = openStore(path, { mode: 'write' })
  store.run('UPDATE bar SET close = close * 1.0001 WHERE date = (SELECT max(date) FROM bar)')
  store.run("UPDATE import_batch SET sha256 = 'f' || substr(sha256, 2) WHERE id = 1")
  store.close()
  expect(await refusal({})).toEqual(['data_changed', 'string'])
})
