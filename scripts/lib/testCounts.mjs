import fs from 'node:fs'
import { stripVTControlCharacters } from 'node:util'

/** Lines of a failure's message that the summary repeats. */
const WHY_LINES = 15

/**
 * What vitest's JSON report says: how many tests passed and failed, the titles of those that did not run, and the
 * title and first lines of every failure, which a long log would bury.
 */
export function vitestCounts(file) {
  const report = read(file)
  if (report === null) return null
  const tests = report.testResults.flatMap((suite) => suite.assertionResults)
  // A file that could not be loaded fails without a test of its own.
  const unloaded = report.testResults.filter(
    (suite) => suite.status === 'failed' && !suite.assertionResults.some((test) => test.status === 'failed'),
  )
  const of = (status) => tests.filter((test) => test.status === status)
  const skipped = tests.filter((test) => test.status !== 'passed' && test.status !== 'failed')
  const failures = [
    ...of('failed').map((test) => failure(test.fullName, test.failureMessages.join('\n'))),
    ...unloaded.map((suite) => failure(suite.name, suite.message)),
  ]
  return {
    passed: of('passed').length,
    failed: failures.length,
    skipped: skipped.map((test) => test.fullName),
    failures,
  }
}

/** The same from Playwright's JSON report. */
export function playwrightCounts(file) {
  const report = read(file)
  if (report === null) return null
  const specsOf = (suite) => [...(suite.specs ?? []), ...(suite.suites ?? []).flatMap(specsOf)]
  const specs = report.suites.flatMap(specsOf)
  return {
    passed: report.stats.expected,
    failed: report.stats.unexpected + report.stats.flaky,
    skipped: specs
      .filter((spec) => spec.tests.every((test) => test.status === 'skipped'))
      .map((spec) => spec.title),
    failures: specs
      .filter((spec) => !spec.ok)
      .map((spec) => failure(spec.title, spec.tests.flatMap(errorsOf).join('\n'))),
  }
}

/** Messages of every try of a Playwright test that ended in an error. */
function errorsOf(test) {
  return test.results.flatMap((result) => result.errors.map((error) => error.message ?? ''))
}

/** A failed test and the first lines of why, without colours. */
function failure(title, message) {
  const lines = stripVTControlCharacters(message).split('\n')
  return { title, why: lines.filter((line) => !line.includes('node_modules')).slice(0, WHY_LINES) }
}

/** Null when the run ended before it could report. */
function read(file) {
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : null
}
