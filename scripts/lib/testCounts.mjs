import fs from 'node:fs'

/** Passed and failed tests and the titles of those that did not run, from vitest's JSON report. */
export function vitestCounts(file) {
  const report = read(file)
  if (report === null) return null
  const tests = report.testResults.flatMap((suite) => suite.assertionResults)
  const of = (status) => tests.filter((test) => test.status === status)
  const [passed, failed] = [of('passed').length, of('failed').length]
  const skipped = tests.filter((test) => test.status !== 'passed' && test.status !== 'failed')
  return { passed, failed, skipped: skipped.map((test) => test.fullName) }
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
  }
}

/** Null when the run ended before it could report. */
function read(file) {
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : null
}
