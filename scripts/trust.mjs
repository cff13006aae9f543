// npm run test:trust: the tests behind the table of trust, their loops in full, and the table.
import fs from 'node:fs'
import { withDisplay } from './lib/display.mjs'
import { node24, tools } from './lib/paths.mjs'
import { main, passThrough } from './lib/process.mjs'
import { printTrustTable, trustRecords, trustRows } from './lib/trustTable.mjs'

main(async () => {
  fs.rmSync(trustRecords, { force: true })
  const files = [...new Set(trustRows.flatMap(({ tests }) => tests))]
  const windowTests = files.filter((file) => file.startsWith('tests/e2e/'))
  const others = files.filter((file) => !windowTests.includes(file))
  const full = { PLATEAU_TRUST: 'full' }
  const codes = [await passThrough(node24, [tools.vitest, 'run', ...others], { env: full })]
  if (windowTests.length > 0)
    codes.push(
      await withDisplay((display) =>
        passThrough(node24, [tools.playwright, 'test', ...windowTests], { env: { ...display, ...full } }),
      ),
    )
  console.log('\n== trust')
  const complete = printTrustTable()
  return complete && codes.every((code) => code === 0) ? 0 : 1
})
