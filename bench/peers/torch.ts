import { spawn } from 'node:child_process'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { GruConfig } from '../../src-main/nn/layout.ts'

/** PyTorch in a process of its own, one evaluation at a time. */
export interface TorchPeer {
  readonly version: string
  /** Milliseconds of one evaluation, measured inside the process. */
  evaluate(): Promise<number>
  close(): void
}

/** Null when `python` cannot import torch. */
export async function startTorch(
  python: string,
  { inputSize, hiddenSize, layers }: GruConfig,
  threads: number,
  steps: number,
  stocks: number,
): Promise<TorchPeer | null> {
  const script = path.join(import.meta.dirname, 'torchGru.py')
  const sizes = [threads, inputSize, hiddenSize, layers, steps, stocks].map(String)
  const child = spawn(python, [script, ...sizes], { stdio: ['pipe', 'pipe', 'ignore'] })
  child.on('error', () => {})
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const first = await lines.next()
  if (first.done === true) return null
  return {
    version: first.value,
    async evaluate() {
      child.stdin.write('\n')
      const { value } = await lines.next()
      return Number(value)
    },
    close() {
      child.stdin.end()
    },
  }
}
