import { requestEngineDevice } from '../nn/engines/webgpu/device.ts'

/** A device for the webgpu engine, or why there is none. */
export type WebGpu =
  | { readonly device: GPUDevice; readonly adapter: WebGpuAdapter }
  | { readonly device: null; readonly reason: string }

export interface WebGpuAdapter {
  readonly description: string
  /** Computed on the CPU: right, but slower than the other engines. */
  readonly software: boolean
}

/**
 * Of Dawn. The kernels are the engine's own and stay inside their buffers, so their indices are not checked again; and
 * workgroup memory is zeroed by a loop, which software drivers compile a hundred times faster than the extension's null
 * constant.
 */
const DAWN_OPTIONS = [
  'enable-dawn-features=disable_robustness',
  'disable-dawn-features=use_vulkan_zero_initialize_workgroup_memory_extension',
]

let gpu: Promise<GPU> | null = null

async function loadGpu(): Promise<GPU> {
  const { create } = await import('webgpu')
  return create(DAWN_OPTIONS)
}

/**
 * A new WebGPU device of this process's best adapter, through the optional package `webgpu`. Its owner destroys it.
 */
export async function openWebGpu(): Promise<WebGpu> {
  try {
    gpu ??= loadGpu()
    const adapter = await (await gpu).requestAdapter({ powerPreference: 'high-performance' })
    if (adapter === null) return { device: null, reason: 'no graphics driver offers WebGPU here' }
    const { description, device, architecture, vendor, isFallbackAdapter } = adapter.info
    return {
      device: await requestEngineDevice(adapter),
      adapter: {
        description: description || device || `${vendor} ${architecture}`.trim(),
        software: isFallbackAdapter,
      },
    }
  } catch (error) {
    return { device: null, reason: error instanceof Error ? error.message : String(error) }
  }
}
