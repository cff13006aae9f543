import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Files of the format `sam-reference-v1`: toy problems with their data, and trajectories on them with all randomness
 * written out. What a run's method is its file's `method` and its own hyper-parameters say, never the file's name.
 */
export type Tensors = Record<string, number[] | number[][]>

export interface Problem {
  /** `mlp_ce`: softmax cross-entropy over the outputs; `mlp_mse`: squared error. Mean over the batch. */
  readonly kind: string
  readonly input_dim: number
  readonly hidden_dim: number
  readonly output_dim: number
  readonly param_order: readonly string[]
  readonly init: Tensors
  readonly X: readonly number[][]
  /** Class of a sample, or its value. */
  readonly Y: readonly (number | number[])[]
  readonly epoch_batches?: readonly number[][][]
}

export interface Base {
  readonly cls: string
  readonly kw: Readonly<Record<string, unknown>>
}

export interface Step {
  readonly batch: number[]
  readonly lr?: number
  readonly params_after: Tensors
  readonly loss_first_eval?: number
  readonly evals?: readonly { readonly loss?: number }[]
  readonly sam_step?: boolean
  readonly epoch?: number
  readonly batch_perturbed?: number[]
  readonly rho_t?: number
  readonly random_draws_after_step?: number[]
  readonly standard_normals?: Tensors
  readonly fisher_sample_order?: number[] | null
  readonly growth_scores?: Tensors | null
}

export interface Run {
  readonly name: string
  readonly problem: string
  readonly hyper: Readonly<Record<string, unknown>>
  readonly base: Base
  readonly steps: readonly Step[]
  readonly init_random_scores?: Tensors
}

export interface Round {
  readonly selected: number[]
  readonly lr: number
  readonly server_params: number[]
  readonly h: number[][]
  readonly mu: number[][]
  readonly s: number[]
}

export interface FederatedRun {
  readonly name: string
  readonly problem: string
  readonly hyper: Readonly<Record<string, number>>
  readonly clip_grad_norm: number
  readonly clients: number[][]
  readonly init_vector: number[]
  readonly steps: readonly Round[]
}

export interface ReferenceFile {
  readonly file: string
  readonly method: string
  readonly problems: Readonly<Record<string, Problem>>
  readonly runs: readonly Run[]
}

const FORMAT = 'sam-reference-v1'

/** Folder of the references: `PLATEAU_REFERENCE`, or beside the repository. */
export function referenceFolder(): string {
  return (
    process.env['PLATEAU_REFERENCE'] ??
    fileURLToPath(new URL('../../../../shared/reference', import.meta.url))
  )
}

/** Every file of the format in the folder itself and in its folder `optimizers`, by name. */
export function referenceFiles(folder: string): ReferenceFile[] {
  const files = [folder, join(folder, 'optimizers')].flatMap((at) =>
    existsSync(at)
      ? readdirSync(at)
          .filter((name) => name.endsWith('.json'))
          .sort()
          .map((name) => join(at, name))
      : [],
  )
  return files.flatMap((file) => {
    const content = JSON.parse(readFileSync(file, 'utf8')) as ReferenceFile & { format?: string }
    return content.format === FORMAT ? [{ ...content, file }] : []
  })
}

/** The problem's tensors as a flat vector, in its order. */
export function flatten({ param_order }: Pick<Problem, 'param_order'>, tensors: Tensors): Float64Array {
  return Float64Array.from(param_order.flatMap((name) => tensors[name].flat()))
}
