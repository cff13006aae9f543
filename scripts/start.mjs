// npm start: set-up, then the app on the sample project; without a display the sample study as a PDF.
import path from 'node:path'
import { hasDisplay } from './lib/display.mjs'
import { readElectronFile } from './lib/electron.mjs'
import { root } from './lib/paths.mjs'
import { main, passThrough } from './lib/process.mjs'
import { makeSample, plateau, sampleDir, sampleStore } from './lib/sample.mjs'
import { setUp } from './lib/setUp.mjs'

main(async () => {
  await setUp()
  await makeSample()
  if (hasDisplay()) {
    const { path: electron, args } = readElectronFile()
    return passThrough(electron, [...args, root, '--store', sampleStore, ...process.argv.slice(2)])
  }
  console.log(
    'No display (DISPLAY and WAYLAND_DISPLAY are not set): running the sample study without a window.',
  )
  await plateau('study', path.join(sampleDir, 'study.json'), '--out', sampleDir, '--store', sampleStore)
  console.log(`The report is in ${sampleDir}.`)
})
