import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadSteps } from '../../src-main/store/runFiles.ts'
import { studyRuns } from '../../src-main/store/runs.ts'
import { checkIntegrity } from '../../src-main/store/integrity.ts'
import { openStore } from '../../src-main/store/store.ts'
import { getStudy, studyEpochs } from '../../src-main/store/studies.ts'
import { decodeCheckpoint } from '../../src-main/train/checkpoint.ts'
import type { StudyConfig } from '../../src-shared/domain/study.ts'
import { createRandom } from '../../src-shared/random.ts'
import { childrenOf, descendants, processes } from '../fixtures/processes.ts'
import { smallStore, smallStudy } from '../fixtures/smallStore.ts'
import { leftBy } from '../fixtures/studies.ts'
import { loops, trust } from '../fixtures/trust.ts'

/**
 * Studies whose processes are killed with SIGKILL at moments drawn from before they begin to after they have trained: the
 * service, the study's own process or that of one of its runs. After every kill the store is sound, holds every epoch the
 * service has told of, without a hole and as the undisturbed study has it, and every checkpoint is whole. Some checkpoints are
 * then spoilt on purpose. The study goes on until it is done; what it leaves equals what the undisturbed one leaves.
 */
const KILLS = loops({ reduced: 6, full: 200 })
/** Of a slow machine; a study that nobody kills takes some seconds. */
const SECONDS_PER_KILL = 60
/** Share of the kills after which a checkpoint is spoilt. */
const SPOILT = 0.25

const CHILD = fileURLToPath(new URL('studyChild.ts', import.meta.url))
const TARGETS = ['service', 'study', 'run'] as const
type Target = (typeof TARGETS)[number]

/** Two runs of ten epochs, on the engine that every machine has. */
const CONFIG: StudyConfig = {
  ...smallStudy(),
  models: smallStudy().models.slice(0, 1),
  training: { ...smallStudy().training, seeds: [1], maxEpochs: 10, patience: 10, engine: 'reference' },
}
const EPOCHS = 2 * CONFIG.training.maxEpochs

let path: string
let whole: ReturnType<typeof leftBy>

beforeAll(
  async () => {
    ;({ path } = await smallStore())
    const undisturbed = serve({ config: CONFIG })
    await undisturbed.ended
    expect(undisturbed.end()).toEqual({ state: 'done', error: null })
    const store = openStore(path, { mode: 'read' })
    whole = leftBy(store, undisturbed.id()!)
    store.close()
    expect(whole.epochs).toHaveLength(EPOCHS)
  },
  2 * SECONDS_PER_KILL * 1000,
)
afterAll(() => rmSync(dirname(path), { recursive: true }))

interface Told {
  readonly id?: string
  readonly state?: string
  readonly error?: unknown
  readonly record?: unknown
}

/** A service at work on one study; what it has told so far. */
function serve(task: { readonly id: string } | { readonly config: StudyConfig }) {
  const child = spawn(process.execPath, [CHILD, path, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const epochs: string[] = []
  let id: string | undefined
  let end: Told | undefined
  let wake = (): void => {}
  const lines = createInterface(child.stdout)
  lines.on('line', (line) => {
    const told = JSON.parse(line) as Told
    if (told.id !== undefined) ({ id } = told)
    else if (told.state !== undefined) end = told
    else epochs.push(line)
    wake()
  })
  const ended = new Promise<void>((resolve) =>
    child.on('close', () => {
      resolve()
      wake()
    }),
  )
  return {
    pid: child.pid!,
    epochs,
    id: () => id,
    end: () => end,
    ended,
    alive: () => child.exitCode === null && child.signalCode === null,
    /** Until `when` holds of what it has told, or it has ended. */
    async until(when: () => boolean): Promise<void> {
      while (!when() && child.exitCode === null && child.signalCode === null)
        await new Promise<void>((resolve) => {
          wake = resolve
        })
    },
  }
}

/** The process to kill; null when there is none of that kind now. */
function victim(target: Target, service: number): number | null {
  if (target === 'service') return service
  const [study = null] = childrenOf(service)
  if (target === 'study' || study === null) return study
  return childrenOf(study).at(-1) ?? null
}

/** Files of the checkpoints of a study. */
function checkpoints(id: string): string[] {
  const runs = join(`${path}.work`, id, 'runs')
  return (existsSync(runs) ? readdirSync(runs) : []).flatMap((run) =>
    readdirSync(join(runs, run))
      .filter((name) => /^checkpoint-\d+$/.test(name))
      .map((name) => join(runs, run, name)),
  )
}

describe.skipIf(process.platform === 'win32')(
  'a study whose processes are killed (skipped on Windows)',
  () => {
    it(
      `${KILLS} times loses no epoch and comes to the same result`,
      { timeout: (2 + KILLS) * SECONDS_PER_KILL * 1000 },
      async () => {
        const random = createRandom(20_261)
        const counts = {
          kills: 0,
          service: 0,
          study: 0,
          run: 0,
          'stores found sound': 0,
          'studies that came to equal bytes': 0,
          'epochs told before a kill and stored after it': 0,
          'stored epochs equal to the undisturbed ones': 0,
          'checkpoints whole after a kill': 0,
          'checkpoints spoilt on purpose': 0,
          'kills before the first epoch': 0,
          'kills in training': 0,
          'kills after the last epoch': 0,
        }

        /** Files spoilt on purpose, as they lie there until they are written anew. */
        const spoilt = new Map<string, Buffer>()
        while (counts.kills < KILLS) {
          /** Of one study over all its services. */
          const told: string[] = []
          let id: string | undefined
          let done = false
          while (!done) {
            const service = serve(id === undefined ? { config: CONFIG } : { id })
            while (service.alive() && counts.kills < KILLS) {
              const seen = service.epochs.length
              const wait = random.below(5)
              await service.until(() => service.epochs.length >= seen + wait && service.id() !== undefined)
              await delay(random.below(wait === 0 ? 2_500 : 150))
              const target = TARGETS[random.below(TARGETS.length)]
              const family = descendants(service.pid)
              const pid = service.alive() ? victim(target, service.pid) : null
              if (pid === null) continue
              // The process may end of its own accord in this very moment.
              if (!killed(pid)) continue
              counts.kills++
              counts[target]++
              if (target !== 'run') {
                await service.ended
                await gone(family)
              }
              id ??= service.id()
              const all = new Set([...told, ...service.epochs])
              counts[
                all.size === 0
                  ? 'kills before the first epoch'
                  : all.size < EPOCHS
                    ? 'kills in training'
                    : 'kills after the last epoch'
              ]++
              if (id === undefined) continue
              examine(id, all)
              if (target !== 'run' && random.uniform() < SPOILT) spoil(id)
            }
            await service.ended
            id ??= service.id()
            told.push(...service.epochs)
            done = service.end()?.state === 'done'
            // Its processes may not have seen yet that it is gone.
            if (!done) expect(service.end()?.state ?? 'interrupted').toBe('interrupted')
          }

          const store = openStore(path, { mode: 'read' })
          checkIntegrity(store)
          expect(leftBy(store, id!)).toEqual(whole)
          expect(studyRuns(store, id!).map(({ state }) => state)).toEqual(['done', 'done'])
          store.close()
          expect(existsSync(join(`${path}.work`, id!))).toBe(false)
          counts['studies that came to equal bytes']++
        }
        trust('study killed', { ...counts, 'epochs lost': 0, 'torn checkpoints': 0 })

        function examine(id: string, told: ReadonlySet<string>): void {
          const store = openStore(path, { mode: 'read' })
          checkIntegrity(store)
          counts['stores found sound']++
          // A study of which only a run was killed goes on meanwhile.
          const stored = store.snapshot(() => {
            expect(store.all('PRAGMA foreign_key_check')).toEqual([])
            expect(['interrupted', 'running', 'done']).toContain(getStudy(store, id).state)
            const epochs = studyEpochs(store, id)
            const runs = Map.groupBy(epochs, ({ key }) => JSON.stringify(key))
            for (const of of runs.values()) {
              const numbers = of.map((_, at) => at + 1)
              expect(of.map(({ record }) => record.epoch)).toEqual(numbers)
              expect(loadSteps(store, id, of[0].key).map(({ epoch }) => epoch)).toEqual(numbers)
            }
            return epochs.map((epoch) => JSON.stringify(epoch))
          })
          store.close()
          expect(stored).toEqual(expect.arrayContaining([...told]))
          expect(whole.epochs).toEqual(expect.arrayContaining(stored))
          counts['epochs told before a kill and stored after it'] += told.size
          counts['stored epochs equal to the undisturbed ones'] += stored.length

          for (const file of checkpoints(id)) {
            const bytes = read(file)
            if (bytes === null || spoilt.get(file)?.equals(bytes)) continue
            const state = decode(bytes)
            expect(state, file).not.toBeNull()
            const records = state!.epochs.map((record) => JSON.stringify(record))
            const undisturbed = whole.epochs.map((line) =>
              JSON.stringify((JSON.parse(line) as { record: unknown }).record),
            )
            expect(undisturbed).toEqual(expect.arrayContaining(records))
            counts['checkpoints whole after a kill']++
          }
        }

        /** Cut short, or a bit of it changed. */
        function spoil(id: string): void {
          const files = checkpoints(id)
          if (files.length === 0) return
          const file = files[random.below(files.length)]
          const bytes = readFileSync(file)
          const place = random.below(bytes.length)
          const cut = random.uniform() < 0.5
          if (!cut) bytes[place] ^= 1 << random.below(8)
          const now = cut ? bytes.subarray(0, place) : bytes
          writeFileSync(file, now)
          spoilt.set(file, now)
          expect(decode(now)).toBeNull()
          counts['checkpoints spoilt on purpose']++
        }
      },
    )
  },
)

/** The key stands in the file: that it is of this run is not what is asked here. */
function decode(bytes: Buffer) {
  return decodeCheckpoint(bytes, bytes.toString('hex', 16, 48))
}

/** Null when a run that goes on has removed it. */
function read(file: string): Buffer | null {
  try {
    return readFileSync(file)
  } catch {
    return null
  }
}

function killed(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL')
  } catch {
    return false
  }
}

async function gone(family: readonly number[]): Promise<void> {
  while (family.some((pid) => processes().has(pid))) await delay(20)
}
