import { compositionOf, type OptimizerConfig } from '../../src-shared/domain/optimizer/index.ts'
import { activeClients } from '../../src-shared/domain/optimizer/parts.ts'
import type { StepInput, Tensor } from './batch.ts'
import { createOptimizer, type OptimizerOptions } from './compose.ts'
import { initialRandom, seededDraws } from './draws.ts'
import type { PlainState, StepTelemetry } from './optimizer.ts'
import { addScaled, norm, scale } from './vector.ts'

/** Steps of one client from the round's weights; the callback of `round` takes as many as it likes. */
export type LocalStep = (input: StepInput) => Promise<StepTelemetry>

export interface FederatedOptimizer {
  readonly clients: number
  /** Passes over a client's data that a round is meant to take. */
  readonly localEpochs: number
  /** Server and clients before the first round from `weights`: a checkpoint, as an optimizer's state is. */
  init(weights: Float64Array): PlainState
  /**
   * One round: the clients drawn for it train apart, each from `weights`, by the steps that `train` takes; then the server
   * puts them together. `weights` and `state` change in place; what a rejected round has done stays half done.
   * @param train trains one client: calls `step` for each of its batches and epochs
   */
  round(
    weights: Float64Array,
    state: PlainState,
    train: (client: number, step: LocalStep) => Promise<void>,
  ): Promise<void>
}

/** Added to the norm of the mean dual, as in the authors' code. */
const STABILISER = 1e-7

/**
 * FedSMOO (Sun et al. 2023; the authors' code, which leaves the paper's s of a client out; optimizers.md 13). A client's steps
 * are those of the configuration's parts, with its own correction h and dual mu; its base rule starts afresh every round.
 * After the round h += w_client - w; s = rho x the mean mu of the active clients, scaled to length rho; the new weights are the
 * mean of the active clients' plus the mean h of all.
 */
export function createFederatedOptimizer(
  config: OptimizerConfig,
  tensors: readonly Tensor[],
  options: OptimizerOptions,
): FederatedOptimizer {
  const { federated, perturbation } = compositionOf(config)
  if (federated === null || perturbation === null) throw new Error(`${config.method} has no clients.`)
  const { clients, localEpochs } = federated
  const { draws = seededDraws } = options
  const local = createOptimizer(config, tensors, options)
  const active = new Int32Array(activeClients(federated))

  return {
    clients,
    localEpochs,
    init(weights) {
      const vector = (): Float64Array => new Float64Array(weights.length)
      return {
        server: vector(),
        random: initialRandom(options.seed),
        clients: Object.fromEntries(
          Array.from({ length: clients }, (_, client) => [client, { dual: vector(), correction: vector() }]),
        ),
      }
    },
    async round(weights, state, train) {
      const server = state.server as Float64Array
      const random = state.random as Uint32Array
      const all = state.clients as Record<string, { dual: Float64Array; correction: Float64Array }>
      const anchor = weights.slice()
      const sum = new Float64Array(weights.length)
      const dualSum = new Float64Array(weights.length)
      if (active.length === clients) active.forEach((_, at) => (active[at] = at))
      else {
        draws.choose(random, clients, active)
        active.sort()
      }
      for (const client of active) {
        const { dual, correction } = all[client]
        const at = anchor.slice()
        const own = local.init(at)
        const fresh = own.perturbation as PlainState
        own.perturbation = { ...fresh, direction: { dual, server } }
        own.finalGradient = { correction, anchor }
        own.random = random
        await train(client, (input) => local.step(at, own, input))
        for (let i = 0; i < at.length; i++) correction[i] += at[i] - anchor[i]
        addScaled(sum, sum, 1, at)
        addScaled(dualSum, dualSum, 1, dual)
      }
      scale(dualSum, 1 / active.length, dualSum)
      scale(server, perturbation.rho / (norm(dualSum) + STABILISER), dualSum)
      scale(weights, 1 / active.length, sum)
      for (let client = 0; client < clients; client++)
        addScaled(weights, weights, 1 / clients, all[client].correction)
    },
  }
}
