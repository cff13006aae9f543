import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { aggregateLimits, weightBounds } from '../../src-main/portfolio/enhancementProblem.ts'
import type { EnhancementProblem } from '../../src-main/portfolio/enhancementProblem.ts'

/** Solvers of linear programs, and of the quadratic and cone forms. */
export const LINEAR_SOLVERS = ['scipy', 'scipy-no-presolve', 'highspy'] as const
export const CONE_SOLVERS = ['ecos', 'clarabel'] as const
export type PeerSolver = (typeof LINEAR_SOLVERS | typeof CONE_SOLVERS)[number]

/** One problem in another solver, in a process of its own that has solved it once. */
export interface PortfolioPeer {
  /** Of the solver and what calls it. */
  readonly version: string
  /** Milliseconds of putting the problem into the solver's form, of the solver alone, and the answer. */
  solve(): Promise<{ build: number; solve: number; weights: Float64Array }>
  close(): void
}

/** The reason where there is none: `python` without the solver, or the solver without an answer. One thread. */
export async function startPeer(
  python: string,
  problemFile: string,
  solver: PeerSolver,
): Promise<PortfolioPeer | string> {
  const script = path.join(import.meta.dirname, 'portfolio.py')
  const child = spawn(python, [script, problemFile, solver], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', RAYON_NUM_THREADS: '1' },
  })
  let complaint = ''
  child.on('error', (error) => (complaint = error.message))
  child.stderr.on('data', (chunk) => (complaint += chunk))
  child.stdin.on('error', () => {})
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const first = await lines.next()
  if (first.done === true) return complaint.trim().split('\n').at(-1)!
  return {
    version: JSON.parse(first.value).version,
    async solve() {
      child.stdin.write('\n')
      const line = await lines.next()
      if (line.done === true) throw new Error(`${solver} ended without an answer.`)
      const { build, solve, weights } = JSON.parse(line.value)
      return { build, solve, weights: Float64Array.from(weights) }
    },
    close() {
      child.stdin.end()
    },
  }
}

/** The problem as rows and bounds, for portfolio.py; infinite bounds are null, missing alphas 0. */
export function writeProblem(file: string, problem: EnhancementProblem): void {
  const { limits, risk } = problem
  const { lower, upper } = weightBounds(problem)
  const aggregates = aggregateLimits(problem).rows
  const linear = aggregates.filter(({ coefficients }) => coefficients !== null)
  const turnover = aggregates.find(({ coefficients }) => coefficients === null)
  const list = (values: Float64Array | null | undefined) => values && Array.from(values)
  writeFileSync(
    file,
    JSON.stringify({
      alpha: Array.from(problem.alpha, (value) => (Number.isNaN(value) ? 0 : value)),
      benchmark: list(problem.benchmark),
      held: list(problem.held),
      lower: list(lower),
      upper: list(upper),
      rows: linear.map(({ coefficients }) => list(coefficients)),
      rowLower: linear.map((row) => row.lower),
      rowUpper: linear.map((row) => row.upper),
      turnoverMax: turnover?.upper ?? null,
      linearCost: limits.linearCost,
      risk: risk && {
        exposure: list(risk.exposure),
        covariance: list(risk.covariance),
        specific: list(risk.specific),
      },
      riskAversion: limits.riskAversion,
      trackingErrorMax: limits.trackingErrorMax,
      tradingDaysPerYear: problem.tradingDaysPerYear,
    }),
  )
}
