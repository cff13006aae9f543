import type { ErrorText } from '../../failure.ts'

/** How what an engine computes on goes away; `{detail}` is what its library says. */
export const deviceErrors = {
  webgpuGone: {
    code: 'device_lost',
    'zh-CN': { message: 'WebGPU 设备已丢失（{reason}）。' },
    en: { message: 'The WebGPU device is gone ({reason}).' },
  },
  gpuGone: {
    code: 'device_lost',
    'zh-CN': { message: 'GPU 已丢失。' },
    en: { message: 'The GPU is gone.' },
  },
  gpuGoneBecause: {
    code: 'device_lost',
    'zh-CN': { message: 'GPU 已丢失：{detail}。' },
    en: { message: 'The GPU is gone: {detail}.' },
  },
  gpuMemory: {
    code: 'device_lost',
    'zh-CN': { message: '显存不足：{detail}' },
    en: { message: 'The GPU has too little memory: {detail}' },
  },
  processGone: {
    code: 'device_lost',
    'zh-CN': { message: '{engine} 引擎的进程已终止。' },
    en: { message: 'The process of the {engine} engine is gone.' },
  },
  tensorflowFailed: {
    code: 'device_lost',
    'zh-CN': { message: 'TensorFlow 设备出错：{detail}' },
    en: { message: "TensorFlow's device failed: {detail}" },
  },
} as const satisfies Record<string, ErrorText>
