import { PlateauError } from '../../../../src-shared/errors.ts'
import { failure } from '../../../../src-shared/failure.ts'
import { deviceErrors } from '../../../../src-shared/locales/errors/devices.ts'
import { dropoutKey, dropoutThreshold } from '../../dropout.ts'
import type { CrossSection, CrossSectionHandle, Engine, LossAndGradient } from '../../engine.ts'
import type { GruConfig } from '../../layout.ts'
import { checkLoss, type Loss, NEGATIVE_IC } from '../../losses/loss.ts'
import {
  cancelledEvaluation,
  checkCancelled,
  createHoldings,
  type LossTargets,
  targetsOf,
} from '../holdings.ts'
import { deviceLost, MAP_READ, USAGE, watchDevice } from './device.ts'
import { CHUNK_FIELDS } from './kernels/kernel.ts'
import { spreadOf } from './kernels/recurrence.ts'
import { LARGEST } from './kernels/sources.ts'
import { RESULT_HEADER } from './kernels/weightGradient.ts'
import { createNetwork, encode, type Network } from './network.ts'
import { createParameters } from './parameters.ts'
import { type Plan, planOf } from './plan.ts'
import { programsOf } from './programs.ts'
import { createResidents, type Resident } from './residents.ts'
import { constantPredictions, createTargets, targetElements, type Targets } from './targets.ts'
import { type BufferName, CHUNK_STRIDE, createWorkspace } from './workspace.ts'

const MEBIBYTE = 2 ** 20

export interface WebGpuOptions {
  readonly loss?: Loss
  /** Bounds the device memory of cross-sections kept for later evaluations. */
  readonly memoryBytes?: number
  /** Bounds the device memory kept between the forward and the backward pass; stocks beyond it are computed twice. */
  readonly activationBytes?: number
}

/** A cross-section on the host, and what was derived from it when first needed. */
interface Held {
  readonly stocks: number
  readonly steps: number
  readonly inputs: Float32Array<ArrayBuffer>
  readonly labels: Float64Array | null
  readonly sampleWeights: Float64Array | null
  /** Of its own labels and sample weights. */
  targets?: Targets
  plan?: Plan
}

interface ResidentSection extends Resident {
  /** Bind group 1 of each chunk. */
  readonly groups: readonly GPUBindGroup[]
  readonly targetBuffer: GPUBuffer
  /** What stands in it; null before the first loss. */
  targets: Targets | null
}

/**
 * The GRU, its loss and its gradient in float32 on a WebGPU device. An evaluation is one submission and one readback:
 *
 *   projection, forward recurrence    per layer, upwards     kernels/rowProduct.ts, kernels/forward.ts
 *   loss                              once                   kernels/loss.ts
 *   backward recurrence, gradient of  per layer, downwards   kernels/backward.ts, kernels/rowProduct.ts,
 *   its inputs, weight gradients                             kernels/weightGradient.ts
 *
 * Only the recurrences have to take the steps one by one; they keep W_hh in registers and touch memory for nothing but
 * their own activations. All that does not wait for them is a tiled product over the rows of all steps. Activations
 * are overwritten by their gradients, which halves the traffic that bounds large cross-sections. Cross-sections stay on
 * the device in the order the caller holds them. All sums have a fixed order: equal evaluations give equal bits.
 *
 * Weights beyond 1e18 count as diverged: the answer is NaN. Evaluations of one engine run one after the other.
 */
export function createWebGpuEngine(
  device: GPUDevice,
  config: GruConfig,
  {
    loss = NEGATIVE_IC,
    memoryBytes = 1024 * MEBIBYTE,
    activationBytes = 1024 * MEBIBYTE,
  }: WebGpuOptions = {},
): Engine {
  const { inputSize, outputs = 1, dropout: rate = 0 } = config
  const threshold = dropoutThreshold(rate)
  checkLoss(loss, outputs)
  const parameters = createParameters(config)
  const holdings = createHoldings<Held>(config)
  const residents = createResidents<Held, ResidentSection>(memoryBytes)
  const programs = programsOf(device)
  const watch = watchDevice(device)
  const workspace = createWorkspace(device, parameters, outputs)
  const resultElements = RESULT_HEADER + parameters.size
  const networks = new Map<string, Promise<Network>>()
  const networkFor = (stocks: number, dropout: boolean): Promise<Network> => {
    const spread = spreadOf(parameters.hidden, stocks, device.limits)
    const key = `${spread.lanes} ${dropout}`
    let network = networks.get(key)
    if (network === undefined) {
      const mask = dropout ? { threshold, scale: 1 / (1 - rate) } : null
      network = createNetwork(programs, { config, loss, parameters, spread, dropout: mask })
      networks.set(key, network)
      network.catch(() => networks.delete(key))
    }
    return network
  }
  /** Settles when the evaluations asked for so far have left the device. */
  let idle: Promise<unknown> = Promise.resolve()

  /**
   * Run `work` after what was asked for before. The answer rejects at once when `signal` aborts or the device is lost;
   * the work then ends on its own.
   */
  const inTurn = <T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> => {
    const answer = idle.then(() => {
      checkCancelled(signal)
      if (watch.lost !== null) throw watch.lost
      return work()
    })
    idle = answer.catch(() => {})
    return new Promise<T>((resolve, reject) => {
      const cancel = (): void => reject(cancelledEvaluation())
      watch.waiting.add(reject)
      signal?.addEventListener('abort', cancel)
      if (signal?.aborted === true) cancel()
      answer
        .then(resolve, (error: unknown) => reject(watch.lost ?? PlateauError.from(error)))
        .finally(() => {
          watch.waiting.delete(reject)
          signal?.removeEventListener('abort', cancel)
        })
    })
  }

  /** The host's half of the loss; that of the cross-section's own labels and sample weights is kept. */
  const prepareTargets = (held: Held, { labels, sampleWeights }: LossTargets): Targets => {
    const own = labels === held.labels && sampleWeights === held.sampleWeights
    if (own && held.targets !== undefined) return held.targets
    const targets = createTargets(loss, outputs, labels, sampleWeights)
    if (own) held.targets = targets
    return targets
  }

  const upload = (held: Held, plan: Plan): ResidentSection => {
    const targetBytes = 4 * targetElements(held.stocks, outputs)
    const bytes = held.inputs.byteLength + targetBytes
    return residents.use(held, bytes, () => {
      const buffers: GPUBuffer[] = []
      const create = (size: number): GPUBuffer => {
        const buffer = device.createBuffer({ size, usage: USAGE.storage | USAGE.copyDestination })
        buffers.push(buffer)
        return buffer
      }
      const targetBuffer = create(targetBytes)
      const width = held.steps * inputSize
      const groups = plan.chunks.map(({ first, count }) => {
        const inputBuffer = create(4 * count * width)
        device.queue.writeBuffer(inputBuffer, 0, held.inputs, first * width, count * width)
        return device.createBindGroup({
          layout: programs.sectionLayout,
          entries: [
            { binding: 0, resource: { buffer: inputBuffer } },
            { binding: 1, resource: { buffer: targetBuffer } },
          ],
        })
      })
      const destroy = (): void => buffers.forEach((buffer) => buffer.destroy())
      return { bytes, groups, targetBuffer, targets: null, destroy }
    })
  }

  /**
   * Evaluate on the device: the predictions, or with `targets` the result buffer (header and gradient) and after it the
   * predictions.
   */
  const run = async (
    packed: Float32Array<ArrayBuffer>,
    held: Held,
    targets: Targets | null,
    dropoutSeed: number | undefined,
  ): Promise<Float32Array> => {
    const dropout = dropoutSeed !== undefined && rate > 0
    const network = await networkFor(held.stocks, dropout)
    held.plan ??= planOf(parameters, inputSize, held, activationBytes, device.limits)
    const { plan } = held

    device.pushErrorScope('validation')
    device.pushErrorScope('out-of-memory')
    workspace.fit(plan)
    const section = upload(held, plan)
    if (targets !== null && section.targets !== targets) {
      device.queue.writeBuffer(section.targetBuffer, 0, targets.values)
      section.targets = targets
    }
    device.queue.writeBuffer(workspace.buffer('parameters'), 0, packed)
    device.queue.writeBuffer(
      workspace.buffer('chunks'),
      0,
      chunkRecords(plan, targets?.origin ?? 0, dropout ? dropoutSeed : 0),
    )
    const encoder = device.createCommandEncoder()
    const pass = encoder.beginComputePass()
    encode(pass, network, workspace, plan, section.groups, targets !== null)
    pass.end()
    const readback = workspace.buffer('readback')
    let length = 0
    const read = (name: BufferName, elements: number): void => {
      encoder.copyBufferToBuffer(workspace.buffer(name), 0, readback, 4 * length, 4 * elements)
      length += elements
    }
    if (targets !== null) read('result', resultElements)
    read('predictions', held.stocks * outputs)
    device.queue.submit([encoder.finish()])
    const scopes = [device.popErrorScope(), device.popErrorScope()]
    // A mapping that fails where the commands were valid fails with the device.
    const mapping = readback.mapAsync(MAP_READ, 0, 4 * length).then(
      () => null,
      (error: unknown) => deviceLost(error instanceof Error ? error.message : String(error)),
    )
    const [memory, validation] = await Promise.all(scopes)
    if (memory !== null) throw failure(deviceErrors.gpuMemory, { detail: memory.message })
    if (validation !== null) throw new PlateauError('internal', validation.message)
    const unmapped = await mapping
    if (unmapped !== null) throw unmapped
    const result = new Float32Array(readback.getMappedRange(0, 4 * length)).slice()
    readback.unmap()
    return result
  }

  return {
    name: 'webgpu',
    upload: (crossSection) => holdings.add(crossSection, holdSection),
    release(handle) {
      const held = holdings.release(handle)
      if (held !== undefined) idle = idle.then(() => residents.drop(held))
    },
    async predict(weights, handle, { dropoutSeed, signal } = {}) {
      const { held, packed, diverged } = prepare(weights, handle)
      return inTurn(signal, async () => {
        if (diverged) return notANumber(held.stocks * outputs)
        return Float64Array.from(await run(packed, held, null, dropoutSeed))
      })
    },
    async lossAndGradient(weights, handle, { dropoutSeed, signal, ...overrides } = {}) {
      const { held, packed, diverged } = prepare(weights, handle)
      const lossTargets = targetsOf(held, holdings.overridesOf(handle, overrides))
      return inTurn(signal, async (): Promise<LossAndGradient> => {
        const targets = prepareTargets(held, lossTargets)
        if (targets.problem !== null) throw targets.problem
        if (diverged)
          return {
            loss: NaN,
            gradient: notANumber(weights.length),
            predictions: notANumber(held.stocks * outputs),
          }
        const result = await run(packed, held, targets, dropoutSeed)
        if (result[1] === 0) throw constantPredictions(held.stocks)
        return {
          loss: result[0],
          gradient: parameters.unpack(result.subarray(RESULT_HEADER, resultElements)),
          predictions: Float64Array.from(result.subarray(resultElements)),
        }
      })
    },
    close() {
      holdings.clear()
      idle = idle.then(() => {
        residents.clear()
        workspace.destroy()
      })
    },
  }

  /** What an evaluation reads of its arguments: a copy, so that the caller may change its weights while it waits. */
  function prepare(weights: Float64Array, handle: CrossSectionHandle) {
    const held = holdings.get(handle)
    holdings.checkWeights(weights)
    return {
      held,
      packed: parameters.pack(weights),
      diverged: !weights.every((weight) => Math.abs(weight) <= LARGEST),
    }
  }
}

function holdSection(section: CrossSection): Held {
  const { stocks, steps, inputs, labels, sampleWeights = null } = section
  return {
    stocks,
    steps,
    // Only the type could name a shared buffer; WebGPU refuses one.
    inputs:
      inputs instanceof Float32Array && inputs.buffer instanceof ArrayBuffer
        ? (inputs as Float32Array<ArrayBuffer>)
        : Float32Array.from(inputs),
    labels,
    sampleWeights,
  }
}

const notANumber = (length: number): Float64Array => new Float64Array(length).fill(NaN)

function chunkRecords(plan: Plan, origin: number, seed: number): Uint32Array<ArrayBuffer> {
  const stride = CHUNK_STRIDE / 4
  const records = new Uint32Array(plan.chunks.length * stride)
  const keys = [0, 1, 2].map((layer) => dropoutKey(seed, layer))
  plan.chunks.forEach((chunk, i) => {
    const record = { ...chunk, origin, key0: keys[0], key1: keys[1], key2: keys[2] }
    CHUNK_FIELDS.forEach((field, at) => (records[i * stride + at] = record[field]))
  })
  return records
}
