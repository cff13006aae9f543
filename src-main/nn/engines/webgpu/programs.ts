import { COMPUTE } from './device.ts'
import type { Kernel } from './kernels/kernel.ts'

/** A compiled kernel. */
export interface Program {
  readonly kernel: Kernel
  readonly pipeline: GPUComputePipeline
  /** Of group 0: the chunk record at a dynamic offset, then the kernel's buffers. */
  readonly layout: GPUBindGroupLayout
}

export interface Programs {
  /** Layout of group 1: a chunk's inputs, the cross-section's targets. */
  readonly sectionLayout: GPUBindGroupLayout
  /** Each kernel is compiled once. */
  compile(kernel: Kernel): Promise<Program>
}

const programs = new WeakMap<GPUDevice, Programs>()

/** One set per device, for every engine on it. */
export function programsOf(device: GPUDevice): Programs {
  let known = programs.get(device)
  if (known === undefined) programs.set(device, (known = createPrograms(device)))
  return known
}

function createPrograms(device: GPUDevice): Programs {
  const compiled = new Map<string, Promise<Program>>()
  const storage = (binding: number, readOnly: boolean): GPUBindGroupLayoutEntry => ({
    binding,
    visibility: COMPUTE,
    buffer: { type: readOnly ? 'read-only-storage' : 'storage' },
  })
  const sectionLayout = device.createBindGroupLayout({ entries: [storage(0, true), storage(1, true)] })

  const compile = async (kernel: Kernel): Promise<Program> => {
    const layout = device.createBindGroupLayout({
      entries: [
        { binding: 0, visibility: COMPUTE, buffer: { type: 'uniform', hasDynamicOffset: true } },
        ...kernel.buffers.map((access, i) => storage(i + 1, access === 'read')),
      ],
    })
    const pipeline = await device.createComputePipelineAsync({
      label: kernel.label,
      layout: device.createPipelineLayout({
        bindGroupLayouts: kernel.section ? [layout, sectionLayout] : [layout],
      }),
      compute: {
        module: device.createShaderModule({ label: kernel.label, code: kernel.code }),
        entryPoint: 'main',
      },
    })
    return { kernel, pipeline, layout }
  }

  return {
    sectionLayout,
    compile(kernel) {
      let program = compiled.get(kernel.code)
      if (program === undefined) {
        program = compile(kernel)
        compiled.set(kernel.code, program)
        // What failed once, for want of memory say, may be tried again.
        program.catch(() => compiled.delete(kernel.code))
      }
      return program
    },
  }
}
