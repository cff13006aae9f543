import { deserialize, serialize } from 'node:v8'
import { describe, expect, it } from 'vitest'
import type { Draws } from '../../../src-main/optim/draws.ts'
import { createFederatedOptimizer, type FederatedOptimizer } from '../../../src-main/optim/federated.ts'
import type { PlainState, StepTelemetry } from '../../../src-main/optim/optimizer.ts'
import { norm } from '../../../src-main/optim/vector.ts'
import type { OptimizerConfig } from '../../../src-shared/domain/optimizer/index.ts'
import { configOf } from './methods.ts'
import { createRegression, inputOf, type Objective, randomWeights, vectorOf } from './problems.ts'

type Clients = Record<string, { readonly dual: Float64Array; readonly correction: Float64Array }>

const config = (parameters: Readonly<Record<string, unknown>>, base: object = {}): OptimizerConfig =>
  configOf(
    { method: 'fedsmoo', parameters: { clients: 2, rho: 0.5, ...parameters } },
    { rule: 'sgd', momentum: 0, learningRate: 0.1, ...base },
  )

/** f = |w - centre|^2 / 2. */
const bowl =
  (...centre: number[]): Objective =>
  (weights, gradient) => {
    let loss = 0
    for (let i = 0; i < weights.length; i++) {
      gradient[i] = weights[i] - centre[i]
      loss += gradient[i] ** 2 / 2
    }
    return loss
  }

const expectVector = (actual: Float64Array, expected: readonly number[], digits = 6): void => {
  expect(actual.length).toBe(expected.length)
  expected.forEach((value, i) => expect(actual[i]).toBeCloseTo(value, digits))
}

describe('one round of two clients, worked out by hand', () => {
  /** One step of a client on each of two bowls, from (3, 4). */
  async function round(parameters: Readonly<Record<string, unknown>>, base: object = {}) {
    const optimizer = createFederatedOptimizer(config(parameters, base), vectorOf(2), { seed: 1 })
    const weights = Float64Array.of(3, 4)
    const state = optimizer.init(weights)
    const telemetry: StepTelemetry[] = []
    await optimizer.round(weights, state, async (client, step) => {
      telemetry.push(await step(inputOf(client === 0 ? bowl(0, 0) : bowl(7, 1))))
    })
    return { weights, server: state.server as Float64Array, clients: state.clients as Clients, telemetry }
  }

  it('moves the weights, the corrections and the duals', async () => {
    const { weights, server, clients, telemetry } = await round({ lambda: 0.1 })
    // Client 0: g = (3, 4), eps = 0.5 g / 5 = (0.3, 0.4), its dual. Perturbed (3.3, 4.4), less 0.1 (3, 4) = (3, 4), plus
    // 0.1 (3, 4): (3.3, 4.4). Weights (2.67, 3.56), correction (-0.33, -0.44).
    expectVector(clients[0].dual, [0.3, 0.4])
    expectVector(clients[0].correction, [-0.33, -0.44])
    // Client 1: g = (-4, 3), eps = (-0.4, 0.3). Perturbed (-4.4, 3.3): the proximal term is 0 at the anchor.
    // Weights (3.44, 3.67), correction (0.44, -0.33).
    expectVector(clients[1].dual, [-0.4, 0.3])
    expectVector(clients[1].correction, [0.44, -0.33])
    // Server: duals have the mean (-0.05, 0.35), of length root(1/8); s is 0.5 along it.
    expectVector(server, [-0.05 * Math.sqrt(2), 0.35 * Math.sqrt(2)])
    // Mean of the weights (3.055, 3.615) plus mean of the corrections (0.055, -0.385).
    expectVector(weights, [3.11, 3.23])
    expect(telemetry.map(({ evaluations }) => evaluations)).toEqual([2, 2])
    expect(telemetry[0].finalGradientNorm).toBeCloseTo(5.5, 6)
  })

  it('clips before the decay of the proximal term', async () => {
    const { clients } = await round({ lambda: 0.1, localClipNorm: 1 })
    // Client 0: (3.3, 4.4) - (0.3, 0.4) clipped to (0.6, 0.8), plus (0.3, 0.4): moved by -0.1 (0.9, 1.2).
    expectVector(clients[0].correction, [-0.09, -0.12])
    // Client 1: (-4.4, 3.3) - (0.3, 0.4) = (-4.7, 2.9), clipped, plus (0.3, 0.4).
    const length = Math.hypot(4.7, 2.9)
    expectVector(clients[1].correction, [-0.1 * (-4.7 / length + 0.3), -0.1 * (2.9 / length + 0.4)])
  })

  it('without a proximal term takes steps of SAM', async () => {
    const { clients } = await round({ lambda: 0, localClipNorm: null })
    expectVector(clients[0].correction, [-0.33, -0.44])
    expectVector(clients[1].correction, [0.44, -0.33])
  })

  it('decays the weights of a client by its base rule', async () => {
    const { clients } = await round({ lambda: 0.1 }, { weightDecay: 1 })
    expectVector(clients[0].correction, [-0.63, -0.84])
  })
})

describe('rounds', () => {
  it('follow their formulas over several steps and rounds', async () => {
    const [rho, lambda, rate] = [0.2, 0.3, 0.05]
    const optimizer = createFederatedOptimizer(
      config({ rho, lambda, localClipNorm: null }, { learningRate: rate }),
      vectorOf(3),
      { seed: 1 },
    )
    const centres = [
      [1, -2, 0.5],
      [-1, 3, 2],
    ]
    const weights = randomWeights(1, 3)
    const state = optimizer.init(weights)

    const add = (a: readonly number[], s: number, b: readonly number[]): number[] =>
      a.map((v, i) => v + s * b[i])
    let w = [...weights]
    let s = [0, 0, 0]
    const h = [s, s]
    const mu = [s, s]
    for (let t = 0; t < 4; t++) {
      await optimizer.round(weights, state, async (client, step) => {
        for (let i = 0; i < 3; i++) await step(inputOf(bowl(...centres[client])))
      })
      const after = centres.map((centre, client) => {
        let own = w
        for (let i = 0; i < 3; i++) {
          const q = add(add(add(own, -1, centre), -1, mu[client]), -1, s)
          const eps = q.map((value) => (rho * value) / (Math.hypot(...q) + 1e-7))
          mu[client] = add(add(mu[client], 1, eps), -1, s)
          const G = add(add(add(add(own, 1, eps), -1, centre), lambda, h[client]), -lambda, w)
          own = add(own, -rate, add(G, lambda, own))
        }
        h[client] = add(h[client], 1, add(own, -1, w))
        return own
      })
      const mean = add(mu[0], 1, mu[1]).map((value) => value / 2)
      s = mean.map((value) => (rho * value) / (Math.hypot(...mean) + 1e-7))
      w = w.map((_, i) => (after[0][i] + after[1][i] + h[0][i] + h[1][i]) / 2)
      expectVector(weights, w, 12)
      expectVector(state.server as Float64Array, s, 12)
    }
  })

  it('of clients with equal data leave all of them alike, however many they are', async () => {
    const ends = await Promise.all(
      [2, 5].map(async (clients) => {
        const optimizer = createFederatedOptimizer(config({ clients }), vectorOf(3), { seed: 1 })
        const weights = randomWeights(2, 3)
        const state = optimizer.init(weights)
        for (let t = 0; t < 5; t++)
          await optimizer.round(weights, state, async (_client, step) => {
            await step(inputOf(bowl(1, 2, 3)))
            await step(inputOf(bowl(2, 0, -1)))
          })
        const all = Object.values(state.clients as Clients)
        expect(all.length).toBe(clients)
        for (const client of all) expect(client).toEqual(all[0])
        return weights
      }),
    )
    expectVector(ends[0], [...ends[1]], 12)
  })

  it('keep the length of the server’s dual, and a base rule’s state for one round only', async () => {
    const seen: number[] = []
    // With Adam the first step after a fresh start moves every weight by the learning rate.
    const adam = configOf(
      { method: 'fedsmoo', parameters: { clients: 2, lambda: 0, rho: 0.5 } },
      { rule: 'adam', learningRate: 0.01, epsilon: 1e-15 },
    )
    const optimizer = createFederatedOptimizer(adam, vectorOf(2), { seed: 1 })
    const weights = Float64Array.of(3, 4)
    const state = optimizer.init(weights)
    for (let t = 0; t < 3; t++) {
      const before = structuredClone(state.clients) as Clients
      await optimizer.round(
        weights,
        state,
        async (_client, step) => void (await step(inputOf(bowl(90, -90)))),
      )
      const { correction } = (state.clients as Clients)[0]
      correction.forEach((value, i) => seen.push(Math.abs(value - before[0].correction[i])))
      expect(norm(state.server as Float64Array)).toBeCloseTo(0.5, 6)
    }
    expect(seen.length).toBe(6)
    seen.forEach((moved) => expect(moved).toBeCloseTo(0.01, 12))
  })
})

describe('partial participation', () => {
  const problem = createRegression(3)
  const partial = { clients: 5, activeShare: 0.4, localEpochs: 2, rho: 0.1 }

  async function rounds(
    optimizer: FederatedOptimizer,
    weights: Float64Array,
    state: PlainState,
    count: number,
  ) {
    const trained: number[][] = []
    for (let t = 0; t < count; t++) {
      const active: number[] = []
      await optimizer.round(weights, state, async (client, step) => {
        active.push(client)
        const input = { ...problem.input(0, 1, 1), batch: problem.batch([client, client + 5]) }
        for (let pass = 0; pass < optimizer.localEpochs; pass++) await step(input)
      })
      trained.push(active)
    }
    return trained
  }
  const optimizerOf = (seed = 1, draws?: Draws): FederatedOptimizer =>
    createFederatedOptimizer(config(partial), problem.tensors, draws ? { seed, draws } : { seed })
  const start = (): Float64Array => randomWeights(4, problem.size)

  it('trains the clients drawn, and changes nothing of the others', async () => {
    const draws: Draws = {
      normals: () => undefined,
      uniforms: () => undefined,
      choose: (_random, n, out) => {
        expect([n, out.length]).toEqual([5, 2])
        out.set([3, 1])
      },
    }
    const optimizer = optimizerOf(1, draws)
    const weights = start()
    const state = optimizer.init(weights)
    await rounds(optimizer, weights, state, 1)
    const clients = state.clients as Clients
    for (const client of [0, 2, 4]) {
      expect(norm(clients[client].dual)).toBe(0)
      expect(norm(clients[client].correction)).toBe(0)
    }
    for (const client of [1, 3]) expect(norm(clients[client].correction)).toBeGreaterThan(0)
    // Mean of the two active clients' weights, plus the mean of all five corrections.
    const expected = start().map((w, i) => {
      const moved = clients[1].correction[i] + clients[3].correction[i]
      return w + moved / 2 + moved / 5
    })
    expectVector(weights, [...expected], 12)
  })

  it('draws every client as often as any other', async () => {
    const optimizer = optimizerOf()
    const weights = start()
    const state = optimizer.init(weights)
    const trained = await rounds(optimizer, weights, state, 1000)
    for (const active of trained) expect(active[0]).toBeLessThan(active[1])
    for (let client = 0; client < 5; client++) {
      const share = trained.filter((active) => active.includes(client)).length / 1000
      // Five standard deviations of a mean of a thousand.
      expect(Math.abs(share - 0.4)).toBeLessThan(0.08)
    }
  })

  it('draws one client at least', async () => {
    const optimizer = createFederatedOptimizer(config({ clients: 4, activeShare: 0.01 }), problem.tensors, {
      seed: 1,
    })
    const weights = start()
    const [active] = await rounds(optimizer, weights, optimizer.init(weights), 1)
    expect(active.length).toBe(1)
  })

  it('goes on from a checkpoint between rounds as if it had not stopped, bit for bit', async () => {
    const whole = { weights: start(), state: optimizerOf().init(start()) }
    const trained = await rounds(optimizerOf(), whole.weights, whole.state, 8)
    const first = { weights: start(), state: optimizerOf().init(start()) }
    await rounds(optimizerOf(), first.weights, first.state, 3)
    const kept = deserialize(serialize(first)) as typeof first
    expect(await rounds(optimizerOf(99), kept.weights, kept.state, 5)).toEqual(trained.slice(3))
    expect(kept).toEqual(whole)
  })

  it('is another one with another seed', async () => {
    const trained = async (seed: number): Promise<number[][]> => {
      const weights = start()
      return rounds(optimizerOf(seed), weights, optimizerOf(seed).init(weights), 8)
    }
    expect(await trained(1)).toEqual(await trained(1))
    expect(await trained(2)).not.toEqual(await trained(1))
  })
})

it('only methods with clients have rounds', () => {
  const sam = configOf({ method: 'sam', parameters: {} })
  expect(() => createFederatedOptimizer(sam, vectorOf(2), { seed: 1 })).toThrow('sam has no clients.')
})
