// npm run test:trust: the tests behind the table of trust, their loops in full, and the table. What a file has shown is
// kept as soon as it has ended, in .runtime/trust.
//   -- --resume      keep what has been shown at this commit, run the other files
//   -- --only FILE   run this file (or several), keep what others have shown at this commit
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { withDisplay } from './lib/display.mjs'
import { node24, root, runtimeDir, tools } from './lib/paths.mjs'
import { main, passThrough, SetupError } from './lib/process.mjs'
import { setUp } from './lib/setUp.mjs'
import { printTrustTable, readTrustRecords, trustRows } from './lib/trustTable.mjs'

const FOLDER = path.join(runtimeDir, 'trust')
const SHOWN = path.join(FOLDER, 'shown.json')
/** Files without a window run two at a time, as vitest.config.ts has it. */
const AT_A_TIME = 2

main(async () => {
  const { resume, only } = parseArgs({
    options: {
      resume: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
    },
  }).values
  const files = [...new Set(trustRows.flatMap(({ tests }) => tests))]
  for (const file of only)
    if (!files.includes(file)) throw new SetupError(`--only ${file}: one of\n${files.join('\n')}`)
  const commit = currentCommit()
  const shown = resume || only.length > 0 ? shownAt(commit) : { commit, seconds: 0, files: {} }
  const due = only.length > 0 ? only : files.filter((file) => !shown.files[file]?.passed)
  await setUp()

  fs.mkdirSync(FOLDER, { recursive: true })
  const started = performance.now()
  const earlier = shown.seconds
  let stopped = false
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => (stopped = true))
  /** Run the files one after another, until a person stops it. */
  const run = async (queue, tool, env = {}) => {
    for (let file = queue.shift(); file !== undefined && !stopped; file = queue.shift()) {
      const outcome = await outcomeOf(file, tool, env)
      if (stopped) return
      shown.files[file] = outcome
      shown.seconds = earlier + secondsSince(started)
      fs.writeFileSync(`${SHOWN}.new`, JSON.stringify(shown))
      fs.renameSync(`${SHOWN}.new`, SHOWN)
    }
  }
  const inWindows = due.filter((file) => file.startsWith('tests/e2e/'))
  const others = due.filter((file) => !inWindows.includes(file))
  await Promise.all(Array.from({ length: AT_A_TIME }, () => run(others, [tools.vitest, 'run'])))
  if (inWindows.length > 0 && !stopped)
    await withDisplay((display) => run(inWindows, [tools.playwright, 'test'], display))

  console.log(`\n== trust, in full`)
  const complete = printTrustTable(Object.values(shown.files).flatMap(({ seen }) => seen))
  console.log(`\n${machine()}\n${commit}\n${duration(shown.seconds)}, of its files:`)
  for (const [file, { passed, seconds }] of Object.entries(shown.files))
    console.log(`  ${passed ? 'ok    ' : 'FAILED'} ${duration(seconds).padStart(13)}  ${file}`)
  if (stopped) return 3
  const passed = Object.values(shown.files).every((file) => file.passed)
  // Of files that were asked for nobody expects the other rows.
  return passed && (complete || only.length > 0) ? 0 : 1
})

/** Run a file with its loops in full; its output goes to a log, which is printed if it fails. */
async function outcomeOf(file, tool, env) {
  const name = path.join(FOLDER, file.replaceAll('/', '-'))
  const [log, records] = [`${name}.log`, `${name}.jsonl`]
  fs.rmSync(records, { force: true })
  console.log(`${now()}  begun   ${file}`)
  const started = performance.now()
  const output = fs.openSync(log, 'w')
  const full = { PLATEAU_TRUST: 'full', PLATEAU_TRUST_RECORDS: records }
  const code = await passThrough(node24, [...tool, file], { env: { ...env, ...full }, output })
  fs.closeSync(output)
  const seconds = secondsSince(started)
  if (code !== 0) console.log(fs.readFileSync(log, 'utf8'))
  console.log(`${now()}  ${code === 0 ? 'ok    ' : 'FAILED'}  ${file}, ${duration(seconds)}`)
  return { passed: code === 0, seconds, seen: readTrustRecords(records) }
}

/** The commit, and whether files differ from it. */
function currentCommit() {
  return execFileSync('git', ['describe', '--always', '--dirty', '--exclude=*', '--abbrev=40'], {
    cwd: root,
    encoding: 'utf8',
  }).trim()
}

/** What has been shown at a commit so far; nothing at another one, or while files differ from it. */
function shownAt(commit) {
  const none = { commit, seconds: 0, files: {} }
  if (commit.endsWith('-dirty') || !fs.existsSync(SHOWN)) return none
  const shown = JSON.parse(fs.readFileSync(SHOWN, 'utf8'))
  return shown.commit === commit ? shown : none
}

function machine() {
  const processors = os.cpus()
  const memory = `${(os.totalmem() / 1e9).toFixed(0)} GB`
  return `${processors[0].model.trim()}, ${processors.length} CPUs, ${memory}, ${os.type()} ${os.release()}`
}

const now = () => new Date().toTimeString().slice(0, 8)
const secondsSince = (started) => (performance.now() - started) / 1000
function duration(seconds) {
  const whole = Math.round(seconds)
  return `${Math.floor(whole / 60)} min ${whole % 60} s`
}
