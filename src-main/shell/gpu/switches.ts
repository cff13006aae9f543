import type { CommandLine } from 'electron'
import { DAWN_TOGGLES } from '../../nn/engines/webgpu/dawn.ts'

/**
 * Chromium's switches for WebGPU in the GPU page; set before the app is ready. On Linux, and on Windows for ARM, Chromium
 * offers WebGPU for a list of drivers only (gpuweb wiki, "Implementation Status"); `enable-unsafe-webgpu` takes the others
 * too: an engine is used only where its gradient proves right. Its other meaning, to let pages use what is not safe yet, is
 * none here, as the app shows no pages but its own. The feature `Vulkan`, which Chromium before 144 also wanted on Linux,
 * would have every window painted by Vulkan: not worth it.
 */
export function offerWebGpu(commandLine: CommandLine): void {
  const listed = process.platform === 'darwin' || (process.platform === 'win32' && process.arch === 'x64')
  if (!listed) commandLine.appendSwitch('enable-unsafe-webgpu')
  commandLine.appendSwitch('enable-dawn-features', DAWN_TOGGLES.enable.join())
  commandLine.appendSwitch('disable-dawn-features', DAWN_TOGGLES.disable.join())
}
