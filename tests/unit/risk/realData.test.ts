import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { derive } from '../../../src-main/market/derive.ts'
import { loadMarket } from '../../../src-main/market/loadMarket.ts'
import { universeMask } from '../../../src-main/market/universe.ts'
import { riskSettings } from '../../../src-shared/domain/study.ts'
import { eachWorkspace } from '../ingest/workspace.ts'
import { biasStudy } from './biasStudy.ts'

const DATA = process.env['PLATEAU_DATA'] ?? resolve(import.meta.dirname, '../../../../shared/data')
const workspace = eachWorkspace()
const RULES = { minListedDays: 60, excludeSt: true }

/**
 * Bands of docs/decisions/0012-risk-model.md: the mean statistic of a kind lies within 0.1 of 1, the single one of a style within 0.2.
 */
describe.each([
  ['csi300', '000300.SH', ['size', 'beta', 'momentum', 'residual_volatility', 'liquidity']],
  ['sp500', 'SP500', ['beta', 'momentum', 'residual_volatility', 'liquidity']],
])('the risk model of %s', (folder, index, styles) => {
  it.skipIf(!existsSync(join(DATA, folder)))(
    `is right about weekly active returns (skipped without PLATEAU_DATA/${folder})`,
    async () => {
      const { store, import: run } = workspace()
      await run(undefined, { paths: [join(DATA, folder)] })
      const market = loadMarket(store)
      const inputs = {
        panel: market.panel,
        derived: derive(market.panel, 'typical'),
        industries: market.industries,
        estimation: universeMask(market, null, RULES),
      }
      const member = universeMask(market, index, RULES)
      const kinds = biasStudy(inputs, riskSettings.parse({}), member, 252, 5)
      console.table(kinds)
      expect(kinds.map(({ kind }) => kind).sort()).toEqual(
        ['industry', 'optimised', 'random', ...styles.map((style) => `style:${style}`)].sort(),
      )
      for (const { kind, mean, portfolios, periods } of kinds) {
        expect(periods).toBeGreaterThan(200)
        const reach = kind.startsWith('style:') ? 0.2 : 0.1
        expect(portfolios).toBeGreaterThanOrEqual(1)
        expect(Math.abs(mean - 1), kind).toBeLessThan(reach)
      }
    },
    180_000,
  )
})
