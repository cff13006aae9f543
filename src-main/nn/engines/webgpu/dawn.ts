/**
 * Toggles of Dawn, the WebGPU of Chromium and of the Node package. The kernels are the engine's own and stay inside their
 * buffers, so their indices are not checked again; and workgroup memory is zeroed by a loop, which software drivers compile
 * a hundred times faster than the extension's null constant.
 */
export const DAWN_TOGGLES = {
  enable: ['disable_robustness'],
  disable: ['use_vulkan_zero_initialize_workgroup_memory_extension'],
} as const
