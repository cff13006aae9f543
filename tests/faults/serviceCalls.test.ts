import { copyFileSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { createStudyService } from '../../src-main/host/services/studies.ts'
import { backupStore } from '../../src-main/store/backup.ts'
import { openStore } from '../../src-main/store/store.ts'
import { hostContract, type HostContract } from '../../src-shared/contract/index.ts'
import { wireMessage } from '../../src-shared/contract/protocol.ts'
import { AUTOMATIC } from '../../src-shared/domain/importing.ts'
import { studyConfig, type StudyConfig } from '../../src-shared/domain/study.ts'
import type { RunKey } from '../../src-shared/domain/training.ts'
import { createRandom, type Random } from '../../src-shared/random.ts'
import { anything, mutated } from '../fixtures/mutate.ts'
import { type Answer, type ServiceProcess, startService } from '../fixtures/serviceProcess.ts'
import { smallStore, smallStudy } from '../fixtures/smallStore.ts'
import { loops, trust } from '../fixtures/trust.ts'

/**
 * The real service process on a small store with a finished study, under random payloads to every procedure of the contract: half
 * of them anything, half a valid input of the procedure that was changed. It never dies, and answers each call once, with a
 * valid answer or an error of ours that is no fault of our own.
 */
const PAYLOADS = loops({ reduced: 100, full: 10_000 })
/** Calls that wait for their answer at a time. */
const AT_A_TIME = 32
const MINUTES = loops({ reduced: 4, full: 60 })

type Name = keyof HostContract
type ReportInput = z.input<HostContract['reports.document']['input']>
const NAMES = Object.keys(hostContract) as Name[]

/** A procedure whose valid calls start a process, or write files: so many of its payloads do; the others are refused. */
interface Dear {
  readonly most: number
  /** Which of those that the schema takes are dear; all, where it does not say. */
  readonly when?: (input: never) => boolean
}
const few: Dear = { most: loops({ reduced: 1, full: 20 }) }
const isStudy = ({ config }: { config: unknown }): boolean => studyConfig.safeParse(config).success
const DEAR: Partial<Record<Name, Dear>> = {
  'compute.measure': { most: loops({ reduced: 0, full: 1 }) },
  'data.previewRemoval': few,
  'data.remove': few,
  // Anywhere but where it lies already a sample is made.
  'project.openSample': {
    most: loops({ reduced: 0, full: 1 }),
    when: ({ folder: asked }: { folder: string }) => asked !== join(folder, 'data'),
  },
  'project.open': few,
  'project.create': few,
  'imports.preview': { most: loops({ reduced: 20, full: 500 }) },
  'imports.start': few,
  'studies.start': { most: loops({ reduced: 1, full: 5 }), when: isStudy },
  'studies.estimate': { ...few, when: isStudy },
  'studies.compare': few,
  'landscapes.start': few,
  'portfolios.lineage': few,
  'portfolios.holdings': few,
  'factors.day': few,
  'factors.retest': few,
  'exports.workbook': { most: loops({ reduced: 20, full: 500 }) },
  'reports.document': few,
  'reports.workbook': few,
  'reports.pictures': few,
  'safety.check': few,
  'safety.backup': few,
  'safety.restore': few,
  'safety.recoverFrom': few,
  'diagnostics.save': few,
}
/** Those that take paths: only such as lie in the test's folder are sent. */
const BY_PATH: readonly Name[] = [
  'project.openSample',
  'project.open',
  'project.create',
  'imports.preview',
  'imports.start',
  'safety.backup',
  'safety.restore',
  'safety.recoverFrom',
  'diagnostics.save',
]
/** Called after all others: what they do takes away what the others ask for. */
const LAST: readonly Name[] = [
  'data.remove',
  'project.create',
  'project.openSample',
  'project.open',
  'safety.restore',
  'safety.outlook',
  'safety.recover',
  'safety.recoverFrom',
  'safety.startAnew',
  'safety.retry',
  'safety.forgetFault',
  'studies.remove',
]

let folder: string
let path: string
let userData: string
let examples: { readonly [N in Name]: z.input<HostContract[N]['input']> }
let service: ServiceProcess
let lastId = 0

beforeAll(async () => {
  ;({ path } = await smallStore())
  folder = dirname(path)
  rmSync(join(folder, 'files'), { recursive: true })
  userData = join(folder, 'user-data')
  const small = smallStudy()
  const config: StudyConfig = {
    ...small,
    models: small.models.slice(0, 1),
    training: { ...small.training, seeds: [1], maxEpochs: 1, engine: 'reference' },
  }
  const store = openStore(path, { mode: 'write' })
  const studies = createStudyService(store, new URL('../../src-main/host/worker.ts', import.meta.url))
  const { id } = studies.start(config)
  expect(await studies.finished(id)).toMatchObject({ state: 'done', error: null })
  const { portfolios, runs, factors } = studies.result(id)
  await studies.close()
  const { symbol } = store.get<{ symbol: string }>('SELECT symbol FROM instrument ORDER BY symbol')!
  store.close()
  const backup = join(folder, 'backup.sqlite')
  await backupStore(path, backup)
  // There already, so that none is made.
  mkdirSync(join(folder, 'data'))
  copyFileSync(backup, join(folder, 'data', 'sample.sqlite'))
  const csv = join(folder, 'bars.csv')
  writeFileSync(csv, 'date,symbol,open,high,low,close,volume\n2016-01-05,600000.SH,1,1,1,1,1\n')
  const [{ model, index, ledger }] = portfolios
  const [{ key }]: readonly { key: RunKey }[] = runs
  const day = { studyId: id, model, index, date: ledger[0].fillDate }
  const factor = { studyId: id, scope: 'composite', name: model } as const
  const removal = { symbols: [symbol], from: 20160104, to: 20160108 }
  const report: ReportInput = { studyId: id, options: { locale: 'en', title: 'T', without: ['method'] } }
  const none = {}
  examples = {
    'app.hostInfo': none,
    'compute.report': none,
    'compute.measure': none,
    'compute.resources': none,
    'compute.setLimits': { runs: 1, threads: null, memory: 2e9 },
    'data.stocks': none,
    'data.coverage': none,
    'data.days': { symbols: [symbol] },
    'data.doctor': none,
    'data.quarantineReasons': none,
    'data.quarantine': { reason: null, offset: 0, limit: 10 },
    'data.prices': { symbol },
    'data.previewRemoval': removal,
    'data.remove': { removal, expected: { bars: 5, factors: 0, dailyValues: 0, extraFactors: 0 } },
    'project.current': none,
    'project.openSample': { folder: join(folder, 'data') },
    'project.open': { path: backup },
    'project.create': { path: join(folder, 'new.sqlite') },
    'imports.preview': { paths: [csv], readings: { [csv]: AUTOMATIC }, only: [csv], rows: 5 },
    'imports.start': { paths: [csv], readings: { [csv]: AUTOMATIC }, dryRun: false },
    'imports.cancel': { id: 'an-import' },
    'imports.events': none,
    'imports.mappings': none,
    'imports.keepMapping': {
      name: 'mine',
      mapping: {
        columns: { date: 'd', symbol: 's', open: 'o', high: 'h', low: 'l', close: 'c', volume: 'v' },
        units: { volume: 100 },
      },
    },
    'imports.forgetMapping': { name: 'mine' },
    'studies.list': none,
    'studies.template': none,
    'studies.quickTemplate': none,
    'studies.start': { config, workers: 1 },
    'studies.estimate': { config, workers: 1 },
    'studies.pause': { id },
    'studies.resume': { id, workers: null },
    'studies.cancel': { id },
    'studies.moveFirst': { id },
    'studies.config': { id },
    'studies.rename': { id, name: 'another' },
    'studies.tag': { id, add: ['a', '平原'], remove: ['b'] },
    'studies.archive': { id, archived: true },
    'studies.remove': { id },
    'studies.runs': { id },
    'studies.moveRunsFirst': { id, keys: [key] },
    'studies.epochs': { id },
    'studies.steps': { id, key, column: 'cleanLoss', points: 100 },
    'studies.compare': { ids: [id] },
    'studies.result': { id },
    'studies.convergence': { id },
    'studies.events': none,
    'landscapes.candidates': { studyId: id },
    'landscapes.start': { studyId: id, keys: [key], settings: { resolution: 3, draws: 2 } },
    'landscapes.cancel': { id: 'a-landscape' },
    'landscapes.list': { studyId: id },
    'landscapes.get': { id: 'a-landscape' },
    'landscapes.remove': { id: 'a-landscape' },
    'landscapes.events': none,
    'portfolios.lineage': { ...day, symbol },
    'portfolios.holdings': day,
    'factors.day': { ...factor, date: factors[0].testDates[0] },
    'factors.retest': { ...factor, settings: { horizon: 10, layers: 5, neutralise: [] } },
    'exports.workbook': {
      table: { columns: ['name', 'value'], rows: [['TE', -0.05]] },
      name: '绩效',
      formats: [['', '0.00%']],
      widths: [10, 8],
      note: null,
    },
    'reports.document': report,
    'reports.workbook': report,
    'reports.pictures': report,
    'safety.size': none,
    'safety.check': none,
    'safety.backup': { path: join(folder, 'second.sqlite') },
    'safety.restore': { path: backup },
    'safety.backups': none,
    'safety.setAutomaticBackups': { automatic: false },
    'safety.faults': none,
    'safety.fault': none,
    'safety.outlook': none,
    'safety.recover': none,
    'safety.recoverFrom': { path: backup },
    'safety.startAnew': none,
    'safety.retry': none,
    'safety.forgetFault': none,
    'diagnostics.save': { path: join(folder, 'diagnostics.zip') },
    'diagnostics.log': {
      of: 'host',
      before: { file: '1-2', offset: 100 },
      after: null,
      limit: 10,
      level: 'warning',
      text: 'data',
    },
  }
  service = startService(path, userData, folder)
  expect(await call('project.current', {})).toMatchObject({ type: 'result', value: { path } })
}, 300_000)
afterAll(async () => {
  await service.close()
  rmSync(folder, { recursive: true })
})

/** Null when the input cannot be sent. */
function call(name: string, input: unknown): Promise<Answer> | null {
  const id = ++lastId
  const answer = service.answerTo(id)
  return service.send({ type: 'call', id, name, input }) ? answer : null
}

/** Whether every path in it lies in the folder, as the service would look for it. */
function staysInside(value: unknown): boolean {
  if (typeof value === 'string') return !relative(folder, resolve(folder, value)).startsWith('..')
  return typeof value !== 'object' || value === null || Object.values(value).every(staysInside)
}

/** A payload that may be sent: of the dear ones that would be done, `left` at most. */
function draw(
  name: Name,
  at: number,
  random: Random,
  pool: readonly unknown[],
  left: { of: number },
): unknown {
  const { input: schema } = hostContract[name]
  const dear = DEAR[name]
  for (let tries = 0; ; tries++) {
    const near = tries < 20 && at % 2 === 1
    const payload = near
      ? at < 4
        ? examples[name]
        : mutated(examples[name], random, pool)
      : pool[(at + tries) % pool.length]
    const { success, data } = schema.safeParse(payload)
    if (!success) return payload
    if (BY_PATH.includes(name) && !staysInside(payload)) continue
    if (dear === undefined || dear.when?.(data as never) === false) return payload
    if (left.of === 0) continue
    left.of--
    return payload
  }
}

describe('the service process', () => {
  const seen = { procedures: 0, payloads: 0, 'valid answers': 0, 'typed errors': 0, streams: 0 }
  const codes = new Map<string, number>()
  /** By procedure the first payload that was answered with a fault of our own, or with what its schema does not take. */
  const faults = new Map<string, string>()

  it(
    `answers each of ${PAYLOADS} random payloads to every procedure once, and lives on`,
    { timeout: MINUTES * 60_000 },
    async () => {
      const pool = fc.sample(anything, { numRuns: PAYLOADS, seed: 20_260_101 })
      const random = createRandom(20_261_127)
      for (const name of [...NAMES.filter((each) => !LAST.includes(each)), ...LAST]) {
        await fuzz(name, random, pool)
        seen.procedures++
        await settle()
      }
      expect(Object.fromEntries(faults)).toEqual({})
      expect(await call('app.hostInfo', {})).toMatchObject({ type: 'result' })
      expect([service.alive(), service.complaints()]).toEqual([true, ''])
      expect([...service.answers].filter(([, times]) => times !== 1)).toEqual([])
      expect(seen.payloads).toBe(seen.procedures * PAYLOADS)
      expect(readdirSync(userData).sort()).toEqual(['backups.json', 'logs', 'mappings', 'resources.json'])
      trust('service calls', {
        ...seen,
        'kinds of errors': codes.size,
        'internal errors': faults.size,
        'calls without an answer, or with two': 0,
        'deaths of the process': 0,
      })
    },
  )

  async function fuzz(name: Name, random: Random, pool: readonly unknown[]): Promise<void> {
    const entry = hostContract[name]
    const left = { of: DEAR[name]?.most ?? Infinity }
    const inFlight = new Set<Promise<void>>()
    for (let at = 0; at < PAYLOADS; at++) {
      const payload = draw(name, at, random, pool, left)
      seen.payloads++
      if (entry.kind === 'stream' && entry.input.safeParse(payload).success) {
        const id = ++lastId
        service.send({ type: 'call', id, name, input: payload })
        service.send({ type: 'cancel', id })
        seen.streams++
        continue
      }
      const answered = call(name, payload)
      if (answered === null) throw new Error(`A payload to ${name} cannot be sent.`)
      const taken = answered.then((answer) => take(name, payload, answer))
      inFlight.add(taken)
      void taken.then(
        () => inFlight.delete(taken),
        () => {},
      )
      if (inFlight.size >= AT_A_TIME) await Promise.race(inFlight)
    }
    await Promise.all(inFlight)
  }

  function take(name: Name, payload: unknown, answer: Answer): void {
    const entry = hostContract[name]
    const fault = (what: string): void => {
      if (!faults.has(name)) faults.set(name, `${what}, to ${shown(payload)}`)
    }
    if (answer.type === 'error') {
      const { code, message } = answer.error
      seen['typed errors']++
      codes.set(code, (codes.get(code) ?? 0) + 1)
      if (code === 'internal') fault(message)
      if (code === 'contract_violation' && entry.input.safeParse(payload).success) fault(message)
    } else {
      seen['valid answers']++
      if (entry.kind === 'stream' || !entry.output.safeParse(answer.value).success) fault('no valid answer')
    }
  }

  /** Nothing is at work, and the store that the test began with is open. */
  async function settle(): Promise<void> {
    const current = (await call('project.current', {}))!
    if (current.type === 'error' || (current.value as { path: string } | null)?.path !== path)
      expect(await call('project.open', { path })).toMatchObject({ type: 'result' })
    const listed = (await call('studies.list', {})) as Answer & { value: { id: string; state: string }[] }
    for (const { id, state } of listed.value)
      if (state === 'running' || state === 'queued') await call('studies.cancel', { id })
    for (const { id } of listed.value) {
      const drawn = (await call('landscapes.list', { studyId: id })) as Answer & {
        value: { id: string; state: string }[]
      }
      for (const { id, state } of drawn.value)
        if (state === 'running') await call('landscapes.cancel', { id })
    }
  }

  it('says what is wrong with a path that the file system refuses', { timeout: 120_000 }, async () => {
    const [FOLDER, NOT_THERE] = ['a folder', 'a folder that is not there']
    const taken: Partial<Record<Name, string[]>> = {
      'project.openSample': [FOLDER, NOT_THERE],
      'imports.preview': [FOLDER],
    }
    symlinkSync('circle', join(folder, 'circle'))
    writeFileSync(join(folder, 'a-file'), 'x')
    mkdirSync(join(folder, 'a-folder'))
    const refused = {
      'a name that is too long': join(folder, 'x'.repeat(300)),
      'a path that is too long': join(folder, ...Array<string>(50).fill('x'.repeat(200))),
      'a file in the place of a folder': join(folder, 'a-file', 'x.sqlite'),
      'links in a circle': join(folder, 'circle', 'x.sqlite'),
      [FOLDER]: join(folder, 'a-folder'),
      [NOT_THERE]: join(folder, 'none', 'none', 'x.sqlite'),
    }
    let said = 0
    for (const name of BY_PATH)
      for (const [what, file] of Object.entries(refused)) {
        // An import tells by its events what its preview answers.
        if (name === 'imports.start' || taken[name]?.includes(what)) continue
        // It wants a store at fault.
        if (name === 'safety.recoverFrom') await call('project.open', { path: file })
        const input = Object.entries(examples[name]).map(([key, value]): [string, unknown] => {
          if (key === 'path' || key === 'folder') return [key, file]
          if (key === 'paths' || key === 'only') return [key, [file]]
          return [key, key === 'readings' ? { [file]: AUTOMATIC } : value]
        })
        const answer = await call(name, Object.fromEntries(input))
        expect([name, what, answer]).toMatchObject([
          name,
          what,
          {
            type: 'error',
            error: {
              code: expect.stringMatching(/^(usage|file_not_found|file_unreadable)$/) as unknown,
              remedy: expect.any(String) as unknown,
              place: { file },
            },
          },
        ])
        said++
      }
    await settle()
    trust('service calls', { 'paths that the file system refuses, each said what is wrong': said })
  })

  it(
    `answers each of ${PAYLOADS} messages that are no calls of the contract with one error`,
    { timeout: MINUTES * 60_000 },
    async () => {
      const message = fc.oneof(
        anything.filter((value) => typeof value === 'object' && value !== null),
        fc.record({
          type: fc.constant('call'),
          id: fc.oneof(fc.integer({ min: 1e6 }), anything),
          name: fc.oneof(
            fc.string(),
            fc.constantFrom('__proto__', 'constructor', 'toString', 'app.hostinfo'),
          ),
          input: anything,
        }),
        fc.record({
          type: fc.constantFrom('result', 'item', 'error', 'cancel'),
          id: fc.oneof(fc.integer(), anything),
          value: anything,
          error: anything,
        }),
      )
      // Above the ids of those messages, which are answered under them.
      lastId = 2 ** 40
      const before = total()
      let expected = 0
      for (const payload of fc.sample(message, { numRuns: PAYLOADS, seed: 20_260_102 })) {
        const { data } = wireMessage.safeParse(payload)
        // One cancels a call that is not there.
        if (service.send(payload) && data?.type !== 'cancel') expected++
      }
      expect(await call('app.hostInfo', {})).toMatchObject({ type: 'result' })
      expect(total() - before).toBe(expected + 1)
      expect([service.alive(), service.complaints()]).toEqual([true, ''])
      trust('service calls', { 'messages that are no calls': PAYLOADS, 'answered with one error': expected })
    },
  )

  const total = (): number => [...service.answers.values()].reduce((sum, times) => sum + times, 0)
})

/** Begin of a payload as a failed test prints it. */
function shown(payload: unknown): string {
  return fc.stringify(payload).slice(0, 300)
}
