import type { PlateauError } from '../../../../src-shared/errors.ts'
import { failure } from '../../../../src-shared/failure.ts'
import { deviceErrors } from '../../../../src-shared/locales/errors/devices.ts'

/** Flags of GPUBufferUsage and GPUMapMode, which are globals of a page but not of Node (WebGPU, sections 5.1 and 5.3). */
export const USAGE = {
  mapRead: 0x0001,
  copySource: 0x0004,
  copyDestination: 0x0008,
  uniform: 0x0040,
  storage: 0x0080,
} as const
export const MAP_READ = 0x0001
/** GPUShaderStage.COMPUTE. */
export const COMPUTE = 0x4

/** The limits of a device that decide how an engine lays out its work: larger is faster. */
export const ENGINE_LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
] as const

/** A device with as much of what an engine can use as the adapter has. */
export function requestEngineDevice(adapter: GPUAdapter): Promise<GPUDevice> {
  return adapter.requestDevice({
    requiredLimits: Object.fromEntries(ENGINE_LIMITS.map((limit) => [limit, adapter.limits[limit]])),
  })
}

/** Whether a device is gone, and who has to hear of it. */
export interface DeviceWatch {
  lost: PlateauError | null
  /** Called once, when the device is lost. */
  readonly waiting: Set<(error: PlateauError) => void>
}

const watches = new WeakMap<GPUDevice, DeviceWatch>()

/** One watch per device: what waits for a device that stays must not pile up on its promise. */
export function watchDevice(device: GPUDevice): DeviceWatch {
  let watch = watches.get(device)
  if (watch === undefined) {
    const created: DeviceWatch = { lost: null, waiting: new Set() }
    watches.set(device, (watch = created))
    void device.lost.then(({ message }) => {
      created.lost = deviceLost(message)
      for (const reject of created.waiting) reject(created.lost)
      created.waiting.clear()
    })
  }
  return watch
}

export function deviceLost(message: string): PlateauError {
  return message === ''
    ? failure(deviceErrors.gpuGone, {})
    : failure(deviceErrors.gpuGoneBecause, { detail: message })
}
