import { afterEach, describe, expect, it, vi } from 'vitest'
import type { BridgeAnswer } from '../../../src-shared/contract/bridge.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { call, subscribe } from '../../../src-renderer/client.ts'

/** Stands where the preload's bridge does: what comes over it is whatever the other process sent. */
function connect(answer: BridgeAnswer, items: readonly unknown[] = []): void {
  vi.stubGlobal('window', {
    plateau: {
      call: async () => answer,
      subscribe: (_name: string, _input: unknown, onItem: (item: unknown) => void) => {
        items.forEach(onItem)
        return () => {}
      },
    },
  })
}
afterEach(() => {
  vi.unstubAllGlobals()
})

describe('call', () => {
  it('returns an answer that fits the contract', async () => {
    connect({ ok: true, value: null })
    expect(await call('project.current', {})).toBeNull()
  })

  it('throws the error of the answer with its place and remedy', async () => {
    const error = {
      code: 'study_invalid',
      message: 'rho must be positive',
      remedy: 'Give a positive rho.',
      place: { field: 'optimizers.1.rho' },
    } as const
    connect({ ok: false, error })
    const thrown = await call('studies.template', {}).catch((caught: unknown) => caught)
    expect(thrown).toBeInstanceOf(PlateauError)
    expect((thrown as PlateauError).toData()).toEqual(error)
  })

  it('refuses an answer that does not fit, naming the field', async () => {
    connect({ ok: true, value: { version: 1 } })
    await expect(call('app.hostInfo', {})).rejects.toMatchObject({
      code: 'contract_violation',
      place: { field: 'version' },
    })
  })
})

describe('subscribe', () => {
  it('passes items that fit on and reports the others', () => {
    const epoch = {
      type: 'epoch',
      epoch: {
        studyId: 'a',
        key: { window: 0, frequency: 'weekly', optimizer: 'SAM', seed: 1 },
        record: {
          epoch: 1,
          trainLoss: -0.1,
          validLoss: -0.05,
          trainIc: 0.1,
          validIc: 0.05,
          trainIcir: null,
          validIcir: null,
          sharpnessGap: null,
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
      },
    }
    connect({ ok: true, value: null }, [epoch, { type: 'unheard of' }])
    const received: unknown[] = []
    const errors: string[] = []
    subscribe(
      'studies.events',
      {},
      (item) => received.push(item),
      (error) => errors.push(error.code),
    )
    expect(received).toEqual([epoch])
    expect(errors).toEqual(['contract_violation'])
  })
})
