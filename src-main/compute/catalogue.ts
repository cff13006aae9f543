import { cpus } from 'node:os'
import type { EngineKind, EngineReason } from '../../src-shared/domain/compute.ts'
import { failure, inEachLanguage } from '../../src-shared/failure.ts'
import { deviceErrors } from '../../src-shared/locales/errors/devices.ts'
import { engineReasonText } from '../../src-shared/locales/index.ts'
import type { Engine } from '../nn/engine.ts'
import { createCompiledEngine } from '../nn/engines/compiled/engine.ts'
import { createReferenceEngine } from '../nn/engines/reference/engine.ts'
import { createTensorflowEngine } from '../nn/engines/tensorflow/engine.ts'
import { createWebGpuEngine } from '../nn/engines/webgpu/engine.ts'
import type { GruConfig } from '../nn/layout.ts'
import { type Loss, NEGATIVE_IC } from '../nn/losses/loss.ts'
import type { CompiledBinding } from '../nn/engines/compiled/binding.ts'
import { nativeAvailability, nativeBinding } from './addon.ts'
import { connectGpuPage, type GpuAccess, gpuAddress } from './gpuPage.ts'
import { findTensorflow } from './tensorflow.ts'
import { wasmAvailability, wasmBinding } from './wasm.ts'
import { openWebGpu, withItsDevice } from './webgpu.ts'

export interface OpenOptions {
  readonly loss?: Loss
  /** Of one evaluation, for engines that compute on the processor; all cores unless given. */
  readonly threads?: number
}

/** An engine that is there. */
export interface Found {
  readonly available: true
  /** What computes: the processor or the adapter. */
  readonly device: string
  /** Instruction set or adapter that tells two engines of the kind apart; empty when there is only one. */
  readonly detail: string
  /** Threads it takes unless told otherwise; 0 for a device that counts none. */
  readonly threads: number
  readonly processor: 'cpu' | 'gpu'
  /** A GPU adapter that is emulated on the processor: slower than the engines made for it. */
  readonly software: boolean
  /** @throws PlateauError device_lost when the device is gone since it was found */
  open(config: GruConfig, options?: OpenOptions): Promise<Engine>
}

export type Finding = Found | { readonly available: false; readonly reason: EngineReason }

/** One kind of engine, and how it is found on this machine. */
export interface EngineSource {
  readonly name: EngineKind
  /**
   * Never rejects; opens no device for good. `threads`: those of the engines to be opened, for a library that takes them
   * once, when it is loaded.
   */
  find(options?: Pick<OpenOptions, 'threads'>): Promise<Finding>
}

/** Name of an engine with what tells it apart, as results record it: `native avx512`. */
export function engineLabel(name: EngineKind, { detail }: Pick<Found, 'detail'>): string {
  return detail === '' ? name : `${name} ${detail}`
}

export function missing(code: EngineReason['code'], values: EngineReason['values'] = {}): Finding {
  return { available: false, reason: { code, values } }
}

export const processorName = (): string => cpus()[0]?.model.trim() || 'CPU'

const native: EngineSource = {
  name: 'native',
  find: async () => compiled(nativeBinding(), nativeAvailability()),
}

const wasm: EngineSource = {
  name: 'wasm',
  find: async () => compiled(wasmBinding(), wasmAvailability()),
}

function compiled(
  binding: CompiledBinding | null,
  { refusal }: { readonly refusal: EngineReason | null },
): Finding {
  if (binding === null) return { available: false, reason: refusal! }
  return {
    available: true,
    device: processorName(),
    detail: binding.levels[0],
    threads: binding.cores,
    processor: 'cpu',
    software: false,
    open: async (config, options) => createCompiledEngine(binding, config, options),
  }
}

const webgpu: EngineSource = {
  name: 'webgpu',
  async find() {
    const gpu = await reachWebGpu()
    if (gpu.adapter === null) return { available: false, reason: gpu.reason }
    // A device keeps its process alive: each engine gets one of its own.
    gpu.close()
    const { description, software } = gpu.adapter
    return {
      available: true,
      device: description,
      detail: description,
      threads: 0,
      processor: software ? 'cpu' : 'gpu',
      software,
      async open(config, { loss = NEGATIVE_IC } = {}) {
        const again = await reachWebGpu()
        if (again.adapter === null)
          throw failure(deviceErrors.webgpuGone, {
            reason: inEachLanguage((locale) => engineReasonText(again.reason, locale)),
          })
        return again.open(config, { loss })
      },
    }
  },
}

/** In the GPU page of the desktop app that started this process, else in this process. */
async function reachWebGpu(): Promise<GpuAccess> {
  const page = gpuAddress()
  if (page !== null) return connectGpuPage(page)
  const gpu = await openWebGpu()
  if (gpu.device === null) return { adapter: null, reason: gpu.refusal }
  const { device, adapter } = gpu
  return {
    adapter,
    open: (config, options) => withItsDevice(createWebGpuEngine(device, config, options), device),
    close: () => device.destroy(),
  }
}

const tensorflow: EngineSource = {
  name: 'tensorflow',
  async find({ threads } = {}) {
    const found = await findTensorflow(threads)
    if (!found.available) return { available: false, reason: found.reason }
    const { tf, processor, version, threads: intraOpThreads } = found
    return {
      available: true,
      device: processor === 'gpu' ? 'CUDA' : processorName(),
      detail: `${version} ${processor === 'gpu' ? 'CUDA' : 'CPU'}`,
      threads: processor === 'gpu' ? 0 : intraOpThreads,
      processor,
      software: false,
      open: async (config, { loss = NEGATIVE_IC } = {}) => createTensorflowEngine(tf, config, { loss }),
    }
  },
}

const reference: EngineSource = {
  name: 'reference',
  async find() {
    return {
      available: true,
      device: processorName(),
      detail: '',
      threads: 1,
      processor: 'cpu',
      software: false,
      open: async (config, { loss = NEGATIVE_IC } = {}) => createReferenceEngine(config, { loss }),
    }
  },
}

/** Every kind of engine, in the order of ENGINE_KINDS. */
export const CATALOGUE: readonly EngineSource[] = [native, wasm, webgpu, tensorflow, reference]
