// npm test, what CI runs: set-up, then every check; all of them run, the first that failed is named at the end.
import fs from 'node:fs'
import path from 'node:path'
import { build, isBuilt } from './lib/build.mjs'
import { withDisplay } from './lib/display.mjs'
import { node24, runtimeDir, tools } from './lib/paths.mjs'
import { main, passThrough } from './lib/process.mjs'
import { setUp } from './lib/setUp.mjs'
import { playwrightCounts, vitestCounts } from './lib/testCounts.mjs'
import { printTrustTable, readTrustRecords, trustRecords } from './lib/trustTable.mjs'

const results = path.join(runtimeDir, 'results')

const checks = [
  ['set-up', () => setUp({ bundle: false })],
  ['lint', () => runAll([tools.eslint, '.'], [tools.prettier, '--check', '--log-level', 'warn', '.'])],
  [
    'types',
    () =>
      runAll(
        [tools.tsc, '-p', 'tsconfig.shared.json'],
        [tools.tsc, '-p', 'tsconfig.main.json'],
        [tools.tsc, '-p', 'tsconfig.gpu.json'],
        [tools.tsc, '-p', 'tsconfig.e2e.json'],
        [tools.vueTsc, '-p', 'tsconfig.renderer.json'],
      ),
  ],
  ['build', () => (isBuilt() ? undefined : build())],
  ['unit', () => vitest('unit')],
  ['reference', () => vitest('reference')],
  ['conformance', () => vitest('conformance')],
  ['faults', () => vitest('faults')],
  ['e2e', playwright],
]

main(async () => {
  fs.rmSync(results, { recursive: true, force: true })
  fs.mkdirSync(results, { recursive: true })
  const outcomes = []
  for (const [name, check] of checks) {
    console.log(`\n== ${name}`)
    const started = performance.now()
    const { failed, counts } = await outcomeOf(check)
    outcomes.push({ name, failed, counts, seconds: (performance.now() - started) / 1000 })
    // Without the packages nothing else can run.
    if (failed && name === 'set-up') break
  }
  console.log('\n== trust, at reduced counts (npm run test:trust runs them in full)')
  printTrustTable(readTrustRecords(trustRecords))
  return report(outcomes)
})

/** A check fails by throwing or by the `failed` of what it returns. */
async function outcomeOf(check) {
  try {
    return { failed: false, ...(await check()) }
  } catch (error) {
    console.error(error.message)
    return { failed: true }
  }
}

/** Run every command, also after one has failed. */
async function runAll(...commands) {
  let failed = false
  for (const command of commands) failed = (await passThrough(node24, command)) !== 0 || failed
  return { failed }
}

async function vitest(folder) {
  const output = path.join(results, `${folder}.json`)
  const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${output}`]
  const code = await passThrough(node24, [tools.vitest, 'run', `tests/${folder}`, ...reporters])
  return { failed: code !== 0, counts: vitestCounts(output) }
}

async function playwright() {
  const output = path.join(results, 'e2e.json')
  const code = await withDisplay((display) =>
    passThrough(node24, [tools.playwright, 'test', '--reporter=list,json'], {
      env: { ...display, PLAYWRIGHT_JSON_OUTPUT_NAME: output },
    }),
  )
  return { failed: code !== 0, counts: playwrightCounts(output) }
}

/** Print the summary; returns the exit code. */
function report(outcomes) {
  console.log('\n== summary')
  for (const { name, failed, seconds, counts } of outcomes) {
    const tests = counts
      ? `  ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped.length} skipped`
      : ''
    console.log(
      `${name.padEnd(11)} ${failed ? 'FAILED' : 'ok    '} ${seconds.toFixed(1).padStart(7)} s${tests}`,
    )
  }
  for (const { name, counts } of outcomes)
    for (const title of counts?.skipped ?? []) console.log(`skipped     ${name}: ${title}`)
  for (const { name, counts } of outcomes)
    for (const { title, why } of counts?.failures ?? [])
      console.log(`failed      ${name}: ${title}\n${why.map((line) => `            ${line}`).join('\n')}`)
  const first = outcomes.find((outcome) => outcome.failed)
  if (first !== undefined) console.log(`\nFirst failure: ${first.name}`)
  return first === undefined ? 0 : 1
}
