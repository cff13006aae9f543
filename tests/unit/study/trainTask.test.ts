import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openWebGpu } from '../../../src-main/compute/webgpu.ts'
import { CATALOGUE, type EngineSource, missing } from '../../../src-main/compute/catalogue.ts'
import { createReferenceEngine } from '../../../src-main/nn/engines/reference/engine.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { source } from '../compute/sources.ts'
import { writeSamples } from '../../../src-main/market/sampleFile.ts'
import { FIELDS, sampleOf } from '../../../src-main/market/samples.ts'
import {
  runTrainTask,
  type TrainAnswer,
  type TrainProgress,
  type TrainTask,
} from '../../../src-main/study/trainTask.ts'
import { lastProgress } from '../../../src-main/study/workFolder.ts'
import { optimizerConfig } from '../../../src-shared/domain/optimizer/index.ts'
import { modelConfig } from '../../../src-shared/domain/study.ts'
import { type EpochClock, MACHINE_COLUMNS, STEP_COLUMNS } from '../../../src-shared/domain/training.ts'
import { createRandom } from '../../../src-shared/random.ts'

const gpu = await openWebGpu()
gpu.device?.destroy()

let folder: string
let task: TrainTask
let runs = 0

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plateau-train-'))
  const random = createRandom(1)
  const write = (part: string, dates: number): string => {
    const file = join(folder, part)
    writeSamples(
      file,
      Array.from({ length: dates }, (_, date) => {
        const stocks = 30
        const inputs = Float64Array.from({ length: stocks * 5 * FIELDS.length }, () => random.normal())
        const labels = Float64Array.from({ length: stocks }, () => random.normal())
        return sampleOf(
          20240101 + date,
          {
            stocks: Int32Array.from({ length: stocks }, (_, i) => i),
            steps: 5,
            inputs,
            dropped: { missingBar: 0, missingField: 0 },
          },
          part === 'predict' ? null : labels,
        )
      }),
    )
    return file
  }
  task = {
    kind: 'train',
    samples: { train: write('train', 4), valid: write('valid', 2), predict: write('predict', 2) },
    model: modelConfig.parse({ frequency: 'daily', sequenceLength: 5, hiddenSize: 4, dropout: 0.2 }),
    settings: {
      optimizer: optimizerConfig.parse({ name: 'SAM', method: 'sam' }),
      loss: 'mse',
      seed: 1,
      maxEpochs: 2,
      patience: 2,
    },
    engines: ['reference'],
    threads: 1,
    folder,
    checkpointKey: 'ab'.repeat(32),
    epochsStored: 0,
    keepTrajectory: true,
  }
})
beforeEach(() => {
  task = { ...task, folder: join(folder, `run-${++runs}`) }
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('a training run', () => {
  it('loses nothing of its own accord', async () => {
    const { handovers, predictions, epochs } = await runTrainTask(task, () => {})
    expect(handovers).toEqual([])
    expect(epochs).toHaveLength(2)
    expect(predictions).toHaveLength(2)
  })

  it('tells what each epoch took of the machine, and tells it again as it was', async () => {
    const clocksOf = async (of: TrainTask) => {
      const clocks: EpochClock[] = []
      await runTrainTask(of, (event) => event.type === 'epoch' && clocks.push(event.clock))
      return clocks
    }
    const before = Date.now()
    const clocks = await clocksOf(task)
    expect(clocks).toHaveLength(2)
    for (const { steps, samples, seconds, stepSeconds, memory, endedAt } of clocks) {
      expect({ steps, samples }).toEqual({ steps: 4, samples: 4 * 30 })
      expect(stepSeconds).toBeGreaterThan(0)
      expect(seconds).toBeGreaterThanOrEqual(stepSeconds)
      expect(memory).toBeGreaterThan(1e6)
      expect(Date.parse(endedAt)).toBeGreaterThanOrEqual(before)
    }
    // From the run's folder, nothing of it being in the store.
    expect(await clocksOf(task)).toEqual(clocks)
  })

  it('records a device that is lost while predicting in the last epoch', async () => {
    let gone = false
    const leaving: EngineSource = {
      name: 'webgpu',
      find: async () => ({
        available: true,
        device: '',
        detail: 'GPU',
        threads: 0,
        processor: 'gpu',
        software: false,
        async open(config, options = {}) {
          const engine = createReferenceEngine(config, options)
          return {
            ...engine,
            name: 'webgpu',
            async predict(...evaluation) {
              if (gone) throw new PlateauError('device_lost', 'it went away')
              return engine.predict(...evaluation)
            },
          }
        },
      }),
    }
    const whole = await runTrainTask(task, () => {})
    const after = await runTrainTask(
      { ...task, engines: ['webgpu', 'reference'], folder: join(task.folder, 'lost') },
      (event) => (gone = event.type === 'epoch' && event.record.epoch === 2),
      [leaving, ...CATALOGUE.filter(({ name }) => name === 'reference')],
    )
    expect(after).toEqual({
      ...whole,
      handovers: [{ epoch: 2, lost: 'webgpu GPU', by: 'reference', reason: 'it went away' }],
    })
  })

  it.skipIf(gpu.device !== null)(
    'goes on where its engine is lost before it begins (needs a machine without WebGPU)',
    async () => {
      const whole = await runTrainTask(task, () => {})
      const after = await runTrainTask(
        { ...task, engines: ['webgpu', 'reference'], folder: join(task.folder, 'lost') },
        () => {},
      )
      expect(after).toEqual({
        ...whole,
        handovers: [
          { epoch: 0, lost: 'webgpu', by: 'reference', reason: expect.stringMatching(/^missing: /) },
        ],
      })
    },
  )
})

describe('a training run that is stopped', () => {
  const EPOCHS = 6
  const long = (): TrainTask => ({
    ...task,
    settings: { ...task.settings, maxEpochs: EPOCHS, patience: EPOCHS },
  })

  /** Run until epoch `last` is reported; what was reported, without the seconds of the steps. */
  async function runUntil(
    of: TrainTask,
    last = Infinity,
    catalogue: readonly EngineSource[] = CATALOGUE,
  ): Promise<{ events: unknown[]; answer: TrainAnswer | null }> {
    const events: unknown[] = []
    const stop = new Error('stopped')
    const answer = await runTrainTask(
      of,
      (event) => {
        if (event.type === 'epoch') events.push(withoutSeconds(event))
        if (event.type === 'epoch' && event.record.epoch === last) throw stop
      },
      catalogue,
    ).catch((error: unknown) => {
      if (error !== stop) throw error
      return null
    })
    return { events, answer }
  }
  function withoutSeconds({ record, steps }: Extract<TrainProgress, { type: 'epoch' }>) {
    return {
      record,
      steps: steps.filter((_, at) => !MACHINE_COLUMNS.includes(STEP_COLUMNS[at % STEP_COLUMNS.length])),
    }
  }
  const epochsOf = (events: readonly unknown[]): number[] =>
    events.map((event) => (event as { record: { epoch: number } }).record.epoch)

  it('after any epoch goes on to the same answer, and tells only the epochs that were not stored', async () => {
    const whole = await runUntil(long())
    expect(whole.answer?.trajectory).toHaveLength(EPOCHS + 1)
    for (let stop = 1; stop <= EPOCHS; stop++) {
      const stopped = { ...long(), folder: join(task.folder, `stop-${stop}`) }
      const first = await runUntil(stopped, stop)
      // The store did not get the last one.
      const rest = await runUntil({ ...stopped, epochsStored: stop - 1 })
      expect(rest.answer).toEqual(whole.answer)
      expect([...first.events.slice(0, -1), ...rest.events]).toEqual(whole.events)
    }
  })

  it('again and again, with one epoch each time, gets to the same answer', async () => {
    const whole = await runUntil(long())
    const stopped = { ...long(), folder: join(task.folder, 'often') }
    for (let stop = 1; stop < EPOCHS; stop++) {
      const { events } = await runUntil({ ...stopped, epochsStored: stop - 1 }, stop)
      expect(epochsOf(events)).toEqual([stop])
    }
    expect((await runUntil({ ...stopped, epochsStored: EPOCHS - 1 })).answer).toEqual(whole.answer)
  })

  const flip = (file: string): void => {
    const bytes = readFileSync(file)
    bytes[bytes.length >> 1] ^= 1
    writeFileSync(file, bytes)
  }
  it.each<[string, string[], (file: string) => void, number]>([
    ['the last checkpoint is cut short', ['checkpoint-4'], (file) => truncateSync(file, 100), 3],
    ['the last checkpoint is empty', ['checkpoint-4'], (file) => truncateSync(file, 0), 3],
    ['a bit of the last checkpoint is flipped', ['checkpoint-4'], flip, 3],
    ['a bit of the epoch of the last checkpoint is flipped', ['epoch-4'], flip, 3],
    ['both checkpoints are spoilt', ['checkpoint-3', 'checkpoint-4'], flip, 0],
    ['an early epoch is gone', ['epoch-2'], (file) => rmSync(file), 0],
  ])('goes on from what is sound when %s', async (_, files, spoil, sound) => {
    const whole = await runUntil(long())
    const stopped = { ...long(), folder: join(task.folder, 'spoilt') }
    await runUntil(stopped, 4)
    expect(
      readdirSync(stopped.folder)
        .filter((name) => name.startsWith('checkpoint'))
        .sort(),
    ).toEqual(['checkpoint-3', 'checkpoint-4'])
    for (const file of files) spoil(join(stopped.folder, file))
    expect(lastProgress(stopped.folder, task.checkpointKey)?.epochs.length ?? 0).toBe(sound)
    const { events, answer } = await runUntil({ ...stopped, epochsStored: 4 })
    expect(answer).toEqual(whole.answer)
    expect(epochsOf(events)).toEqual([5, 6])
    expect(lastProgress(stopped.folder, task.checkpointKey)?.epochs).toHaveLength(EPOCHS)
  })

  describe('when a device has been lost', () => {
    const REFERENCE = CATALOGUE.find(({ name }) => name === 'reference')!
    /** Devices that stand in for others know one loss. */
    const onDevices = (): TrainTask => ({
      ...long(),
      settings: { ...long().settings, loss: 'ic' },
      engines: ['webgpu', 'native', 'reference'],
    })
    /** Whose numbers are its own, within what a test of it allows. */
    const native = source('native', { error: 1e-6 })
    /** An epoch has 14 evaluations: two gradients of each train date, and the scores of all dates. */
    const leaving = source('webgpu', { error: 1e-5, lostAt: 2 * 14 + 1 })
    const back = source('webgpu', { error: 1e-5 })

    it('goes on with the engine that went on, though the device is back', async () => {
      const lost = onDevices()
      const machine = (webgpu: EngineSource) => [webgpu, native, REFERENCE]
      const whole = await runUntil(
        { ...lost, folder: join(task.folder, 'whole') },
        Infinity,
        machine(leaving),
      )
      expect(whole.answer?.handovers).toEqual([
        { epoch: 3, lost: 'webgpu', by: 'native', reason: 'webgpu went away' },
      ])
      await runUntil(lost, 4, machine(leaving))
      const rest = await runUntil({ ...lost, epochsStored: 4 }, Infinity, machine(back))
      expect(rest.answer).toEqual(whole.answer)
    })

    it('tells which engine goes on when that one is gone too', async () => {
      const lost = onDevices()
      await runUntil(lost, 4, [leaving, native, REFERENCE])
      const absent: EngineSource = {
        name: 'native',
        find: async () => missing('unavailable', { detail: 'gone' }),
      }
      const rest = await runUntil({ ...lost, epochsStored: 4 }, 5, [back, absent, REFERENCE])
      expect(epochsOf(rest.events)).toEqual([5])
      const { handovers, engine } = lastProgress(lost.folder, task.checkpointKey)!.epochs[4]
      expect(engine).toBe('reference')
      expect(handovers).toEqual([
        { epoch: 3, lost: 'webgpu', by: 'native', reason: 'webgpu went away' },
        { epoch: 4, lost: 'native', by: 'reference', reason: 'missing: gone' },
      ])
    })
  })

  it('takes no checkpoint of another run', async () => {
    const whole = await runUntil({ ...long(), settings: { ...long().settings, seed: 2 } })
    const stopped = { ...long(), folder: join(task.folder, 'other') }
    await runUntil(stopped, 4)
    const other = {
      ...stopped,
      checkpointKey: 'cd'.repeat(32),
      settings: { ...stopped.settings, seed: 2 },
    }
    expect((await runUntil(other)).answer).toEqual(whole.answer)
  })

  it('leaves its folder to the next one', async () => {
    const stopped = { ...long(), folder: join(task.folder, 'held') }
    await runUntil(stopped, 1)
    expect(readdirSync(stopped.folder).sort()).toEqual(['checkpoint-1', 'epoch-1'])
  })
})
