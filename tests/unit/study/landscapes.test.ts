import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { openWebGpu } from '../../../src-main/compute/webgpu.ts'
import { writeSamples } from '../../../src-main/market/sampleFile.ts'
import { FIELDS } from '../../../src-main/market/samples.ts'
import { gruLayout } from '../../../src-main/nn/layout.ts'
import type { StudyEngine } from '../../../src-main/study/engine.ts'
import { computeLandscapes, type LandscapeRun } from '../../../src-main/study/landscapes.ts'
import { landscapesCost } from '../../../src-main/study/landscapeCost.ts'
import { dateOfEpochDay } from '../../../src-shared/domain/date.ts'
import { landscapeSettings } from '../../../src-shared/domain/landscapeSettings.ts'
import { smallStudy } from '../../fixtures/smallStore.ts'
import { randomVector } from '../landscape/surfaces.ts'

const ENTRY = new URL('../../../src-main/host/worker.ts', import.meta.url)
const ENGINE: StudyEngine = { name: 'reference', order: ['reference'], processor: 'cpu', notes: [] }
const gpu = await openWebGpu()
const STOCKS = 12
const EPOCHS = 3
const config = smallStudy()
const [{ frequency, sequenceLength, hiddenSize, layers }] = config.models
const SIZE = gruLayout({ inputSize: FIELDS.length, hiddenSize, layers }).size
let samples: string

beforeAll(() => {
  samples = samplesOf([20200102, 20200103])
})

/** A file of samples of these dates. */
function samplesOf(dates: readonly number[]): string {
  const file = join(mkdtempSync(join(tmpdir(), 'plateau-test-')), 'train.samples')
  writeSamples(
    file,
    dates.map((date) => ({
      date,
      stocks: Int32Array.from({ length: STOCKS }, (_, i) => i),
      crossSection: {
        stocks: STOCKS,
        steps: sequenceLength,
        features: FIELDS.length,
        inputs: Float32Array.from(randomVector(date, STOCKS * sequenceLength * FIELDS.length)),
        labels: randomVector(date + 1, STOCKS),
      },
    })),
  )
  return file
}

function run(optimizer: string, seed: number): LandscapeRun {
  const trajectory = Array.from({ length: EPOCHS + 1 }, (_, epoch) =>
    Float32Array.from(randomVector(100 * seed + epoch, SIZE), (value) => 0.3 * value),
  )
  return { key: { window: 0, frequency, optimizer, seed }, bestEpoch: 2, trajectory }
}

async function compute(
  runs: readonly LandscapeRun[],
  settings: object,
  {
    workers,
    engine = ENGINE,
    files = () => samples,
    shares = [],
    nodes = [],
  }: {
    workers: number
    engine?: StudyEngine
    files?: (optimizer: string) => string
    shares?: number[]
    nodes?: number[]
  },
) {
  const answer = await computeLandscapes(
    runs,
    {
      config,
      settings: landscapeSettings.parse(settings),
      samples: ({ optimizer }) => files(optimizer),
      engine,
      allot: (jobs) => ({ width: Math.min(workers, jobs), threads: 1, heldBack: 0 }),
      entry: ENTRY,
    },
    {
      signal: new AbortController().signal,
      onProgress: (progress) => {
        shares.push(progress.share)
        nodes.push(progress.nodes)
      },
    },
  )
  return { ...answer, shares, nodes }
}

describe('landscapes of several runs', () => {
  it.each(['own', 'joint'] as const)(
    'tell on %s axes what share of the evaluations is done',
    async (axes) => {
      const settings = landscapeSettings.parse({ resolution: 7, draws: 3, axes })
      const runs = [run('AdamW', 1), run('SAM', 1)]
      const { complete, landscapes, interpolations, shares, nodes } = await compute(runs, settings, {
        workers: 1,
      })
      expect({ complete, landscapes: landscapes.length, lines: interpolations.length }).toEqual({
        complete: true,
        landscapes: 2,
        lines: 1,
      })
      const whole = landscapesCost(settings, EPOCHS, [runs.length])
      // One after the other: every report is of one loss or of one gradient, which counts as three.
      const steps = shares.map((share, at) => Math.round(whole * (share - (shares[at - 1] ?? 0)) * 1e6) / 1e6)
      expect(new Set(steps)).toEqual(new Set([1, 3]))
      expect(shares.at(-1)).toBeCloseTo(1, 12)
      // Each node of each grid, one at a time: on joint axes there is one grid.
      const all = (axes === 'own' ? 2 : 1) * 7 ** 2
      expect([...new Set(nodes)].toSorted((a, b) => a - b)).toEqual(
        Array.from({ length: all + 1 }, (_, k) => k),
      )
    },
  )

  it.each(['random', 'hessian'] as const)(
    'are of %s directions, with the loss of the best epoch at the origin of the grid',
    async (directions) => {
      const settings = { resolution: 5, draws: 3, reach: 0.5, directions }
      const runs = [run('AdamW', 1), run('SAM', 1)]
      const { complete, landscapes, shares } = await compute(runs, settings, { workers: 1 })
      expect(complete).toBe(true)
      expect(shares.at(-1)).toBeCloseTo(1, 12)
      const again = await compute(runs.slice(0, 1), settings, { workers: 1 })
      expect(again.landscapes[0]).toEqual(landscapes[0])
      for (const {
        x,
        y,
        values,
        trajectory,
        originEpoch,
        units,
        eigenvalues,
        sharpness,
        explained,
      } of landscapes) {
        expect([x, y]).toEqual([0, 1].map(() => [-0.5, -0.25, 0, 0.25, 0.5]))
        expect(values[2][2]).toBe(trajectory[originEpoch].trueLoss)
        expect(trajectory[originEpoch]).toMatchObject({ x: 0, y: 0, offPlane: 0 })
        const total = trajectory.reduce(
          (sum, at) => sum + (at.x * units[0]) ** 2 + (at.y * units[1]) ** 2 + at.offPlane ** 2,
          0,
        )
        expect(explained[0]).toBeCloseTo(
          trajectory.reduce((sum, at) => sum + (at.x * units[0]) ** 2, 0) / total,
          12,
        )
        if (directions === 'random') expect(eigenvalues).toBeNull()
        else {
          expect(units).toEqual([1, 1])
          expect(eigenvalues![0]).toEqual({
            value: sharpness!.topEigenvalue,
            residual: sharpness!.topEigenvalueResidual,
          })
          expect(eigenvalues![1].value).toBeLessThanOrEqual(eigenvalues![0].value)
        }
      }
    },
  )

  it('are of a part of the plane alone, at its nodes those of the whole, without measuring the minimum again', async () => {
    const whole = await compute(
      [run('AdamW', 1)],
      { resolution: 5, draws: 2, directions: 'random' },
      { workers: 1 },
    )
    const region = { x: [-0.5, 0], y: [0, 1] }
    const part = await compute(
      [run('AdamW', 1)],
      { resolution: 3, draws: 2, directions: 'random', region },
      { workers: 1 },
    )
    const [{ values }] = whole.landscapes
    const [refined] = part.landscapes
    expect(refined).toMatchObject({
      x: [-0.5, -0.25, 0],
      y: [0, 0.5, 1],
      sharpness: null,
      settings: { region },
    })
    expect(refined.values[0][0]).toBe(values[2][1])
    expect(refined.values[2][2]).toBe(values[4][2])
    expect(refined.trajectory).toEqual(whole.landscapes[0].trajectory)
    expect(part.shares.at(-1)).toBeCloseTo(1, 12)
  })

  it.skipIf(gpu.device !== null)(
    'say what they were computed on, also where an engine is lost (needs a machine without WebGPU)',
    async () => {
      const settings = { resolution: 5, draws: 2, directions: 'random' }
      const [kept] = (await compute([run('AdamW', 1)], settings, { workers: 1 })).landscapes
      expect(kept.engines).toEqual(['reference'])
      const engine: StudyEngine = { ...ENGINE, name: 'webgpu GPU', order: ['webgpu', 'reference'] }
      const [lost] = (await compute([run('AdamW', 1)], settings, { workers: 1, engine })).landscapes
      expect(lost).toEqual({ ...kept, engines: ['webgpu GPU', 'reference'] })
    },
  )

  it('cost on joint axes one grid a group, and a line to each other run of it', () => {
    const settings = landscapeSettings.parse({ resolution: 11, draws: 4 })
    const own = landscapesCost(settings, 10, [3, 1])
    const joint = landscapesCost({ ...settings, axes: 'joint' }, 10, [3, 1])
    expect(own - joint).toBe(2 * 11 ** 2)
    expect(landscapesCost(settings, 10, [1, 1, 1, 1])).toBe(own - 2 * 21)
    expect(landscapesCost(settings, 10, [])).toBe(0)
  })

  it('end with the first that fails, whatever the others have left to do', async () => {
    // Minutes of work beside one that fails as soon as its process is there.
    const long = samplesOf(Array.from({ length: 60 }, (_, day) => dateOfEpochDay(18_262 + day)))
    const files = (optimizer: string) => (optimizer === 'SAM' ? `${samples}.missing` : long)
    const shares: number[] = []
    const runs = [run('AdamW', 1), run('SAM', 1)]
    await expect(
      compute(runs, { resolution: 201, draws: 1000 }, { workers: 2, files, shares }),
    ).rejects.toThrow('The sample file is gone.')
    // The other one would have been half of all.
    expect(shares.at(-1) ?? 0).toBeLessThan(0.4)
  }, 120_000)
})
