import { Worker } from 'node:worker_threads'
import type { WasmThread } from '../nn/engines/wasm/program.ts'
import type { WasmMemory, WasmModule } from '../nn/engines/wasm/webAssembly.ts'

/**
 * What a thread runs, sent to it as text: one file fewer to find beside the bundle, and half the time to start of one
 * that has to be loaded and its types erased. It must stand alone.
 */
function serve(): void {
  const { parentPort, workerData } = process.getBuiltinModule('node:worker_threads')
  const { module, memory, stackPointer } = workerData
  const env = { memory, start_thread: () => 0 }
  // @ts-expect-error TypeScript knows WebAssembly only together with the DOM.
  const { exports } = new WebAssembly.Instance(module, { env })
  // A memory that another thread grows while this one starts may keep its old size here, and what lies beyond would trap.
  memory.grow(0)
  exports.__stack_pointer.value = stackPointer
  parentPort?.on('message', ({ name, args }) => parentPort.postMessage(exports[name](...args)))
}

/** A worker thread with its own instance of the module (nn/engines/wasm/program.ts, StartThread). */
export function startWasmThread(module: WasmModule, memory: WasmMemory, stackPointer: number): WasmThread {
  const worker = new Worker(`(${serve})()`, {
    eval: true,
    execArgv: [],
    workerData: { module, memory, stackPointer },
  })
  let settle: { resolve(answer: number): void; reject(error: Error): void } | null = null
  let failure: Error | null = null
  const ended = (error: Error): void => {
    failure ??= error
    settle?.reject(failure)
    settle = null
  }
  worker.on('message', (answer: number) => {
    worker.unref()
    settle?.resolve(answer)
    settle = null
  })
  worker.on('error', ended)
  worker.on('exit', () => ended(new Error('A thread of the wasm engine has ended.')))
  // After the listeners: they hold the process.
  worker.unref()
  const post = (name: string, args: number[]): void => worker.postMessage({ name, args })
  return {
    call: (name, ...args) =>
      new Promise((resolve, reject) => {
        if (failure !== null) throw failure
        settle = { resolve, reject }
        // Whoever waits for the answer keeps the process alive.
        worker.ref()
        post(name, args)
      }),
    run(onFailure, name, ...args) {
      settle = { resolve: () => {}, reject: onFailure }
      post(name, args)
    },
    end: () => void worker.terminate(),
  }
}
