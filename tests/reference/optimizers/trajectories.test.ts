import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { type FederatedRun, referenceFiles, referenceFolder } from './format.ts'
import { replay, replayRounds } from './replay.ts'

/**
 * Every run of every file of the trajectory format in `PLATEAU_REFERENCE`, and of the repository's own: weights after every step and the loss of its first
 * evaluation to 1e-9. Two are compared to 1e-8: per-tensor norms, which scale the rounding of a tensor of one element
 * up, and exact Hessian-vector products, for which ours are differences.
 */
const TOLERANCE = 1e-9
const LOOSE = 1e-8
const isLoose = (method: string, name: string): boolean => /hvp/i.test(method) || /per_tensor/.test(name)

/** Trajectories that `scripts/reference/trajectories.py` computed from the papers' formulas alone. */
const own = fileURLToPath(new URL('../../fixtures/trajectories', import.meta.url))
const folder = referenceFolder()
const given = referenceFiles(folder)
const files = [...referenceFiles(own), ...given]

if (given.length === 0) {
  it.skip(`optimizer trajectories (skipped: no file of the format in ${folder}, see PLATEAU_REFERENCE)`, () =>
    undefined)
}

describe.each(files)('trajectories of $method', ({ file, method, problems, runs }) => {
  it.each(runs)(`${basename(file)}: $name`, async (run) => {
    const federated = 'clients' in run
    const deviations = federated
      ? await replayRounds(problems[run.problem], run as unknown as FederatedRun)
      : await replay(method, problems[run.problem], run)
    expect(deviations.length).toBeGreaterThan(0)
    const tolerance = isLoose(method, run.name) ? LOOSE : TOLERANCE
    const worst = deviations.map(({ weights, telemetry }) => Math.max(weights, telemetry))
    expect(
      worst.findIndex((deviation) => !(deviation < tolerance)),
      `step by step: ${worst.map((value) => value.toExponential(1)).join(' ')}`,
    ).toBe(-1)
  })
})
