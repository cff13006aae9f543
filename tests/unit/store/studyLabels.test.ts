import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { enterRuns } from '../../../src-main/store/runs.ts'
import { openStore, type WritableStore } from '../../../src-main/store/store.ts'
import { archiveStudy, removeStudy, renameStudy, tagStudy } from '../../../src-main/store/studyLabels.ts'
import {
  endStudy,
  getStudy,
  insertStudy,
  listStudies,
  namedResult,
  queueStudy,
  saveResult,
  studyResult,
} from '../../../src-main/store/studies.ts'
import { bestOf } from '../../../src-shared/domain/studyBest.ts'
import { smallStudy } from '../../fixtures/smallStore.ts'
import { buildStudyResult } from '../../fixtures/studyResult.ts'

const AT = '2024-01-01T00:00:00.000Z'
let folder: string
let store: WritableStore

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plateau-labels-'))
  store = openStore(join(folder, 'store.sqlite'), { mode: 'write' })
  for (const id of ['a', 'b']) insertStudy(store, { id, config: smallStudy(), workers: null, startedAt: AT })
})

afterEach(() => {
  store.close()
  rmSync(folder, { recursive: true })
})

describe('what a study is known by', () => {
  it('is its name now, beside the one that its settings keep', () => {
    renameStudy(store, 'a', 'another')
    expect(getStudy(store, 'a')).toMatchObject({ name: 'another', config: { name: 'small study' } })
    expect(getStudy(store, 'b').name).toBe('small study')
    const result = buildStudyResult()
    saveResult(store, 'a', result)
    expect(studyResult(store, 'a')).toEqual(result)
    expect(namedResult(store, 'a')).toEqual({ ...result, config: { ...result.config, name: 'another' } })
  })

  it('are tags, each once and in order', () => {
    tagStudy(store, 'a', { add: ['b', 'a', '基准'], remove: [] })
    tagStudy(store, 'a', { add: ['a', 'A'], remove: ['b', 'not there'] })
    expect(getStudy(store, 'a').tags).toEqual(['A', 'a', '基准'])
    expect(getStudy(store, 'b').tags).toEqual([])
    expect(() => tagStudy(store, 'none', { add: ['a'], remove: [] })).toThrow(/constraint failed/)
  })

  it('is whether it is set aside, until it is taken out or goes on', () => {
    archiveStudy(store, 'a', AT)
    archiveStudy(store, 'a', '2025-01-01T00:00:00.000Z')
    expect(listStudies(store).map(({ id, archivedAt }) => [id, archivedAt])).toEqual([
      ['b', null],
      ['a', AT],
    ])
    archiveStudy(store, 'a', null)
    expect(getStudy(store, 'a').archivedAt).toBeNull()
    endStudy(store, 'a', { state: 'paused', endedAt: AT, error: null })
    archiveStudy(store, 'a', AT)
    queueStudy(store, 'a', null)
    expect(getStudy(store, 'a').archivedAt).toBeNull()
  })

  it('is the best of its result', () => {
    expect(getStudy(store, 'a').best).toBeNull()
    const result = buildStudyResult()
    saveResult(store, 'a', result)
    expect(getStudy(store, 'a').best).toEqual(bestOf(result))
    const nothing = { ...result, factors: [], portfolios: [] }
    saveResult(store, 'a', nothing)
    expect(getStudy(store, 'a').best).toEqual({ rankIc: null, excess: null })
  })
})

describe('a removed study', () => {
  it('leaves nothing behind in any table, and the others as they were', () => {
    const key = { window: 0, frequency: 'daily', optimizer: 'AdamW', seed: 1 } as const
    for (const id of ['a', 'b']) {
      enterRuns(store, id, [key])
      tagStudy(store, id, { add: ['tag'], remove: [] })
      archiveStudy(store, id, AT)
      saveResult(store, id, buildStudyResult())
    }
    const kept = getStudy(store, 'b')
    removeStudy(store, 'a')
    expect(listStudies(store)).toEqual([kept])
    for (const table of ['study_run', 'study_tag', 'study_archive', 'study_best'])
      expect(store.all(`SELECT study FROM ${table}`)).toEqual([{ study: 'b' }])
  })
})

describe('the best of a result', () => {
  it('is the highest RankIC of a composite and the highest excess, with whose they are', () => {
    const result = buildStudyResult({ indices: ['000300.SH', '000905.SH'] })
    const { rankIc, excess } = bestOf(result)
    const composites = result.factors.filter(({ frequency }) => frequency === 'composite')
    expect(rankIc!.value).toBe(Math.max(...composites.map((factor) => factor.rankIcSummary.mean!)))
    expect(composites.find(({ optimizer }) => optimizer === rankIc!.optimizer)!.rankIcSummary.mean).toBe(
      rankIc!.value,
    )
    const of = result.portfolios.find(
      ({ model, index }) => model === excess!.optimizer && index === excess!.index,
    )!
    expect(of.performance!.full.annualisedExcess).toBe(excess!.value)
    for (const { performance } of result.portfolios)
      expect(performance!.full.annualisedExcess!).toBeLessThanOrEqual(excess!.value)
  })

  it('has no excess a year of fewer than 60 days', () => {
    const result = buildStudyResult()
    const of = (days: number) =>
      bestOf({
        ...result,
        portfolios: result.portfolios.map((each) => ({
          ...each,
          performance: { ...each.performance!, full: { ...each.performance!.full, days } },
        })),
      }).excess
    expect(of(60)).not.toBeNull()
    expect(of(59)).toBeNull()
  })
})
