import '../../../src-shared/csp.ts'
import { portConnection } from '../../nn/engines/remote/connection.ts'
import type { DeviceGreeting } from '../../nn/engines/remote/messages.ts'
import { serveEngine } from '../../nn/engines/remote/serve.ts'
import { noDevice, openDevice, type WebGpu } from '../../nn/engines/webgpu/adapter.ts'
import { createWebGpuEngine } from '../../nn/engines/webgpu/engine.ts'
import { GPU_PORT } from './channel.ts'

/** The GPU page: engines on the device of this page, one for each port that the shell hands in. */

let shared: Promise<WebGpu> | null = null

/** The engines share one device, and what is compiled for it. */
function sharedDevice(): Promise<WebGpu> {
  shared ??= openShared()
  return shared
}

async function openShared(): Promise<WebGpu> {
  try {
    const gpu = await openDevice(navigator.gpu)
    if (gpu.device === null) shared = null
    else void gpu.device.lost.then(() => (shared = null))
    return gpu
  } catch (error) {
    shared = null
    return noDevice(error)
  }
}

async function serve(port: MessagePort): Promise<void> {
  const connection = portConnection(port)
  const greet = (greeting: DeviceGreeting): void => connection.send(greeting)
  const gpu = await sharedDevice()
  if (gpu.device === null) {
    greet({ type: 'no_device', reason: gpu.refusal })
    connection.close()
    return
  }
  const { device, adapter } = gpu
  serveEngine(connection, (config, loss) => createWebGpuEngine(device, config, { loss }))
  greet({ type: 'device', ...adapter })
}

addEventListener('message', ({ source, data, ports: [port] }: MessageEvent) => {
  if (source === window && data === GPU_PORT && port !== undefined) void serve(port)
})
