import { mkdtempSync, readFileSync, rmSync, existsSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { CATALOGUE, engineLabel } from '../src-main/compute/catalogue.ts'
import { runPool } from '../src-main/jobs/pool.ts'
import { runJob } from '../src-main/jobs/process.ts'
import { readSamples, writeSamples } from '../src-main/market/sampleFile.ts'
import { FIELDS, sampleOf } from '../src-main/market/samples.ts'
import type { Engine } from '../src-main/nn/engine.ts'
import type { LandscapeAnswer, LandscapeTask } from '../src-main/study/landscapeTask.ts'
import { TRAINING_FLAGS } from '../src-main/study/training.ts'
import { clockOf, type TrainAnswer, type TrainProgress, type TrainTask } from '../src-main/study/trainTask.ts'
import { keepEpoch } from '../src-main/study/workFolder.ts'
import { train } from '../src-main/train/trainer.ts'
import { landscapeSettings } from '../src-shared/domain/landscapeSettings.ts'
import { optimizerConfig } from '../src-shared/domain/optimizer/index.ts'
import { modelConfig } from '../src-shared/domain/study.ts'
import { createRandom } from '../src-shared/random.ts'

/**
 * What training costs beside its evaluations: `npm run bench -- train`. On generated samples of one size (--stocks, --dates):
 *
 * 1. Share of a run's time in which the engine was evaluating, checkpoints of every epoch and their flushes included.
 * 2. Jobs of one worker process on one thread in a given time, and of two.
 * 3. A landscape of 41 x 41 nodes: share of its time in which the engine was evaluating.
 * 4. Resident memory of a training process after epoch 5 and epoch 100.
 * A part alone with `--only engine`, `workers`, `landscape` or `memory`.
 */
const { values } = parseArgs({
  options: {
    stocks: { type: 'string', default: '300' },
    dates: { type: 'string', default: '100' },
    epochs: { type: 'string', default: '5' },
    turns: { type: 'string', default: '3' },
    only: { type: 'string', default: 'engine,workers,landscape,memory' },
  },
})
const STEPS = 30
const WORKER = new URL('../src-main/host/worker.ts', import.meta.url)
const KEY = 'b'.repeat(64)
const model = modelConfig.parse({ frequency: 'daily', sequenceLength: STEPS })
const gru = { inputSize: FIELDS.length, hiddenSize: model.hiddenSize, layers: model.layers, dropout: 0 }
const folder = mkdtempSync(join(tmpdir(), 'plateau-bench-'))

function write(part: string, dates: number, stocks: number): string {
  const random = createRandom(dates)
  const path = join(folder, part)
  writeSamples(
    path,
    Array.from({ length: dates }, (_, date) => {
      const inputs = Float64Array.from({ length: stocks * STEPS * FIELDS.length }, () => random.normal())
      // A little of the last step, so that there is something to learn.
      const labels = Float64Array.from(
        { length: stocks },
        (_, i) => random.normal() + 0.3 * inputs[(i + 1) * STEPS * FIELDS.length - 1],
      )
      const features = {
        stocks: Int32Array.from({ length: stocks }, (_, i) => i),
        steps: STEPS,
        inputs,
        dropped: { missingBar: 0, missingField: 0 },
      }
      return sampleOf(20240101 + date, features, part === 'predict' ? null : labels)
    }),
  )
  return path
}
const stocks = Number(values.stocks)
const dates = Number(values.dates)
const samples = {
  train: write('train', dates, stocks),
  valid: write('valid', Math.ceil(dates / 4), stocks),
  predict: write('predict', 5, stocks),
}
const settings = (name: 'plain' | 'sam', maxEpochs: number) => ({
  optimizer: optimizerConfig.parse({ name, method: name }),
  loss: 'ic' as const,
  seed: 1,
  maxEpochs,
  patience: maxEpochs,
})
const median = (numbers: number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

const native = CATALOGUE.find(({ name }) => name === 'native')!
const found = await native.find({})
if (!found.available) throw new Error('the native engine is not built: npm run setup')
const { model: processor } = cpus()[0]
console.log(
  `${processor}, ${cpus().length} threads, ${process.platform}, Node ${process.version}, load ${loadavg()[0].toFixed(1)}`,
)
console.log(
  `${engineLabel('native', found)}; ${dates} dates x ${stocks} stocks x ${STEPS} steps x ${FIELDS.length} fields, GRU ${model.layers} x ${model.hiddenSize}`,
)

try {
  const asked = values.only.split(',')
  if (asked.includes('engine')) await engineShare()
  if (asked.includes('workers')) await workers()
  if (asked.includes('landscape')) await landscape()
  if (asked.includes('memory')) for (let turn = 0; turn < Number(values.turns); turn++) await memory()
} finally {
  rmSync(folder, { recursive: true })
}

async function engineShare(): Promise<void> {
  const parts = {
    train: readSamples(samples.train).map(({ crossSection }) => crossSection),
    valid: readSamples(samples.valid).map(({ crossSection }) => crossSection),
  }
  for (const method of ['plain', 'sam'] as const) {
    const shares: number[] = []
    for (let turn = 0; turn < Number(values.turns); turn++) {
      if (!found.available) return
      const inner = await found.open(gru, { loss: { kind: 'ic' } })
      let busy = 0
      const timed = async <T>(work: Promise<T>): Promise<T> => {
        const start = performance.now()
        try {
          return await work
        } finally {
          busy += performance.now() - start
        }
      }
      const engine: Engine = {
        ...inner,
        predict: (...evaluation) => timed(inner.predict(...evaluation)),
        lossAndGradient: (...evaluation) => timed(inner.lossAndGradient(...evaluation)),
      }
      const start = performance.now()
      await train(engine, gru, parts, settings(method, Number(values.epochs)), {
        onEpoch: ({ record, steps, samples, state }) =>
          keepEpoch(folder, KEY, state, {
            record,
            clock: clockOf(steps, samples, 0),
            steps,
            weights: Float32Array.from(state.weights),
            handovers: [],
            engine: 'native',
          }),
      })
      shares.push(busy / (performance.now() - start))
      inner.close()
    }
    console.log(
      `engine at work, ${method === 'plain' ? 'AdamW' : 'SAM around AdamW'}: ${percent(median(shares))} of the time ` +
        `(median of ${shares.length}), a checkpoint flushed to disk every epoch`,
    )
  }
}

async function workers(): Promise<void> {
  const jobs = 4
  const run = async (width: number): Promise<number> => {
    const start = performance.now()
    await runPool(
      jobs,
      () => width,
      new AbortController().signal,
      (at) =>
        runJob<TrainTask, TrainProgress, TrainAnswer>(
          WORKER,
          {
            kind: 'train',
            samples,
            model,
            engines: ['native'],
            threads: 1,
            settings: settings('sam', Number(values.epochs)),
            folder: join(mkdtempSync(join(folder, 'run-')), String(at)),
            checkpointKey: KEY,
            epochsStored: 0,
            keepTrajectory: false,
          },
          { signal: new AbortController().signal, onProgress: () => {} },
        ),
    )
    return (performance.now() - start) / 1000
  }
  const times: { one: number; two: number }[] = []
  for (let turn = 0; turn < Number(values.turns); turn++) times.push({ one: await run(1), two: await run(2) })
  const ratio = median(times.map(({ one, two }) => one / two))
  console.log(
    `${jobs} jobs on one thread each: one worker ${median(times.map(({ one }) => one)).toFixed(1)} s, two workers ` +
      `${median(times.map(({ two }) => two)).toFixed(1)} s: ${ratio.toFixed(2)} x the jobs (median of ${times.length} pairs)`,
  )
}

async function landscape(): Promise<void> {
  const key = { window: 0, frequency: 'daily' as const, optimizer: 'sam', seed: 1 }
  const trained = await runJob<TrainTask, TrainProgress, TrainAnswer>(
    WORKER,
    {
      kind: 'train',
      samples,
      model,
      engines: ['native'],
      threads: cpus().length,
      settings: settings('sam', Number(values.epochs)),
      folder: join(folder, 'landscape'),
      checkpointKey: KEY,
      epochsStored: 0,
      keepTrajectory: true,
    },
    { signal: new AbortController().signal, onProgress: () => {} },
  )
  const start = performance.now()
  const { engineShare } = await runJob<LandscapeTask, unknown, LandscapeAnswer>(
    WORKER,
    {
      kind: 'landscape',
      key,
      settings: landscapeSettings.parse({ resolution: 41 }),
      samples: samples.train,
      model,
      loss: 'ic',
      engines: ['native'],
      threads: cpus().length,
      trajectory: trained.trajectory!,
      bestEpoch: trained.bestEpoch,
      joint: null,
      grid: true,
      lines: [],
    },
    { signal: new AbortController().signal, onProgress: () => {} },
  )
  const seconds = (performance.now() - start) / 1000
  console.log(
    `landscape of 41 x 41 nodes with trajectory and sharpness: ${seconds.toFixed(1)} s, engine at work ${percent(engineShare)} of its time`,
  )
}

async function memory(): Promise<void> {
  if (!existsSync('/proc/self/status')) return console.log('resident memory: no /proc here, left out')
  const small = {
    train: write('smallTrain', 20, 100),
    valid: write('smallValid', 5, 100),
    predict: samples.predict,
  }
  let pid = 0
  const resident = new Map<number, number>()
  await runJob<TrainTask, TrainProgress, TrainAnswer>(
    WORKER,
    {
      kind: 'train',
      samples: small,
      model,
      engines: ['native'],
      threads: cpus().length,
      settings: settings('sam', 100),
      folder: mkdtempSync(join(folder, 'memory-')),
      checkpointKey: KEY,
      epochsStored: 0,
      keepTrajectory: true,
    },
    {
      flags: TRAINING_FLAGS,
      signal: new AbortController().signal,
      onProgress(event) {
        if (event.type === 'run_started') pid = event.owner.pid
        else resident.set(event.record.epoch, residentBytes(pid))
      },
    },
  )
  const [early, late] = [resident.get(5)!, resident.get(100)!]
  console.log(
    `resident memory of a training process: ${(early / 1e6).toFixed(0)} MB after epoch 5, ${(late / 1e6).toFixed(0)} MB after ` +
      `epoch 100 (${percent(late / early - 1)} more)`,
  )
}

function residentBytes(pid: number): number {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!
  return 1024 * Number(kilobytes)
}
