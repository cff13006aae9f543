import { describe, expect, it } from 'vitest'
import { studyResult, type StudyResult } from '../../../src-shared/domain/result.ts'
import { formatIc, formatNumber } from '../../../src-shared/format.ts'
import { chartTable } from '../../../src-shared/charts/data.ts'
import { LOCALES, terms } from '../../../src-shared/locales/index.ts'
import { composeReport, renderReport } from '../../../src-main/report/renderReport.ts'
import { reportTexts } from '../../../src-main/report/text/index.ts'
import { bowl } from '../../fixtures/landscape.ts'
import { buildStudyResult } from '../../fixtures/studyResult.ts'
import { bodyText, exhibits } from './document.ts'

const [flat, steep] = [bowl('SAM', 1, 1), bowl('AdamW', 1, 1.8)]
const looked: StudyResult = {
  ...buildStudyResult(),
  landscapes: [steep, flat],
  interpolations: [
    {
      from: steep.key,
      to: flat.key,
      part: 'train',
      at: [0, 0.5, 1],
      loss: [-0.3, -0.1, -0.32],
      barrier: 0.21,
    },
  ],
}
const report = renderReport(looked, { locale: 'en' })
const shown = (title: string, document = report) => {
  const found = exhibits(document).find((exhibit) => exhibit.title === title)
  expect(found, title).toBeDefined()
  return found!
}
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

describe('the convergence section', () => {
  it('has the means over windows, and says so in order', () => {
    const rows = shown('Convergence (mean over all windows and seeds)').rows.slice(1)
    const own = looked.convergence.filter(
      ({ optimizer, frequency }) => optimizer === 'SAM' && frequency === 'daily',
    )
    const bestEpoch = formatNumber(mean(own.map((one) => one.meanBestEpoch)), 1)
    expect(rows[1]).toEqual([
      'Daily',
      'SAM',
      bestEpoch,
      formatIc(mean(own.map((one) => one.meanBestValidIc))),
      formatIc(mean(own.map((one) => one.generalisationGap))),
      formatNumber(mean(own.map((one) => one.decaySlope!)), 5, 'always'),
    ])
    expect(bodyText(report)).toContain(`earliest first: AdamW ${rows[0][2]}, SAM ${bestEpoch}.`)
  })

  it('says where no run trained past its best epoch', () => {
    const without = structuredClone(looked)
    for (const one of without.convergence) if (one.optimizer === 'SAM') one.decaySlope = null
    const document = renderReport(without, { locale: 'en' })
    expect(bodyText(document)).toContain('No run of SAM trained past its best epoch.')
    expect(shown('Convergence (mean over all windows and seeds)', document).rows[2][5]).toBe('—')
  })
})

describe('the landscape section', () => {
  it('draws each optimizer on the colours of one scale', () => {
    const figure = shown('Daily model, window 1, seed 1: train loss')
    expect(figure.svg!.match(/<svg/g)).toHaveLength(3)
    const panels = figure.svg!.split('<svg').slice(1)
    const colors = (svg: string) => new Set(svg.match(/fill="(?:#[0-9a-f]{6}|rgb\([^)]*\))"/g))
    const scale = colors(panels[2])
    for (const panel of panels.slice(0, 2)) {
      expect([...colors(panel)].filter((color) => scale.has(color)).length).toBeGreaterThan(8)
    }
  })

  it('keeps the scale with the last row of maps, which no page parts', () => {
    const third = { ...looked, landscapes: [steep, flat, bowl('GAM', 1, 1.2)] }
    const rows = renderReport(third, { locale: 'en' }).split('<div class="row">').slice(1)
    const withMaps = rows.filter((row) => /-title">(AdamW|SAM|GAM)</.test(row))
    const titles = withMaps.map((row) =>
      Array.from(row.split('<p class="source">')[0].matchAll(/panel-title">([^<]+)</g), ([, title]) => title),
    )
    expect(titles).toContainEqual(['AdamW', 'SAM'])
    expect(titles).toContainEqual(['GAM', reportTexts.en.landscape.scale])
  })

  it('has explained shares, and sharpness with its errors', () => {
    const text = reportTexts.en.landscape
    expect(shown(text.shares).rows[1].slice(0, 6)).toEqual([
      'AdamW',
      '71.0%',
      '18.0%',
      '89.0%',
      '64.0%',
      '22.0%',
    ])
    expect(
      shown('Sharpness of the minima (rho = 0.05)')
        .rows.slice(1)
        .map((row) => row.slice(3)),
    ).toEqual([
      ['0.00432', '0.00288 ± 0.00020', '5.580 ± 0.040', '74.3 ± 2.2'],
      ['0.00240', '0.00160 ± 0.00020', '3.100 ± 0.040', '41.3 ± 2.2'],
    ])
  })

  it('ranks, and says where the draws do not tell minima apart', () => {
    expect(bodyText(report)).toContain('smallest first: SAM 0.00160 ± 0.00020, AdamW 0.00288 ± 0.00020.')
    expect(bodyText(report)).not.toContain('Within two standard errors')
    const near = structuredClone(looked)
    near.landscapes[0].sharpness!.ballIncrease = 0.0021
    expect(bodyText(renderReport(near, { locale: 'en' }))).toContain(
      'Within two standard errors of the smallest, so that the draws do not tell them apart: AdamW.',
    )
  })

  it('says how high the loss rises between two runs', () => {
    expect(bodyText(report)).toContain('AdamW #1 – SAM #1 0.2100')
  })

  it('draws the lines of each frequency and window in a figure of their own, with all of their losses', () => {
    const [line] = looked.interpolations
    const of = (place: Partial<typeof line.from>, loss: number[], barrier: number) => ({
      ...line,
      from: { ...line.from, ...place },
      to: { ...line.to, ...place },
      loss,
      barrier,
    })
    const weekly = of({ frequency: 'weekly' }, [-0.2, -0.15, -0.22], 0.06)
    const later = of({ window: 2 }, [-0.4, -0.35, -0.42], 0.07)
    const several = composeReport({ ...looked, interpolations: [line, weekly, later] }, { locale: 'en' })
    const title = (model: string, window: number) =>
      `${model} model, window ${window}: train loss on the straight line between the weights of two runs`
    const drawn = several.exhibits.filter(({ title: own }) => own.includes('straight line'))
    expect(drawn.map(({ title: own }) => own)).toEqual([
      title('Daily', 1),
      title('Weekly', 1),
      title('Daily', 3),
    ])
    expect(drawn.map(({ note }) => /AdamW #1 – SAM #1 (.*)\.$/.exec(note!)?.[1])).toEqual([
      '0.2100',
      '0.0600',
      '0.0700',
    ])
    expect(
      drawn.map(({ charts: [{ option }] }) =>
        chartTable(option, terms.en.dataNames)!.rows.map(([, loss]) => loss),
      ),
    ).toEqual([line.loss, weekly.loss, later.loss])
  })

  it.each(LOCALES)('fills its texts and repeats no id in %s', (locale) => {
    const document = renderReport(looked, { locale })
    expect(bodyText(document.replace(/<pre[\s\S]*?<\/pre>/g, ''))).not.toMatch(
      /\{\w+\}|\bNaN\b|undefined|\bnull\b/,
    )
    const ids = [...document.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(renderReport(looked, { locale })).toBe(document)
  })
})

describe('a result of an earlier version', () => {
  it('has neither section', () => {
    const { convergence: _c, landscapes: _l, interpolations: _i, ...earlier } = buildStudyResult()
    const parsed = studyResult.parse(earlier)
    expect(parsed).toMatchObject({ convergence: [], landscapes: [], interpolations: [] })
    const body = bodyText(renderReport(parsed, { locale: 'en' }))
    expect(body).not.toContain(reportTexts.en.convergence.table)
    expect(body).not.toContain('Loss landscape')
  })
})
