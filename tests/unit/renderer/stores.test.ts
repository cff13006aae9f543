import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick, watch } from 'vue'
import { importStatus } from '../../../src-shared/contract/imports.ts'
import { landscapeStatus, type LandscapeStatus } from '../../../src-shared/contract/landscape.ts'
import {
  studyEvent,
  type StudyEpoch,
  type StudyRunStatus,
  type StudyStatus,
} from '../../../src-shared/contract/study.ts'
import { useCurveView } from '../../../src-renderer/stores/curveView.ts'
import { useImporting } from '../../../src-renderer/stores/importing.ts'
import { useLandscapes } from '../../../src-renderer/stores/landscapes.ts'
import { useNavigation } from '../../../src-renderer/stores/navigation.ts'
import { useOverlays } from '../../../src-renderer/stores/overlays.ts'
import { useProject } from '../../../src-renderer/stores/project.ts'
import { useRestarts } from '../../../src-renderer/stores/restarts.ts'
import { useResult } from '../../../src-renderer/stores/result.ts'
import { restOf, useRuns } from '../../../src-renderer/stores/runs.ts'
import { guessLocale, parseSettings } from '../../../src-renderer/stores/settings.ts'
import { cloneName } from '../../../src-renderer/stores/cloneName.ts'
import { canGoOn, useStudies } from '../../../src-renderer/stores/studies.ts'
import { useTraining } from '../../../src-renderer/stores/training.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { sources } from './sources.ts'
import { buildStudyResult } from '../../fixtures/studyResult.ts'

beforeEach(() => setActivePinia(createPinia()))

function status(id: string, changes: Partial<StudyStatus> = {}): StudyStatus {
  const event = studyEvent.parse({
    type: 'status',
    status: {
      id,
      name: `study ${id}`,
      tags: [],
      archived: false,
      optimizers: ['AdamW'],
      indices: ['000300.SH'],
      best: null,
      state: 'running',
      stage: 'training',
      runsDone: 1,
      runsTotal: 12,
      progress: 0.1,
      startedWith: 0,
      elapsedSeconds: 5,
      etaSeconds: null,
      synthetic: true,
      engine: 'native avx2',
      startedAt: '2024-07-01T10:00:00Z',
      runningSince: '2024-07-01T10:00:00Z',
      error: null,
      ...changes,
    },
  })
  if (event.type !== 'status') throw new Error('not a status')
  return event.status
}

const epoch = (studyId: string, at: number): StudyEpoch => ({
  studyId,
  key: { window: 0, frequency: 'daily', optimizer: 'SAM', seed: 1 },
  record: {
    epoch: at,
    trainLoss: -0.1,
    validLoss: -0.05,
    trainIc: 0.1,
    validIc: 0.05,
    trainIcir: null,
    validIcir: 0.5,
    sharpnessGap: 0.01,
    gradientNorm: 1,
    perturbedLoss: null,
    perturbedGradientNorm: null,
    finalGradientNorm: 1,
    cosine: null,
    perturbationNorm: null,
    learningRate: 0.001,
    rho: null,
    predictions: 0,
    evaluations: 2,
    skippedSteps: 0,
  },
  clock: null,
})

function drawing(studyId: string, changes: Partial<LandscapeStatus> = {}): LandscapeStatus {
  return landscapeStatus.parse({
    id: `landscape of ${studyId}`,
    studyId,
    keys: [epoch(studyId, 1).key],
    settings: {},
    state: 'running',
    progress: 0.5,
    nodes: 12,
    elapsedSeconds: 5,
    etaSeconds: 5,
    startedAt: '2024-07-01T10:00:00Z',
    error: null,
    ...changes,
  })
}

describe('the navigation', () => {
  it('asks for a part of a screen until another screen is shown', () => {
    const navigation = useNavigation()
    navigation.show('settings', 'keys')
    expect([navigation.screen, navigation.part]).toEqual(['settings', 'keys'])
    navigation.show('home')
    expect([navigation.screen, navigation.part]).toEqual(['home', null])
  })
})

describe('the studies store', () => {
  it('replaces a study it knows and puts a new one first', () => {
    const studies = useStudies()
    studies.put(status('a'))
    studies.put(status('b'))
    studies.put(status('a', { state: 'cancelled', progress: 0.4 }))
    expect(studies.list.map(({ id, state }) => [id, state])).toEqual([
      ['b', 'running'],
      ['a', 'cancelled'],
    ])
    expect(studies.list[1].progress).toBe(0.4)
  })

  it('selects the first study that comes and keeps the choice', () => {
    const studies = useStudies()
    studies.put(status('a'))
    studies.put(status('b'))
    expect(studies.selected?.id).toBe('a')
  })

  it('opens the portfolios of a study that is done, and the training of any other', () => {
    const studies = useStudies()
    const navigation = useNavigation()
    studies.put(status('a', { state: 'done' }))
    studies.put(status('b', { state: 'failed' }))
    const seen = studies.list.map((study) => {
      studies.open(study)
      return [studies.selectedId, navigation.screen]
    })
    expect(seen).toEqual([
      ['b', 'training'],
      ['a', 'portfolio'],
    ])
  })

  it('names the running study, none when all have ended', () => {
    const studies = useStudies()
    studies.put(status('a'))
    expect(studies.running?.id).toBe('a')
    studies.put(status('a', { state: 'done' }))
    expect(studies.running).toBeNull()
  })

  it('queues what begins to wait behind the others, until it waits no more', () => {
    const studies = useStudies()
    for (const id of ['a', 'b', 'c']) studies.put(status(id, { state: 'queued' }))
    studies.put(status('a', { state: 'running' }))
    studies.put(status('b', { state: 'queued', progress: 0.2 }))
    expect(studies.queue).toEqual(['b', 'c'])
    studies.put(status('a', { state: 'paused' }))
    studies.put(status('a', { state: 'queued' }))
    expect(studies.queue).toEqual(['b', 'c', 'a'])
  })

  it('follows what had not ended when it was first heard of, until it is set aside or removed', () => {
    const studies = useStudies()
    for (const state of ['done', 'cancelled', 'paused', 'running'] as const)
      studies.put(status(state, { state }))
    studies.put(status('running', { state: 'done' }))
    expect(studies.current.map(({ id }) => id)).toEqual(['running', 'paused'])
    studies.put(status('paused', { state: 'paused', archived: true }))
    expect(studies.current.map(({ id }) => id)).toEqual(['running'])
    studies.drop('running')
    expect(studies.current).toEqual([])
    expect(studies.list.map(({ id }) => id)).toEqual(['paused', 'cancelled', 'done'])
  })

  it('looks at another study that is not set aside when the one looked at is removed', () => {
    const studies = useStudies()
    studies.put(status('a', { state: 'queued' }))
    studies.put(status('b', { archived: true }))
    studies.put(status('c'))
    studies.selectedId = 'c'
    studies.drop('c')
    expect(studies.selectedId).toBe('a')
    studies.drop('a')
    expect([studies.selectedId, studies.queue]).toEqual(['b', []])
    studies.drop('b')
    expect(studies.selectedId).toBeNull()
  })

  it('takes up what has changed unheard, and leaves the form and what is chosen', async () => {
    const studies = useStudies()
    for (const id of ['a', 'b', 'c']) studies.put(status(id))
    studies.selectedId = 'b'
    studies.chosen = ['a', 'c']
    const value = [status('d'), status('b', { state: 'interrupted' }), status('a', { state: 'done' })]
    vi.stubGlobal('window', { plateau: { call: async () => ({ ok: true, value }) } })
    await studies.refresh()
    vi.unstubAllGlobals()
    expect(studies.list.map(({ id, state }) => [id, state])).toEqual([
      ['d', 'running'],
      ['b', 'interrupted'],
      ['a', 'done'],
    ])
    expect([studies.selectedId, studies.chosen]).toEqual(['b', ['a']])
  })

  it('knows which studies can go on', () => {
    const states = ['queued', 'running', 'paused', 'interrupted', 'done', 'failed', 'cancelled'] as const
    expect(states.filter((state) => canGoOn({ state }))).toEqual(['paused', 'interrupted', 'failed'])
  })
})

describe('what is known of studies beyond their list', () => {
  const { key } = epoch('a', 1)
  const drawn = { landscapes: [], interpolations: [] }
  const answers: Record<string, unknown> = {
    'studies.runs': [],
    'studies.result': buildStudyResult(),
    'landscapes.candidates': [key],
    'landscapes.get': drawn,
  }
  /** The host, with as many epochs of study a, and the studies of its list. */
  let epochs: number
  let listed: readonly StudyStatus[]
  beforeEach(() => {
    const call = async (name: string) => ({
      ok: true,
      value:
        name === 'studies.list'
          ? listed
          : name === 'studies.epochs'
            ? Array.from({ length: epochs }, (_, at) => epoch('a', at + 1))
            : name === 'landscapes.list'
              ? [drawing('a', { state: 'done' })]
              : answers[name],
    })
    vi.stubGlobal('window', { plateau: { call } })
  })
  afterEach(() => vi.unstubAllGlobals())

  async function look() {
    const [studies, training, runs, landscapes, result] = [
      useStudies(),
      useTraining(),
      useRuns(),
      useLandscapes(),
      useResult(),
    ]
    listed = [status('a'), status('b')]
    epochs = 50
    await studies.load()
    await Promise.all([training.follow('a'), runs.load('a'), landscapes.load('a'), result.load('a')])
    await landscapes.get('landscape of a')
    const known = () => [
      training.curves.size,
      runs.byStudy.size,
      landscapes.list.length,
      landscapes.drawn.size,
      landscapes.candidates.size,
      result.loaded === null ? 0 : 1,
    ]
    expect(known()).toEqual([1, 1, 1, 1, 1, 1])
    return { studies, training, known }
  }

  it('is forgotten with the study that is removed, and with no other', async () => {
    const { studies, known } = await look()
    studies.drop('b')
    expect(known()).toEqual([1, 1, 1, 1, 1, 1])
    studies.drop('a')
    expect(known()).toEqual([0, 0, 0, 0, 0, 0])
  })

  it('is forgotten when a backup takes the place of the store, where the study has fewer epochs', async () => {
    const { studies, training, known } = await look()
    studies.selectedId = 'a'
    const selected: (string | null)[] = []
    watch(
      () => studies.selectedId,
      (id) => {
        selected.push(id)
        if (id !== null) void training.follow(id)
      },
    )
    epochs = 10
    listed = [status('a', { state: 'interrupted' })]
    await studies.load()
    // Whoever looks at the study reads it again; of what nobody looks at nothing is left.
    await vi.waitFor(() => expect(selected).toEqual([null, 'a']))
    await vi.waitFor(() => expect(known()).toEqual([1, 0, 0, 0, 0, 0]))
    const [curve] = training.curves.get('a')!.values()
    expect(curve.records).toHaveLength(10)
  })

  it('is without the result, and has all else, when another study is looked at', async () => {
    const { studies, known } = await look()
    studies.selectedId = 'a'
    expect(known()).toEqual([1, 1, 1, 1, 1, 1])
    studies.selectedId = 'b'
    expect(known()).toEqual([1, 1, 1, 1, 1, 0])
  })

  it('stays when the list is merely read again', async () => {
    const { studies, known } = await look()
    let changes = 0
    watch(known, () => changes++, { flush: 'sync', deep: true })
    await studies.refresh()
    expect(changes).toBe(0)
  })
})

describe('work that the service was at when it was given up', () => {
  it('is under way no more', async () => {
    const [project, studies, landscapes, importing] = [
      useProject(),
      useStudies(),
      useLandscapes(),
      useImporting(),
    ]
    project.info = {} as NonNullable<typeof project.info>
    studies.put(status('a'))
    landscapes.put(drawing('a'))
    landscapes.put(drawing('b', { state: 'queued' }))
    landscapes.put(drawing('c', { state: 'done' }))
    importing.put(
      importStatus.parse({
        id: 'i',
        store: '/x.sqlite',
        dryRun: false,
        state: 'running',
        stage: 'inspecting',
        path: null,
        filesDone: 0,
        filesTotal: null,
        bytesRead: 0,
        bytesTotal: null,
        rate: null,
        elapsedSeconds: 0,
        etaSeconds: null,
        startedAt: '2024-07-01T10:00:00Z',
        report: null,
        error: null,
      }),
    )
    await useRestarts().tell({ part: 'host', outcome: 'given_up' })
    expect(studies.list.map(({ state }) => state)).toEqual(['interrupted'])
    expect(landscapes.list.map(({ studyId, state, error }) => [studyId, state, error?.code])).toEqual(
      expect.arrayContaining([
        ['a', 'failed', 'interrupted'],
        ['b', 'failed', 'interrupted'],
        ['c', 'done', undefined],
      ]),
    )
    expect(importing.status).toMatchObject({ state: 'failed', error: { code: 'interrupted' } })
  })
})

describe('the name of a clone', () => {
  it('counts on from the first free number', () => {
    expect(cloneName('base', [])).toBe('base (2)')
    expect(cloneName('base', ['base', 'base (2)', 'base (4)'])).toBe('base (3)')
    expect(cloneName('base (2)', ['base (2)', 'base (3)'])).toBe('base (4)')
    expect(cloneName('base (a)', [])).toBe('base (a) (2)')
  })

  it('is never longer than a name may be, nor one that is taken', () => {
    const taken: string[] = []
    for (let at = 0; at < 12; at++) {
      const name = cloneName('x'.repeat(80), taken)
      expect(name.length).toBeLessThanOrEqual(80)
      expect(taken).not.toContain(name)
      taken.push(name)
    }
  })
})

describe('what a study that rests goes on with', () => {
  const run = (state: StudyRunStatus['state'], epochs: number): StudyRunStatus => ({
    key: { window: 0, frequency: 'daily', optimizer: 'SAM', seed: 1 },
    position: 0,
    state,
    attempts: 1,
    epochs,
    heartbeat: null,
    startedAt: null,
    endedAt: null,
    error: null,
    outcome: null,
  })

  it('is the epoch after the last one of each begun run, and the first of the others', () => {
    const runs = [
      run('done', 9),
      run('interrupted', 4),
      run('failed', 2),
      run('queued', 6),
      run('queued', 0),
      run('interrupted', 0),
      run('cancelled', 3),
    ]
    expect(restOf(runs)).toEqual({ begun: 3, fromEpoch: 3, toEpoch: 7, fresh: 2 })
  })
})

describe('the training store', () => {
  /** Answers of the host that are not due yet, by study. */
  let held: Map<string, PromiseWithResolvers<void>>
  /** Epochs that the host has stored, of each study alike. */
  let stored: number
  beforeEach(() => {
    vi.useFakeTimers()
    held = new Map()
    stored = 0
    const call = async (_name: string, { id }: { id: string }) => {
      await held.get(id)?.promise
      return { ok: true, value: Array.from({ length: stored }, (_, at) => epoch(id, at + 1)) }
    }
    vi.stubGlobal('window', { plateau: { call } })
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })
  const epochsOf = (training: ReturnType<typeof useTraining>) =>
    [...training.curves].map(([id, curves]) => [
      id,
      [...curves.values()].map(({ records }) => records.length),
    ])

  it('changes the curves once per tenth of a second, losing no epoch', async () => {
    const training = useTraining()
    await training.follow('a')
    let changes = 0
    watch(
      () => training.curves,
      () => changes++,
      { flush: 'sync' },
    )
    for (let at = 1; at <= 100; at++) {
      training.push(epoch('a', at))
      vi.advanceTimersByTime(10)
    }
    vi.advanceTimersByTime(100)
    expect(epochsOf(training)).toEqual([['a', [100]]])
    expect(changes).toBeGreaterThanOrEqual(5)
    expect(changes).toBeLessThanOrEqual(11)
  })

  it('keeps studies apart, and nothing of those that are not followed', async () => {
    const training = useTraining()
    await Promise.all([training.follow('a'), training.follow('b')])
    for (const one of [epoch('a', 1), epoch('b', 1), epoch('c', 1), epoch('b', 2)]) training.push(one)
    vi.advanceTimersByTime(100)
    expect(epochsOf(training)).toEqual([
      ['a', [1]],
      ['b', [2]],
    ])
  })

  it('has the epochs that are told while the stored ones are read', async () => {
    const training = useTraining()
    stored = 2
    held.set('a', Promise.withResolvers())
    const following = training.follow('a')
    training.push(epoch('a', 3))
    vi.advanceTimersByTime(100)
    held.get('a')!.resolve()
    await following
    expect(epochsOf(training)).toEqual([['a', [3]]])
  })

  it('forgets a study that is not looked at any more, with what comes of it late', async () => {
    const training = useTraining()
    stored = 2
    await training.follow('a')
    await training.follow('b')
    held.set('c', Promise.withResolvers())
    const following = training.follow('c')
    training.push(epoch('a', 3))
    training.push(epoch('b', 3))
    training.forgetAllBut(new Set(['b']))
    held.get('c')!.resolve()
    await following
    vi.advanceTimersByTime(100)
    training.push(epoch('a', 4))
    vi.advanceTimersByTime(100)
    expect(epochsOf(training)).toEqual([['b', [3]]])
  })
})

describe('the overlays store', () => {
  beforeEach(() => {
    const call = async (_name: string, { id }: { id: string }) => ({
      ok: true,
      value: id === 'c' ? [] : [epoch(id, 1)],
    })
    vi.stubGlobal('window', { plateau: { call } })
  })
  afterEach(() => vi.unstubAllGlobals())

  async function followed(...ids: readonly string[]) {
    const [studies, training, overlays] = [useStudies(), useTraining(), useOverlays()]
    for (const id of ids) {
      studies.put(status(id))
      await training.follow(id)
    }
    const shown = () => overlays.shown.map(({ study, curve }) => [study, curve.records.length])
    return { studies, training, overlays, shown }
  }
  const { key } = epoch('a', 1)

  it('has what stands beside another study: never the runs of the one that is looked at, nor of one that is gone', async () => {
    const { studies, overlays, shown } = await followed('a', 'b', 'c')
    overlays.add('b', key)
    overlays.add('a', key)
    overlays.add('b', key)
    // Without epochs there is nothing to draw.
    overlays.add('c', key)

    studies.selectedId = 'c'
    expect(shown()).toEqual([
      ['study b', 1],
      ['study a', 1],
    ])
    studies.selectedId = 'a'
    expect(shown()).toEqual([['study b', 1]])
    studies.selectedId = 'c'
    studies.drop('b')
    expect(shown()).toEqual([['study a', 1]])
    overlays.remove(overlays.shown[0].id)
    expect(shown()).toEqual([])
  })

  it('lets go the curves of studies that are neither looked at, nor drawn beside, nor offered for it', async () => {
    const { studies, training, overlays } = await followed('a', 'b', 'c', 'd')
    const kept = () => [...training.curves.keys()]
    studies.selectedId = 'a'
    overlays.offered = 'b'
    overlays.add('d', key)
    await nextTick()
    expect(kept()).toEqual(['a', 'b', 'd'])
    overlays.offered = 'd'
    await nextTick()
    expect(kept()).toEqual(['a', 'd'])
    overlays.offered = null
    await nextTick()
    expect(kept()).toEqual(['a', 'd'])
    overlays.remove(overlays.shown[0].id)
    await nextTick()
    expect(kept()).toEqual(['a'])
    studies.selectedId = 'b'
    await training.follow('b')
    await nextTick()
    expect(kept()).toEqual(['b'])
  })
})

describe('the result store', () => {
  afterEach(() => vi.unstubAllGlobals())

  it('has the result last asked for, whatever comes after it', async () => {
    const answers = new Map<string, PromiseWithResolvers<unknown>>()
    const call = (_name: string, { id }: { readonly id: string }) => {
      answers.set(id, Promise.withResolvers())
      return answers.get(id)!.promise
    }
    vi.stubGlobal('window', { plateau: { call } })
    const value = buildStudyResult()
    const refused = { ok: false, error: new PlateauError('not_found', 'No such study.').toData() }
    const store = useResult()

    const first = store.load('a')
    answers.get('a')!.resolve({ ok: true, value })
    await first
    expect(store.loaded?.id).toBe('a')

    // Back at the first before the second has come, and before a third is refused.
    for (const [id, answer] of [
      ['b', { ok: true, value }],
      ['c', refused],
    ] as const) {
      const late = store.load(id)
      await store.load('a')
      answers.get(id)!.resolve(answer)
      await late
      expect(store.loaded?.id).toBe('a')
    }

    const wanted = store.load('d')
    answers.get('d')!.resolve(refused)
    await expect(wanted).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('stores that watch something', () => {
  it('are all made before any component, which they would keep', () => {
    const watching = sources.filter(
      ({ text }) => text.includes('defineStore(') && /\bwatch(Effect)?\(/.test(text),
    )
    const names = watching.map(({ text }) => /const (use\w+) = defineStore\(/.exec(text)![1])
    expect(names.length).toBeGreaterThan(3)
    const { text: made } = sources.find(({ file }) => file === 'stores/index.ts')!
    const listed = /WATCHING = \[([^\]]*)\]/
      .exec(made)![1]
      .split(/[\s,]+/)
      .filter(Boolean)
    expect(listed.toSorted()).toEqual(names.toSorted())
  })
})

describe('the zoom of the curves', () => {
  afterEach(() => vi.unstubAllGlobals())

  it('ends with its axis and with its study', () => {
    vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => {} })
    const studies = useStudies()
    for (const id of ['a', 'b']) studies.put(status(id))
    const view = useCurveView()
    const zoom = { first: 30, last: 40 }
    view.zoom = zoom
    studies.put(status('a', { progress: 0.5 }))
    expect(view.zoom).toEqual(zoom)
    studies.selectedId = 'b'
    expect(view.zoom).toBeNull()
    view.zoom = zoom
    view.axis = 'step'
    expect(view.zoom).toBeNull()
  })
})

describe('parseSettings', () => {
  beforeEach(() => vi.stubGlobal('navigator', { languages: ['zh-CN'] }))
  afterEach(() => vi.unstubAllGlobals())
  const defaults = {
    locale: 'zh-CN',
    theme: 'dark',
    changeColours: 'red-up',
    engine: 'auto',
    landscapeView: 'contour',
    keys: {},
    recentCommands: [],
    offerTour: true,
    notices: true,
  }

  it('takes the defaults when nothing is stored or it cannot be read', () => {
    for (const text of [null, '', '{', 'null', '[]', '3']) expect(parseSettings(text)).toEqual(defaults)
  })

  it('keeps what is valid beside what is not', () => {
    expect(parseSettings('{"locale":"en","theme":"pink","engine":"cuda","more":1}')).toEqual({
      ...defaults,
      locale: 'en',
    })
  })

  it('speaks the first of the system’s languages that there is, until one is chosen', () => {
    expect(guessLocale(['zh-TW', 'en-US'])).toBe('zh-CN')
    expect(guessLocale(['de-DE', 'en-GB', 'zh'])).toBe('en')
    expect(guessLocale(['fr'])).toBe('en')
    vi.stubGlobal('navigator', { languages: ['en-US', 'zh-CN'] })
    expect(parseSettings('{"locale":"xx"}').locale).toBe('en')
    expect(parseSettings('{"locale":"zh-CN"}').locale).toBe('zh-CN')
  })
})
