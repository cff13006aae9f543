import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { landscapeStatus } from '../../../src-shared/contract/landscape.ts'
import { landscapeScale } from '../../../src-shared/charts/index.ts'
import type { Convergence } from '../../../src-shared/domain/convergence.ts'
import type { Interpolation, Landscape } from '../../../src-shared/domain/landscape.ts'
import { landscapeSettings } from '../../../src-shared/domain/landscapeSettings.ts'
import type { RunKey } from '../../../src-shared/domain/training.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { formatCount, formatIc } from '../../../src-shared/format.ts'
import { convergenceCurves, describeEpoch } from '../../../src-renderer/charts/convergence.ts'
import { describePlace, landscapeContours, outlined } from '../../../src-renderer/charts/landscape.ts'
import { FIRST_VIEW } from '../../../src-renderer/charts/surfaceView.ts'
import {
  comparable,
  middleOf,
  nodesOf,
  regionBetween,
  spanning,
  usualRuns,
} from '../../../src-renderer/views/landscape/landscapes.ts'
import { curveId } from '../../../src-renderer/stores/curves.ts'
import { received } from '../../../src-renderer/stores/timed.ts'
import { openViews, type Views } from './mounted.ts'
import { chartStyle as style } from '../../fixtures/chartStyle.ts'
import { bowl } from '../../fixtures/landscape.ts'
import { buildStudyResult } from '../../fixtures/studyResult.ts'

let views: Views
beforeAll(async () => {
  views = await openViews()
})
afterAll(() => views.close())

const run = (optimizer: string, changes: Partial<RunKey> = {}): RunKey => ({
  window: 0,
  frequency: 'daily',
  optimizer,
  seed: 1,
  ...changes,
})

describe('the runs of a landscape', () => {
  const runs = [
    run('SAM'),
    run('AdamW'),
    run('SAM', { window: 1, seed: 2 }),
    run('SAM', { window: 1 }),
    run('AdamW', { window: 1 }),
    run('AdamW', { window: 1, frequency: 'weekly' }),
  ]

  it('stand side by side where their dates are the same', () => {
    expect(comparable(runs.map((key) => ({ key }))).map((group) => group.length)).toEqual([2, 3, 1])
  })

  it('are usually those a study draws itself: its first seed, whichever it is, in the last window', () => {
    expect(usualRuns(runs, 1)).toEqual([runs[3], runs[4], runs[5]])
    expect(usualRuns(runs, 2)).toEqual([runs[2]])
    // Where it has failed, those of another.
    expect(usualRuns(runs, 9)).toEqual([runs[2]])
    expect(usualRuns([], 1)).toEqual([])
  })
})

describe('the nodes of a landscape', () => {
  const keys = [run('SAM'), run('AdamW'), run('SAM', { frequency: 'weekly' })]
  const grid = [
    [1, null, null],
    [2, 3, null],
    [null, null, null],
  ]

  it('are one grid for each run on planes of their own', () => {
    const drawn = [
      { key: keys[0], originKey: keys[0], values: grid },
      { key: keys[1], originKey: keys[1], values: grid },
    ]
    expect(nodesOf(keys, { axes: 'own', resolution: 3 }, drawn)).toEqual({ done: 6, all: 27 })
  })

  it('are one grid for all runs of the same dates on a joint plane', () => {
    const drawn = [
      { key: keys[0], originKey: keys[0], values: grid },
      { key: keys[1], originKey: keys[0], values: grid },
    ]
    expect(nodesOf(keys, { axes: 'joint', resolution: 3 }, drawn)).toEqual({ done: 3, all: 18 })
  })
})

describe('what is said of a place under the pointer', () => {
  it('names the loss of each line there once', () => {
    const line = (to: string, loss: number[]): Interpolation => ({
      from: run('AdamW'),
      to: run(to, { seed: 2 }),
      part: 'train',
      at: [0, 0.5, 1],
      loss,
      barrier: 0,
    })
    const lines = [line('SAM', [-0.1, -0.2, -0.3]), line('GAM', [-0.1, 0.25, -0.5])]
    const text = describePlace([{ value: [0.5, -0.2] }, { value: [0.5, 0.25] }], lines, style)
    expect(text.split('\n').slice(1)).toEqual(['AdamW #1 – SAM #2  −0.2000', 'AdamW #1 – GAM #2  0.2500'])
  })

  const epoch = (at: number, seeds: number) => ({
    epoch: at,
    seeds,
    meanValidIc: at / 10,
    validIcSpread: seeds < 2 ? null : 0.01,
    meanTrainIc: 0.5,
    meanValidIcir: at,
  })
  const entry = (optimizer: string, epochs: Convergence['epochs']): Convergence => ({
    window: 0,
    frequency: 'daily',
    optimizer,
    seeds: [1, 2],
    epochs,
    meanBestEpoch: 1,
    meanBestValidIc: 0.1,
    decaySlope: null,
    generalisationGap: 0,
  })
  const entries = [entry('SAM', [epoch(1, 2), epoch(2, 1)]), entry('AdamW', [epoch(1, 2)])]

  it('names spread and seeds of an epoch, and only the optimizers that reached it', () => {
    expect(
      describeEpoch([{ value: [1, 0.1] }], entries, 'validIc', style)
        .split('\n')
        .slice(1),
    ).toEqual(['SAM  0.1000 ± 0.0100  2 / 2', 'AdamW  0.1000 ± 0.0100  2 / 2'])
    expect(
      describeEpoch([{ value: [2, 0.2] }], entries, 'validIc', style)
        .split('\n')
        .slice(1),
    ).toEqual(['SAM  0.2000  1 / 2'])
    expect(describeEpoch([{ value: [2, 2] }], entries, 'validIcir', style)).toMatch(/SAM {2}2\.00 {2}1 \/ 2$/)
  })

  it('stands in an element of its own, never on the canvas', () => {
    expect(convergenceCurves(entries, 'validIc', style).tooltip).toMatchObject({ renderMode: 'html' })
  })
})

describe('a part of a plane', () => {
  const plane = { x: [-1, 0, 1], y: [2, 4, 6, 10] }

  it('is at first half of the grid about the origin, as far as the grid goes', () => {
    expect(middleOf(plane)).toEqual({ x: [-0.5, 0.5], y: [2, 6] })
    expect(middleOf({ x: [-9, -1], y: [-1, 9] })).toEqual({ x: [-5, -1], y: [-1, 4] })
  })

  it('has the places between which it was dragged, whichever way, within the grid', () => {
    const region = { x: [-0.25, 0.5], y: [3, 5] }
    expect(regionBetween([-0.25, 3], [0.5, 5], plane)).toEqual(region)
    expect(regionBetween([0.5, 3], [-0.25, 5], plane)).toEqual(region)
    expect(regionBetween([-7, 0], [0.333333, 99], plane)).toEqual({ x: [-1, 0.3333], y: [2, 10] })
    for (const there of [
      [0.5, 3],
      [0.5, 5],
      [-0.25, 3],
    ] as const)
      // prettier-ignore
      expect(regionBetween([0.5, 3], there, plane)).toBeNull()
  })

  it('is drawn with all runs of its joint plane, in their order, and with one alone on a plane of its own', () => {
    const keys = [run('SAM'), run('AdamW', { frequency: 'weekly' }), run('AdamW')]
    const of = (axes: 'own' | 'joint') => {
      const shown = bowl('AdamW', 1, 1, 5)
      return { ...shown, settings: { ...shown.settings, axes } }
    }
    expect(spanning(keys, of('own'))).toEqual([of('own').key])
    expect(spanning(keys, of('joint'))).toEqual([keys[0], keys[2]])
  })

  it('is outlined over contours', () => {
    const contours = landscapeContours(bowl('SAM', 1, 1, 5), landscapeScale([bowl('SAM', 1, 1, 5)]), style)
    const marked = outlined(contours, { x: [0, 1], y: [2, 3] }, style)
    const [before, after] = [contours, marked].map(({ series }) => series as { data: unknown }[])
    expect(after.slice(0, before.length)).toEqual(before)
    expect(after.slice(before.length).map(({ data }) => data)).toEqual(
      Array.from({ length: 2 }, () => [[0, 2], [1, 2], [1, 3], [0, 3], [0, 2]]), // prettier-ignore
    )
  })
})

describe('the screen of landscapes', () => {
  const STUDY = 'study'
  /** The screen as it comes back, with what was chosen on it. */
  const kept = (choices: Readonly<Record<string, unknown>>) => ({
    choices: {
      kept: new Map(Object.entries(choices).map(([name, value]) => [`landscape.${name}\n${STUDY}`, value])),
    },
  })
  const result = buildStudyResult()

  it('has the runs that were chosen and can be drawn, and the settings', async () => {
    const candidates = [run('SAM'), run('AdamW'), run('GAM')]
    const nodes = async (choices: Readonly<Record<string, unknown>>) => {
      const props = { studyId: STUDY, candidates, firstSeed: 1 }
      const html = await views.render('views/landscape/DrawForm.vue', props, 'en', kept(choices))
      return /Nodes to compute: ([\d,]+)/.exec(html)![1]
    }
    expect(await nodes({})).toBe(formatCount(3 * 21 ** 2))
    expect(await nodes({ runs: [curveId(candidates[1]), curveId(run('GSAM'))] })).toBe('441')
    expect(await nodes({ runs: [] })).toBe('0')
    const coarse = { ...landscapeSettings.parse({}), resolution: 5 }
    expect(await nodes({ runs: [curveId(candidates[1])], settings: coarse })).toBe('25')
  })

  it('shows the drawing that was looked at, for as long as it is there', async () => {
    const drawings = ['a', 'b'].map((id) =>
      received(
        landscapeStatus.parse({
          id,
          studyId: STUDY,
          keys: [run('SAM')],
          settings: {},
          state: 'failed',
          progress: 0,
          nodes: null,
          elapsedSeconds: 5,
          etaSeconds: null,
          startedAt: '2024-07-01T10:00:00Z',
          error: new PlateauError('internal', `drawing ${id}`).toData(),
        }),
      ),
    )
    const shown = async (choices: Readonly<Record<string, unknown>>) => {
      const stores = {
        ...kept(choices),
        landscapes: { list: drawings, drawn: new Map(), candidates: new Map() },
      }
      const props = { studyId: STUDY, result: { ...result, landscapes: [], interpolations: [] } }
      const html = await views.render('views/landscape/LandscapeResult.vue', props, 'en', stores)
      return ['a', 'b'].filter((id) => html.includes(`drawing ${id}`))
    }
    expect(await shown({})).toEqual(['a'])
    expect(await shown({ shown: 'b' })).toEqual(['b'])
    expect(await shown({ shown: 'c' })).toEqual(['a'])
  })
})

describe('the settings of a landscape', () => {
  it('all have a control, with the range and default of the schema', async () => {
    const settings = landscapeSettings.parse({})
    const html = await views.render('views/landscape/LandscapeFields.vue', { modelValue: settings }, 'en')
    const { reach: _of, region: _part, ...principal } = settings
    for (const name of Object.keys(principal)) expect(html).toContain(`data-testid="landscape-${name}"`)
    expect(html).not.toContain('data-testid="landscape-reach"')
    expect(html).toContain('Whole number, range [3, 201]')
    expect(html).toContain('Default 0.05')
    expect(html).not.toContain('aria-invalid="true"')
  })

  it('are those of their directions', async () => {
    const settings = landscapeSettings.parse({ directions: 'random' })
    const html = await views.render('views/landscape/LandscapeFields.vue', { modelValue: settings }, 'en')
    expect(html).toContain('data-testid="landscape-reach"')
    for (const name of ['margin', 'axes']) expect(html).not.toContain(`data-testid="landscape-${name}"`)
    expect(html).toContain('Range (0, 100]')
  })

  it('show what is refused, and below it why', async () => {
    const settings = { ...landscapeSettings.parse({}), resolution: 2 }
    const html = await views.render('views/landscape/LandscapeFields.vue', { modelValue: settings }, 'en')
    expect(html.match(/aria-invalid="true"/g)).toHaveLength(1)
    expect(html).toContain('Resolution: must be a whole number in [3, 201]')
    const [, id] = /aria-describedby="([^"]+)"/.exec(html)!
    expect(html).toContain(`id="${id}"`)
  })
})

describe('the scale on the screen', () => {
  const shown = bowl('SAM', 1, 1, 5)

  it('is said as it is drawn, from the lowest loss to its end', async () => {
    const scale = landscapeScale([shown])
    const props = { landscapes: [shown], scale, surfaces: new Set(), loss: 'ic', view: FIRST_VIEW }
    const html = await views.render('views/landscape/PlanePanel.vue', props, 'en')
    const [from, to] = scale.range.map((loss) => formatIc(loss))
    expect(html).toContain(`Scale of the loss from ${from} to ${to}.`)
  })

  it('is none while no run is shown', async () => {
    const controls = (landscapes: readonly Landscape[]) =>
      views.render(
        'views/landscape/ViewControls.vue',
        {
          ...{ keys: [shown.key], scale: landscapeScale(landscapes), surfaces: false },
          ...{ chosen: [], covered: 1, top: null },
        },
        'en',
      )
    expect(await controls([shown])).toContain('Scale from')
    const html = await controls([])
    expect(html).not.toContain(formatIc(0))
    expect(html).toContain('No node to take a scale from')
  })
})

describe('a plane of eigenvectors', () => {
  it('says where one is not found yet', async () => {
    const shown = bowl('SAM', 1, 1, 5)
    const facts = (residual: number) =>
      views.render(
        'views/landscape/PlaneFacts.vue',
        {
          landscapes: [
            {
              ...shown,
              settings: { ...shown.settings, directions: 'hessian' },
              eigenvalues: [
                { value: 3, residual: 0.01 },
                { value: -1, residual },
              ],
            },
          ],
          loss: 'ic',
        },
        'en',
      )
    expect(await facts(0.11)).toContain('above 10% of its eigenvalue')
    expect(await facts(0.09)).not.toContain('of its eigenvalue')
  })
})

describe('a landscape that is asked for', () => {
  it('waits before its turn, and is not said to be drawn', async () => {
    const progress = (state: string) =>
      views.render(
        'views/landscape/DrawingProgress.vue',
        {
          status: {
            ...{
              id: 'a',
              studyId: 's',
              keys: [bowl('SAM', 1, 1, 5).key],
              settings: landscapeSettings.parse({}),
            },
            ...{
              state,
              progress: 0,
              nodes: 0,
              elapsedSeconds: 0,
              etaSeconds: null,
              receivedAt: 0,
              error: null,
            },
          },
        },
        'en',
      )
    expect(await progress('running')).toContain('Elapsed')
    const html = await progress('queued')
    expect(html).toContain('Waiting')
    for (const text of ['Elapsed', '0%', 'Grid nodes']) expect(html).not.toContain(text)
  })
})
