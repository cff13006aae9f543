import fs from 'node:fs'
import path from 'node:path'
import { root, runtimeDir } from './paths.mjs'

/** Where tests/fixtures/trust.ts writes, unless PLATEAU_TRUST_RECORDS names another file. */
export const trustRecords = path.join(runtimeDir, 'results/trust.jsonl')

/** The rows of the table: what is claimed and the tests that show it. */
export const trustRows = JSON.parse(fs.readFileSync(path.join(root, 'tests/trustRows.json'), 'utf8'))

/** What tests have seen: a row's name and its figures per row and test. */
export function readTrustRecords(file) {
  const lines = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim().split('\n') : []
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line))
}

/** Print what tests have seen, row by row; answers whether every row has been seen. */
export function printTrustTable(records) {
  let complete = true
  for (const { row, claim, tests } of trustRows) {
    const seen = records.filter((record) => record.row === row).map((record) => record.seen)
    if (seen.length === 0) complete = false
    console.log(`${row}: ${claim} (${tests.join(', ')})`)
    if (seen.length === 0) console.log('    NOT SEEN')
    for (const figures of seen)
      console.log(
        `    ${Object.entries(figures)
          .map(([name, value]) => `${name} ${value}`)
          .join(', ')}`,
      )
  }
  return complete
}
