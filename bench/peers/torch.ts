import { execFileSync, spawn } from 'node:child_process'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { GruConfig } from '../../src-main/nn/layout.ts'

/** One way to run PyTorch. */
export interface TorchSetting {
  readonly device: 'cpu' | 'cuda'
  readonly mode: 'eager' | 'compile'
  readonly threads: number
  readonly malloc: string
}

/** PyTorch in a process of its own, one evaluation at a time. */
export interface TorchPeer {
  /** Version and device. */
  readonly version: string
  readonly setting: TorchSetting
  /** Milliseconds of one evaluation, measured inside the process. */
  evaluate(): Promise<number>
  close(): void
}

/** Allocators by the environment that makes a process use them; those that preload only where their library is. */
const ALLOCATORS: Readonly<Record<string, () => Record<string, string> | null>> = {
  glibc: () => ({}),
  // Freed memory is kept rather than given back and faulted in again.
  'glibc, memory kept': () => ({
    MALLOC_MMAP_THRESHOLD_: '4294967296',
    MALLOC_TRIM_THRESHOLD_: '8589934592',
    MALLOC_TOP_PAD_: '268435456',
  }),
  jemalloc: () => preload('libjemalloc.so'),
  tcmalloc: () => preload('libtcmalloc_minimal.so'),
}

function preload(library: string): Record<string, string> | null {
  try {
    const line = execFileSync('ldconfig', ['-p'], { encoding: 'utf8' })
      .split('\n')
      .find((entry) => entry.trim().startsWith(library))
    return line === undefined ? null : { LD_PRELOAD: line.split('=>')[1].trim() }
  } catch {
    return null
  }
}

/** Compiling takes a minute or two; what takes longer has failed. */
const START_LIMIT_MS = 300_000
const TRIALS = 3

export const describeSetting = ({ device, mode, threads, malloc }: TorchSetting): string =>
  device === 'cuda' ? `cuDNN, ${mode}` : `${mode}, ${threads} threads, ${malloc}`

/** Null when `python` has no torch, or no such device, or the setting fails. */
export async function startTorch(
  python: string,
  { inputSize, hiddenSize, layers }: GruConfig,
  { steps, stocks }: { readonly steps: number; readonly stocks: number },
  setting: TorchSetting,
): Promise<TorchPeer | null> {
  const { device, mode, threads, malloc } = setting
  const env = ALLOCATORS[malloc]()
  if (env === null) return null
  const script = path.join(import.meta.dirname, 'torchGru.py')
  const sizes = [threads, inputSize, hiddenSize, layers, steps, stocks].map(String)
  const child = spawn(python, [script, device, mode, ...sizes], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, ...env },
  })
  child.on('error', () => {})
  child.stdin.on('error', () => {})
  const limit = setTimeout(() => child.kill('SIGKILL'), START_LIMIT_MS)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const first = await lines.next()
  clearTimeout(limit)
  if (first.done === true) return null
  return {
    version: first.value,
    setting,
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

/**
 * PyTorch in its fastest setting for these sizes: threads x allocator, eagerly, then the best of them compiled; on a
 * GPU, where there is one, cuDNN eagerly and compiled. `report` is told what each took.
 */
export async function fastestTorch(
  python: string,
  model: GruConfig,
  sizes: { readonly steps: number; readonly stocks: number },
  device: TorchSetting['device'],
  cores: number,
  report: (setting: TorchSetting, milliseconds: number) => void,
): Promise<TorchPeer | null> {
  let best: { setting: TorchSetting; milliseconds: number } | null = null
  const attempt = async (setting: TorchSetting): Promise<void> => {
    const peer = await startTorch(python, model, sizes, setting)
    if (peer === null) return
    const trials: number[] = []
    for (let k = 0; k < TRIALS; k++) trials.push(await peer.evaluate())
    peer.close()
    const milliseconds = Math.min(...trials)
    report(setting, milliseconds)
    if (best === null || milliseconds < best.milliseconds) best = { setting, milliseconds }
  }
  const settings = (): { setting: TorchSetting } | null => best
  if (device === 'cuda') {
    await attempt({ device, mode: 'eager', threads: cores, malloc: 'glibc' })
  } else {
    for (const threads of new Set([1, cores])) {
      for (const malloc of Object.keys(ALLOCATORS)) await attempt({ device, mode: 'eager', threads, malloc })
    }
  }
  const eager = settings()
  if (eager === null) return null
  await attempt({ ...eager.setting, mode: 'compile' })
  return startTorch(python, model, sizes, settings()!.setting)
}
