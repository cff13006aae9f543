import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStore } from '../../../src-main/store/store.ts'
import { studyResult } from '../../../src-main/store/studies.ts'
import { formatDate } from '../../../src-shared/domain/date.ts'
import { type Lineage, lineage } from '../../../src-shared/domain/lineage.ts'
import type { PortfolioReport } from '../../../src-shared/domain/portfolio.ts'
import { formatNumber, formatPercent } from '../../../src-shared/format.ts'
import { smallStore, smallStudy } from '../../fixtures/smallStore.ts'
import { answerOf, errorOf, plateau } from './plateau.ts'

const small = smallStudy()
let folder = ''
let path = ''
let study = ''
let portfolio: PortfolioReport
/** Its bars have no float capitalisation. */
let unsized = ''

beforeAll(async () => {
  ;({ folder, path } = await smallStore())
  const data = openStore(path, { mode: 'write' })
  unsized = data.get<{ symbol: string }>('SELECT min(symbol) AS symbol FROM instrument')!.symbol
  data.run(
    'UPDATE bar SET float_cap = NULL WHERE instrument = (SELECT id FROM instrument WHERE symbol = ?)',
    unsized,
  )
  data.close()
  const file = join(folder, 'study.json')
  const optimizers = small.optimizers.slice(0, 1)
  const training = { ...small.training, maxEpochs: 1 }
  writeFileSync(file, JSON.stringify({ ...small, models: small.models.slice(0, 1), optimizers, training }))
  study = answerOf<{ studyId: string }>(await plateau(['study', file, '--store', path, '--json'])).studyId
  const store = openStore(path, { mode: 'read' })
  portfolio = studyResult(store, study).portfolios[0]
  store.close()
}, 120_000)
afterAll(() => rmSync(folder, { recursive: true }))

const ask = (...more: string[]) =>
  plateau([
    'lineage',
    study,
    '--model',
    portfolio.model,
    '--index',
    portfolio.index,
    '--store',
    path,
    ...more,
  ])

describe('plateau lineage', () => {
  it('answers with one object, and with tables of its stocks and models', async () => {
    const date = formatDate(portfolio.dates[10])
    const answer = answerOf<Lineage>(await ask('--date', date, '--json'))
    expect(lineage.parse(answer)).toEqual(answer)
    expect(answer.date).toBe(portfolio.dates[10])
    const { code, stdout } = await ask('--date', date)
    expect(code).toBe(0)
    expect(stdout).toContain(`at the close of ${date}`)
    expect(stdout).toContain(`filled ${formatDate(answer.rebalance.fillDate)}: turnover`)
    expect(stdout).toContain('[SYNTHETIC DATA]')
    const rows = stdout.split('\n')
    for (const { symbol, weight, industry } of answer.stocks) {
      const [held, factor] = rows.filter((row) => row.startsWith(symbol))
      expect(held.endsWith(`  ${formatPercent(weight)}`)).toBe(true)
      expect(factor).toContain(industry!)
    }
  })

  it('of one stock shows what each seed said', async () => {
    const date = formatDate(portfolio.ledger[1].fillDate)
    const { symbol } = portfolio.ledger[1].orders[0]
    const answer = answerOf<Lineage>(await ask('--date', date, '--symbol', symbol, '--json'))
    expect(answer.stocks.map((stock) => stock.symbol)).toEqual([symbol])
    const { stdout } = await ask('--date', date, '--symbol', symbol)
    const said = stdout.slice(stdout.indexOf('prediction'))
    for (const [at, { key }] of answer.runs.entries()) {
      const prediction = formatNumber(answer.stocks[0].predictions[at], 6)
      expect(said).toMatch(new RegExp(`^daily +${key.seed} +${prediction}$`, 'm'))
    }
    expect(answer.runs.map(({ key }) => key.seed)).toEqual([1, 2])
  })

  it('has a dash for the size of a stock without a float capitalisation', async () => {
    const sizeOf = async (symbol: string) => {
      const { stdout } = await ask('--date', formatDate(portfolio.ledger[1].fillDate), '--symbol', symbol)
      const lines = stdout.split('\n').map((line) => line.split(/ {2,}/))
      const at = lines.find((cells) => cells[1] === 'industry')!.indexOf('size')
      // Its weights, then its factor.
      return lines.filter(([name]) => name.startsWith(symbol))[1][at]
    }
    expect(await sizeOf(unsized)).toBe('—')
    expect(await sizeOf(portfolio.ledger[1].orders[0].symbol)).toMatch(/^[−\d.]+$/)
  })

  it.each<[string, string[], string]>([
    ['no date', [], 'usage'],
    ['what is no date', ['--date', '2016-02-30'], 'usage'],
    ['a date before the first fill', ['--date', '2016-01-04'], 'not_found'],
    ['a stock there is not', ['--date', '2016-07-29', '--symbol', '999999.SH'], 'not_found'],
  ])('refuses %s', async (_, args, code) => {
    const ended = await ask(...args, '--json')
    expect([ended.code, errorOf(ended).code]).toEqual([2, code])
    expect(errorOf(ended).remedy).toEqual(expect.any(String))
  })
})
