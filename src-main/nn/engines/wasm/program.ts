import { OUT_OF_MEMORY } from '../compiled/binding.ts'
import { webAssembly, type WasmMemory, type WasmModule } from './webAssembly.ts'

/** What compiled/csrc/wasm/wasm.c exports, less the functions that block. Addresses are byte offsets; 0 is NULL. */
export interface ProgramExports {
  allocate(bytes: number): number
  release(address: number): void
  create(
    features: number,
    hidden: number,
    layers: number,
    outputs: number,
    threads: number,
    activationBytes: number,
  ): number
  cancel(network: number): void
  clear_cancel(network: number): void
  kept_stocks(network: number): number
  kept_steps(network: number): number
  create_pool(threads: number): number
  operations_per_round(): number
}

/** The functions that block, for a thread of their own. */
export type BlockingExport = 'forward' | 'backward' | 'multiply_adds' | 'run_thread'

/** A thread with an instance of the module on the shared memory. It does not keep the process alive while it idles. */
export interface WasmThread {
  /** One call at a time. Rejects when the thread ends before it answers. */
  call(name: BlockingExport, ...args: number[]): Promise<number>
  /** Call without an answer for as long as the thread lives; `onFailure` when it ends on its own. */
  run(onFailure: (error: Error) => void, name: BlockingExport, ...args: number[]): void
  end(): void
}

/** Start a thread whose stack ends at `stackPointer` and grows downwards. */
export type StartThread = (module: WasmModule, memory: WasmMemory, stackPointer: number) => WasmThread

/** A memory of its own, with the threads that work on it: what comes and goes together. */
export interface Program {
  readonly exports: ProgramExports
  /** Call a blocking export on the program's own thread. */
  call(name: BlockingExport, ...args: number[]): Promise<number>
  /** @throws Error of code OUT_OF_MEMORY */
  allocate(bytes: number): number
  write(address: number, values: Float32Array | Float64Array): void
  read(address: number, values: Float64Array): void
  /** End the threads, whatever they do. Their memory is freed when nobody holds the program any more. */
  end(): void
}

const PAGE_BYTES = 65_536
/** As scripts/native/targets.mjs links the module: its first memory, and one page less than 4 GiB. */
const FIRST_PAGES = 16
const MOST_PAGES = 65_535
export const MOST_BYTES = MOST_PAGES * PAGE_BYTES
const STACK_BYTES = 65_536

export function startProgram(module: WasmModule, startThread: StartThread): Program {
  const memory = new webAssembly.Memory({ initial: FIRST_PAGES, maximum: MOST_PAGES, shared: true })
  const threads: WasmThread[] = []
  const end = (): void => {
    for (const thread of threads) thread.end()
  }
  const newThread = (): WasmThread => {
    const thread = startThread(module, memory, allocate(STACK_BYTES) + STACK_BYTES)
    threads.push(thread)
    return thread
  }
  /** Called by pool_create: a thread of the pool. One that fails takes the program along: its tasks would never end. */
  const start_thread = (body: number, argument: number): number => {
    newThread().run(end, 'run_thread', body, argument)
    return 1
  }
  const exports = new webAssembly.Instance(module, { env: { memory, start_thread } })
    .exports as ProgramExports
  const allocate = (bytes: number): number => {
    // Addresses are unsigned, but come as signed integers.
    const address = bytes <= MOST_BYTES ? exports.allocate(bytes) >>> 0 : 0
    if (address === 0) throw outOfMemory()
    return address
  }
  const caller = newThread()
  return {
    exports,
    call: caller.call,
    allocate,
    write(address, values) {
      const there =
        values instanceof Float32Array
          ? new Float32Array(memory.buffer, address, values.length)
          : new Float64Array(memory.buffer, address, values.length)
      there.set(values)
    },
    read(address, values) {
      values.set(new Float64Array(memory.buffer, address, values.length))
    },
    end,
  }
}

export const outOfMemory = (): Error =>
  Object.assign(new Error('The wasm engine ran out of memory.'), { code: OUT_OF_MEMORY })
