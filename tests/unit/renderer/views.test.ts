import { describe, expect, it } from 'vitest'
import { engineReport, type EngineReport } from '../../../src-shared/domain/compute.ts'
import { order, type Order } from '../../../src-shared/domain/portfolio.ts'
import { refusalsOf } from '../../../src-renderer/views/portfolio/ledger.ts'
import { deviceText, statusOf } from '../../../src-renderer/views/compute/engines.ts'

describe('the engines', () => {
  const engine = (changes: Partial<EngineReport>): EngineReport =>
    engineReport.parse({
      name: 'native',
      available: true,
      chosen: false,
      reason: { code: 'slower', values: {} },
      label: 'native avx2',
      device: 'Some CPU',
      threads: 4,
      gradientError: 1e-7,
      gflops: 1,
      shareOfPeak: null,
      ...changes,
    })

  it('are chosen, available or not', () => {
    expect(statusOf(engine({ chosen: true }))).toBe('chosen')
    expect(statusOf(engine({}))).toBe('available')
    expect(statusOf(engine({ available: false }))).toBe('unavailable')
  })

  it('name their device once, with what the label adds', () => {
    expect(deviceText(engine({}), 'en')).toBe('Some CPU · AVX2')
    expect(deviceText(engine({ label: 'native' }), 'en')).toBe('Some CPU')
    expect(deviceText(engine({ name: 'webgpu', label: 'webgpu Some GPU', device: 'Some GPU' }), 'en')).toBe(
      'Some GPU',
    )
    expect(deviceText(engine({ label: 'native', device: '' }), 'en')).toBe('—')
  })
})

describe('the ledger', () => {
  const refused = (reason: Order['reason']): Order =>
    order.parse({
      symbol: '600000.SH',
      side: 'buy',
      targetWeight: 0.01,
      weightBefore: 0,
      orderValue: 0.01,
      filledValue: reason === null ? 0.01 : 0,
      status: reason === null ? 'filled' : 'refused',
      reason,
      fillPrice: reason === null ? 10 : null,
      cost: 0,
      weightAfter: 0,
    })

  it('counts refused orders by reason, commonest first', () => {
    const reasons = ['limit_up', null, 'suspended', 'limit_up', 'no_price', 'suspended', 'limit_up'] as const
    expect(refusalsOf(reasons.map(refused))).toEqual([
      ['limit_up', 3],
      ['suspended', 2],
      ['no_price', 1],
    ])
    expect(refusalsOf([refused(null)])).toEqual([])
  })
})
