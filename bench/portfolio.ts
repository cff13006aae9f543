import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { enhance } from '../src-main/portfolio/enhance.ts'
import type { EnhancementProblem } from '../src-main/portfolio/enhancementProblem.ts'
import { PlateauError } from '../src-shared/errors.ts'
import { CONE_SOLVERS, LINEAR_SOLVERS, startPeer, writeProblem } from './peers/portfolio.ts'
import type { PeerSolver } from './peers/portfolio.ts'
import { LIMITS, weeksOf } from './portfolio/market.ts'
import { measure } from './portfolio/measures.ts'

/**
 * What a rebalance takes: `npm run bench -- portfolio`, on a generated market.
 *
 * 1. One rebalance as a linear program, with risk aversion and with a cap on tracking error, beside other solvers of the
 *    same problem: scipy's HiGHS and HiGHS itself (`pip install scipy highspy`), ECOS and Clarabel through cvxpy (`pip
 *    install cvxpy ecos`), in the Python of `--python`; those it lacks are left out. Ours is always the whole call, from the
 *    problem to the checked answer. Of a peer the solver alone stands first, then what comes before: arrays for scipy
 *    and highspy, compilation for cvxpy. Ours and the peer take turns after one solve to warm up; medians.
 * 2. Weekly rebalances one after another, each from the holdings that the one before drifted to: total time, and how many
 *    had to be relaxed or had no answer.
 */
const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '800,2000,5000' },
    repeats: { type: 'string', default: '7' },
    forms: { type: 'string', default: 'lp,qp,te' },
    python: { type: 'string', default: 'python3' },
    weeks: { type: 'string', default: '395' },
    'weekly-size': { type: 'string', default: '2000' },
  },
})

/** Risk aversion and cap both bring the 4 % tracking error of the linear program to about 2.5 %. */
const FORMS: Record<
  string,
  { title: string; limits: typeof LIMITS; peers: readonly PeerSolver[] } | undefined
> = {
  lp: { title: 'linear program', limits: LIMITS, peers: LINEAR_SOLVERS },
  qp: { title: 'risk aversion', limits: { ...LIMITS, riskAversion: 200_000 }, peers: CONE_SOLVERS },
  te: {
    title: 'tracking error at most 2.5 %',
    limits: { ...LIMITS, trackingErrorMax: 0.025 },
    peers: CONE_SOLVERS,
  },
}
/** Weeks before the one measured, so that its holdings are those of a portfolio under way. */
const EARLIER = 3

const forms = values.forms.split(',').map((name) => {
  const form = FORMS[name]
  if (form === undefined) throw new Error(`--forms ${name}: one of ${Object.keys(FORMS).join(', ')}`)
  return form
})
type Form = (typeof forms)[number]

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]
const digits = (value: number): string => value.toExponential(1)

async function timedEnhance(problem: EnhancementProblem) {
  const start = performance.now()
  const answer = await enhance(problem)
  return { milliseconds: performance.now() - start, ...answer }
}

async function problemUnderWay(stocks: number, { limits }: Form): Promise<EnhancementProblem> {
  const weeks = [...weeksOf(stocks, EARLIER + 1)]
  const last = weeks.pop()!
  let held: Float64Array = new Float64Array(stocks)
  for (const week of weeks) held = week.drift((await enhance(week.problem(held, limits))).weights)
  return last.problem(held, limits)
}

/** The rows of a form at one size: ours beside each peer. */
async function compare(
  stocks: number,
  form: Form,
  folder: string,
  versions: Set<string>,
): Promise<string[][]> {
  const problem = await problemUnderWay(stocks, form)
  const file = path.join(folder, 'problem.json')
  writeProblem(file, problem)
  const own = measure(problem, (await timedEnhance(problem)).weights)
  const rows: string[][] = []
  for (const solver of form.peers) {
    const peer = await startPeer(values.python, file, solver)
    if (typeof peer === 'string') {
      console.log(`${solver} left out: ${peer}`)
      continue
    }
    versions.add(peer.version)
    const ours: number[] = []
    const theirs: Awaited<ReturnType<typeof peer.solve>>[] = []
    for (let turn = 0; turn < Number(values.repeats); turn++) {
      ours.push((await timedEnhance(problem)).milliseconds)
      theirs.push(await peer.solve())
    }
    peer.close()
    const mine = median(ours)
    const solve = median(theirs.map((answer) => answer.solve))
    const whole = median(theirs.map((answer) => answer.build + answer.solve))
    const other = measure(problem, theirs[0].weights)
    rows.push([
      String(stocks),
      solver,
      mine.toFixed(1),
      solve.toFixed(1),
      whole.toFixed(1),
      (mine / solve).toFixed(2),
      (mine / whole).toFixed(2),
      digits(own.objective - other.objective),
      digits(own.violation),
      digits(other.violation),
      own.trackingError === null ? '' : `${(100 * own.trackingError).toFixed(3)} %`,
    ])
  }
  if (rows.length === 0) {
    const ours: number[] = []
    for (let turn = 0; turn < Number(values.repeats); turn++)
      ours.push((await timedEnhance(problem)).milliseconds)
    rows.push([String(stocks), 'none', median(ours).toFixed(1)])
  }
  return rows
}

/** A row: weekly rebalances of one form, the first a build from cash. Without an answer holdings stay. */
async function weekly(stocks: number, weeks: number, form: Form): Promise<string[]> {
  let held: Float64Array = new Float64Array(stocks)
  const times: number[] = []
  let relaxed = 0
  let failed = 0
  let violation = 0
  for (const week of weeksOf(stocks, weeks)) {
    const problem = week.problem(held, form.limits)
    const answer = await timedEnhance(problem).catch((error: unknown) => {
      if (error instanceof PlateauError) return null
      throw error
    })
    if (answer === null) failed++
    else {
      held = answer.weights
      times.push(answer.milliseconds)
      if (answer.status === 'relaxed') relaxed++
      else violation = Math.max(violation, measure(problem, answer.weights).violation)
    }
    held = week.drift(held)
  }
  const total = times.reduce((sum, time) => sum + time, 0)
  return [
    form.title,
    (total / 1000).toFixed(2),
    median(times).toFixed(1),
    Math.max(...times).toFixed(0),
    String(relaxed),
    String(failed),
    digits(violation),
  ]
}

function print(title: string, head: readonly string[], rows: readonly (readonly string[])[]): void {
  console.log(`\n${title}`)
  const table = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...table.map((row) => (row[column] ?? '').length)))
  for (const row of table) {
    const cells = row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
    console.log(`  ${cells.join('  ')}`)
  }
}

const load = (): string => `load ${loadavg()[0].toFixed(1)}`
console.log(
  `${cpus()[0]?.model.trim() ?? 'CPU'}, ${cpus().length} CPUs, Node ${process.versions.node}, ${load()}`,
)
const folder = mkdtempSync(path.join(tmpdir(), 'plateau-bench-'))
const versions = new Set<string>()
try {
  for (const form of forms) {
    const rows: string[][] = []
    for (const stocks of values.sizes.split(',')) {
      rows.push(...(await compare(Number(stocks), form, folder, versions)))
    }
    print(
      `${form.title}: milliseconds, medians of ${values.repeats}; objective as ours less theirs`,
      [
        'stocks',
        'peer',
        'ours',
        'solver',
        'whole',
        'ours/solver',
        'ours/whole',
        'objective',
        'violation',
        'theirs',
        'tracking error',
      ],
      rows,
    )
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
console.log(`\nPeers: ${[...versions].join('; ') || 'none'}; ${load()}`)

const weeks = Number(values.weeks)
const stocks = Number(values['weekly-size'])
if (weeks > 0) {
  const rows: string[][] = []
  for (const form of forms) rows.push(await weekly(stocks, weeks, form))
  print(
    `${weeks} weekly rebalances of ${stocks} stocks, one thread`,
    ['', 'seconds', 'median ms', 'slowest ms', 'relaxed', 'failed', 'violation'],
    rows,
  )
  console.log(`\n${load()}`)
}
