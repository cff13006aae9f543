import { gruLayout } from '../../layout.ts'
import type { CompiledBinding, CompiledNetwork, ModelSizes } from '../compiled/binding.ts'
import { MOST_BYTES, outOfMemory, type Program, type StartThread, startProgram } from './program.ts'
import type { WasmModule } from './webAssembly.ts'

/** csrc/network.h, Outcome. */
const OUT_OF_MEMORY = 1
const CANCELLED = 2

/**
 * Addresses have 32 bits: what a model or a pass may need is bounded before the C computes it. Per weight all partial
 * gradients and their sum; per step and unit the rows of a tile, at most.
 */
const BYTES_PER_WEIGHT = 256
const BYTES_PER_STEP_AND_UNIT = 1024
/** Of inputs kept for later evaluations; the rest of the memory is for what an evaluation computes. */
const INPUT_BYTES = 2 ** 31

interface State {
  readonly program: Program
  readonly sizes: ModelSizes
  /** Flat weights, and addresses of the network, of its weights and of its gradient. */
  readonly size: number
  readonly network: number
  readonly weights: number
  readonly gradient: number
  /** Predictions or their gradient; grows. */
  outcome: { address: number; length: number }
  /** Where inputs stand in the program's memory, those that were used last at the end. */
  readonly inputs: Map<Float32Array, number>
  /** Bytes that all of them may take; the one in use always may. */
  readonly inputBytes: number
  busy: boolean
  closed: boolean
}

/**
 * csrc/ compiled to WebAssembly: what the addon does, on threads of `startThread`. Each network has a memory of its own,
 * which is given back with it.
 *
 * @param modules instruction sets, best first
 * @param inputBytes of the inputs of a network that stay in its memory
 */
export function createWasmBinding(
  modules: readonly { readonly level: string; readonly module: WasmModule }[],
  cores: number,
  startThread: StartThread,
  inputBytes = INPUT_BYTES,
): CompiledBinding {
  const states = new WeakMap<CompiledNetwork, State>()
  const collected = new FinalizationRegistry<Program>((program) => program.end())

  const moduleOf = (level: string): WasmModule => {
    const found = modules.find((each) => each.level === level)
    if (found === undefined) throw new Error('This machine does not have that level.')
    return found.module
  }
  const stateOf = (network: CompiledNetwork): State => {
    const state = states.get(network)
    if (state === undefined) throw new Error('Not a network.')
    return state
  }
  const idleState = (network: CompiledNetwork): State => {
    const state = stateOf(network)
    if (state.closed) throw new Error('The network is closed.')
    if (state.busy) throw new Error('The network is at work.')
    return state
  }

  return {
    name: 'wasm',
    levels: modules.map(({ level }) => level),
    cores,

    create(level, sizes, threads, activationBytes) {
      const module = moduleOf(level)
      const { features, hidden, layers, outputs } = sizes
      if (![features, hidden, layers, outputs, threads].every(isCount) || !(activationBytes >= 0))
        throw new Error('create: arguments out of range.')
      if (weightsOf(padded(sizes)) * BYTES_PER_WEIGHT > MOST_BYTES) throw outOfMemory()
      const size = weightsOf(sizes)
      const program = startProgram(module, startThread)
      try {
        const kept = Math.min(activationBytes, MOST_BYTES)
        const address = program.exports.create(features, hidden, layers, outputs, threads, kept) >>> 0
        if (address === 0) throw outOfMemory()
        const network = {} as CompiledNetwork
        states.set(network, {
          program,
          sizes,
          size,
          network: address,
          weights: program.allocate(size * Float32Array.BYTES_PER_ELEMENT),
          gradient: program.allocate(size * Float64Array.BYTES_PER_ELEMENT),
          outcome: { address: 0, length: 0 },
          inputs: new Map(),
          inputBytes,
          busy: false,
          closed: false,
        })
        collected.register(network, program, network)
        return network
      } catch (error) {
        program.end()
        throw error
      }
    },

    forward(network, weights, inputs, { stocks, steps }, keep, { seed, threshold }, predictions) {
      const state = idleState(network)
      const { features, outputs } = state.sizes
      if (
        ![stocks, steps].every(isCount) ||
        !isFloats(weights, state.size) ||
        !isFloats(inputs, stocks * steps * features) ||
        !isDoubles(predictions, stocks * outputs)
      )
        throw new Error('forward: arguments do not fit one another.')
      if (!passFits(state.sizes, steps)) throw outOfMemory()
      const { program } = state
      program.write(state.weights, weights)
      const at = addressOf(state, inputs)
      const answer = reserveOutcome(state, predictions.length)
      return work(state, async () => {
        const outcome = await program.call(
          'forward',
          state.network,
          state.weights,
          at,
          stocks,
          steps,
          Number(keep),
          seed,
          threshold,
          answer,
        )
        checkOutcome(outcome)
        program.read(answer, predictions)
      })
    },

    backward(network, inputs, predictionGradient, gradient) {
      const state = idleState(network)
      const { program, sizes } = state
      const stocks = program.exports.kept_stocks(state.network) >>> 0
      const steps = program.exports.kept_steps(state.network) >>> 0
      if (stocks === 0) throw new Error('backward: no forward pass has kept its activations.')
      if (
        !isFloats(inputs, stocks * steps * sizes.features) ||
        !isDoubles(predictionGradient, stocks * sizes.outputs) ||
        !isDoubles(gradient, state.size)
      )
        throw new Error('backward: arguments do not fit the forward pass.')
      const at = addressOf(state, inputs)
      const given = reserveOutcome(state, predictionGradient.length)
      program.write(given, predictionGradient)
      return work(state, async () => {
        checkOutcome(await program.call('backward', state.network, at, given, state.gradient))
        program.read(state.gradient, gradient)
      })
    },

    release(network, inputs) {
      const { program, inputs: held } = idleState(network)
      const address = held.get(inputs)
      if (address !== undefined) program.exports.release(address)
      held.delete(inputs)
    },

    cancel(network) {
      const { busy, program, network: address } = stateOf(network)
      if (busy) program.exports.cancel(address)
    },

    close(network) {
      const state = idleState(network)
      state.closed = true
      collected.unregister(network)
      state.program.end()
    },

    async multiplyAdds(level, threads, rounds) {
      const module = moduleOf(level)
      if (![threads, rounds].every(isCount)) throw new Error('multiplyAdds: arguments out of range.')
      const program = startProgram(module, startThread)
      try {
        const pool = program.exports.create_pool(threads)
        if (pool === 0) throw outOfMemory()
        await program.call('multiply_adds', pool, rounds)
        return program.exports.operations_per_round() * rounds * threads
      } finally {
        program.end()
      }
    },
  }
}

const isCount = (value: number): boolean => Number.isInteger(value) && value >= 1 && value < 2 ** 32
const isFloats = (values: unknown, length: number): boolean =>
  values instanceof Float32Array && values.length === length
const isDoubles = (values: unknown, length: number): boolean =>
  values instanceof Float64Array && values.length === length

const weightsOf = ({ features, hidden, layers, outputs }: ModelSizes): number =>
  gruLayout({ inputSize: features, hiddenSize: hidden, layers, outputs }).size

/** At least as large as what the C computes with: rows are whole vectors of four. */
const padded = (sizes: ModelSizes): ModelSizes => ({
  ...sizes,
  features: sizes.features + 3,
  hidden: sizes.hidden + 3,
})

function passFits(sizes: ModelSizes, steps: number): boolean {
  const { features, hidden, layers } = padded(sizes)
  return Math.max(features, hidden * layers * 5) * (steps + 1) * BYTES_PER_STEP_AND_UNIT < MOST_BYTES
}

/**
 * Where `inputs` stand in the program's memory; copied there when they are new to it, in place of those that were not used
 * for longest when there are too many.
 */
function addressOf({ program, inputs: held, inputBytes }: State, inputs: Float32Array): number {
  const there = held.get(inputs)
  if (there !== undefined) {
    held.delete(inputs)
    held.set(inputs, there)
    return there
  }
  let bytes = [...held.keys()].reduce((sum, each) => sum + each.byteLength, inputs.byteLength)
  for (const [each, address] of held) {
    if (bytes <= inputBytes) break
    program.exports.release(address)
    held.delete(each)
    bytes -= each.byteLength
  }
  const address = program.allocate(inputs.byteLength)
  program.write(address, inputs)
  held.set(inputs, address)
  return address
}

/** Address of at least `length` doubles; what stood there is lost. */
function reserveOutcome(state: State, length: number): number {
  const { program, outcome } = state
  if (length > outcome.length) {
    state.outcome = { address: 0, length: 0 }
    if (outcome.length > 0) program.exports.release(outcome.address)
    state.outcome = { address: program.allocate(length * Float64Array.BYTES_PER_ELEMENT), length }
  }
  return state.outcome.address
}

async function work(state: State, action: () => Promise<void>): Promise<void> {
  state.busy = true
  state.program.exports.clear_cancel(state.network)
  try {
    await action()
  } finally {
    state.busy = false
  }
}

function checkOutcome(outcome: number): void {
  if (outcome === OUT_OF_MEMORY) throw outOfMemory()
  if (outcome === CANCELLED) throw new Error('The work was cancelled.')
}
