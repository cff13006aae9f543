import { existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import util from 'node:util'
import type { EngineReason } from '../../src-shared/domain/compute.ts'
import type { TensorFlow } from '../nn/engines/tensorflow/tensorScope.ts'

/** TensorFlow's native library behind TensorFlow.js, or why there is none. */
export type TensorflowFinding =
  | {
      readonly available: true
      readonly tf: TensorFlow
      readonly processor: 'cpu' | 'gpu'
      /** Of an operation on the processor. */
      readonly threads: number
      /** The npm package, `@tensorflow/tfjs-node-gpu` or `@tensorflow/tfjs-node`. */
      readonly package: string
      /** Of the native library. */
      readonly version: string
      /** The package's own folder. */
      readonly folder: string
    }
  | { readonly available: false; readonly reason: EngineReason }

/** The one that may use a GPU first. */
const PACKAGES = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node']

/** What the packages add to tfjs-core's backend, as far as it is read here. */
interface NodeBackend {
  readonly isUsingGpuDevice: boolean
  readonly binding: { readonly TF_Version: string }
}

let found: Promise<TensorflowFinding> | null = null

/**
 * Finds and loads TensorFlow, once. The packages are optional, hundreds of megabytes with their native library: they
 * are looked for where PLATEAU_TENSORFLOW says, in the application, and where scripts/tensorflow/build.mjs puts them.
 * @param threads of an operation on the processor, at the first call; all cores unless given or set in the environment.
 *   The numbers do not depend on them.
 */
export function findTensorflow(threads?: number): Promise<TensorflowFinding> {
  return (found ??= find(threads))
}

async function find(threads: number | undefined): Promise<TensorflowFinding> {
  const installed = PACKAGES.flatMap((name) =>
    searchFolders().map((from) => ({ name, folder: installedFolder(name, from) })),
  )
  const present = installed.filter((each): each is { name: string; folder: string } => each.folder !== null)
  const complete = present.find(({ folder }) => hasNativeLibrary(folder))
  if (complete === undefined) {
    const reason: EngineReason =
      present.length === 0
        ? { code: 'not_installed', values: { packages: PACKAGES.join(', ') } }
        : { code: 'incomplete', values: { package: present[0].name } }
    return { available: false, reason }
  }
  const { name, folder } = complete
  try {
    return { available: true, ...(await load(folder, threads)), package: name, folder }
  } catch (error) {
    const detail = `${name}: ${error instanceof Error ? error.message : String(error)}`
    return { available: false, reason: { code: 'not_loadable', values: { detail } } }
  }
}

/** Folders whose node_modules may hold a package. */
function searchFolders(): string[] {
  const named = process.env.PLATEAU_TENSORFLOW
  let root = import.meta.dirname
  while (!existsSync(path.join(root, 'package.json')) && path.dirname(root) !== root)
    root = path.dirname(root)
  return [
    ...(named === undefined || named === '' ? [] : [path.resolve(named)]),
    root,
    path.join(root, '.runtime/tensorflow'),
  ]
}

function installedFolder(name: string, from: string): string | null {
  try {
    return path.dirname(createRequire(path.join(from, 'package.json')).resolve(`${name}/package.json`))
  } catch {
    return null
  }
}

/** The binding, and the libtensorflow it links to: without either, loading the package fails after a long while. */
function hasNativeLibrary(folder: string): boolean {
  const has = (at: string, wanted: (file: string) => boolean): boolean =>
    existsSync(path.join(folder, at)) && readdirSync(path.join(folder, at)).some(wanted)
  const binding = (level: string): boolean =>
    level.startsWith('napi-v') && existsSync(path.join(folder, 'lib', level, 'tfjs_binding.node'))
  return has('lib', binding) && has('deps/lib', (file) => /^(lib)?tensorflow/.test(file))
}

async function load(
  folder: string,
  threads: number | undefined,
): Promise<{
  readonly tf: TensorFlow
  readonly processor: 'cpu' | 'gpu'
  readonly threads: number
  readonly version: string
}> {
  restoreRemovedUtilities()
  // TensorFlow greets on standard error, which is for our own messages.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'
  // Processes of several runs share the GPU: none takes all of its memory for itself.
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true'
  // Tensor cores that round float32 to 10-bit mantissas (TF32) would fail the gradient's self-test.
  process.env.NVIDIA_TF32_OVERRIDE ??= '0'
  // Not where none were asked for: processes started from this one, which ask for theirs, would inherit it.
  if (threads !== undefined) process.env.TF_NUM_INTRAOP_THREADS ??= String(threads)
  const tf = createRequire(path.join(folder, 'package.json'))(folder) as TensorFlow
  if (!(await tf.setBackend('tensorflow'))) throw new Error('its backend does not start')
  await tf.ready()
  const { isUsingGpuDevice, binding } = tf.backend() as unknown as NodeBackend
  const given = Number(process.env.TF_NUM_INTRAOP_THREADS)
  return {
    tf,
    processor: isUsingGpuDevice ? 'gpu' : 'cpu',
    // TensorFlow takes what is no number above 0 for all cores.
    threads: given > 0 ? given : availableParallelism(),
    version: binding.TF_Version,
  }
}

/**
 * tfjs-node 4.22 calls util.isNullOrUndefined and util.isArray, which Node 23 removed or deprecated with the rest of
 * the util.is... family.
 */
function restoreRemovedUtilities(): void {
  const isNullOrUndefined = (value: unknown): boolean => value === null || value === undefined
  Object.assign(util, { isNullOrUndefined, isArray: Array.isArray })
}
