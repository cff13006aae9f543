import type { EngineReason } from '../../../../src-shared/domain/compute.ts'
import { requestEngineDevice } from './device.ts'

/** What computes behind a WebGPU device. */
export interface WebGpuAdapter {
  readonly description: string
  /** Emulated on the processor: right, but slower than the engines made for it. */
  readonly software: boolean
}

/** A device for the webgpu engine, or why there is none. */
export type WebGpu =
  | { readonly device: GPUDevice; readonly adapter: WebGpuAdapter }
  | { readonly device: null; readonly refusal: EngineReason; readonly reason: string }

/** No device, for what a driver or the loader of one said. */
export function noDevice(error: unknown): WebGpu {
  const detail = error instanceof Error ? error.message : String(error)
  return { device: null, refusal: { code: 'unavailable', values: { detail } }, reason: detail }
}

/** A new device of the best adapter of `gpu`. Its owner destroys it. */
export async function openDevice(gpu: GPU): Promise<WebGpu> {
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' })
  if (adapter === null)
    return {
      device: null,
      refusal: { code: 'no_adapter', values: {} },
      reason: 'no graphics driver offers WebGPU here',
    }
  const { description, device, architecture, vendor, isFallbackAdapter } = adapter.info
  // Where it stood before it became part of the info.
  const { isFallbackAdapter: before } = adapter as { readonly isFallbackAdapter?: boolean }
  return {
    device: await requestEngineDevice(adapter),
    adapter: {
      description: description || device || `${vendor} ${architecture}`.trim(),
      software: isFallbackAdapter ?? before ?? false,
    },
  }
}
