// npm run screens: pictures of every screen with the sample's finished study, into docs/screens; --again runs the study anew.
import fs from 'node:fs'
import path from 'node:path'
import { withDisplay } from './lib/display.mjs'
import { node24, runtimeDir } from './lib/paths.mjs'
import { main, passThrough } from './lib/process.mjs'
import { makeSample, plateau, sampleDir, sampleStamp } from './lib/sample.mjs'
import { setUp } from './lib/setUp.mjs'

const folder = path.join(runtimeDir, 'screens')
const store = path.join(folder, 'sample.sqlite')
const stampFile = path.join(folder, 'stamp')

main(async () => {
  await setUp()
  await makeSample()
  const kept = fs.existsSync(stampFile) && fs.readFileSync(stampFile, 'utf8') === sampleStamp()
  if (!kept || process.argv.includes('--again')) await study()
  return withDisplay((env) => passThrough(node24, ['scripts/screens/take.ts', store], { env }))
})

/** A store of the sample's files that holds their study, finished. */
async function study() {
  fs.rmSync(folder, { recursive: true, force: true })
  fs.mkdirSync(folder, { recursive: true })
  await plateau('import', sampleDir, '--store', store)
  await plateau('study', path.join(sampleDir, 'study.json'), '--store', store)
  fs.writeFileSync(stampFile, sampleStamp())
}
