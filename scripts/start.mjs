// npm start: set-up, then the app on the sample project; without a display the sample study as a PDF.
import path from 'node:path'
import { hasDisplay } from './lib/display.mjs'
import { readElectronFile } from './lib/electron.mjs'
import { node24, root, runtimeDir } from './lib/paths.mjs'
import { main, passThrough } from './lib/process.mjs'
import { setUp } from './lib/setUp.mjs'

main(async () => {
  await setUp()
  if (hasDisplay()) {
    const { path: electron, args } = readElectronFile()
    return passThrough(electron, [...args, root, ...process.argv.slice(2)])
  }
  console.log(
    'No display (DISPLAY and WAYLAND_DISPLAY are not set): running the sample study without a window.',
  )
  return runSampleStudy()
})

/** Sample market -> store -> study -> report, as a person would type it. Resolves to the first failing exit code. */
async function runSampleStudy() {
  const sample = path.join(runtimeDir, 'sample')
  const store = ['--store', path.join(sample, 'sample.sqlite')]
  for (const command of [
    ['sample', '--out', sample],
    ['import', sample, ...store],
    ['study', path.join(sample, 'study.json'), '--out', sample, ...store],
  ]) {
    console.log(`plateau ${command.join(' ')}`)
    const code = await passThrough(node24, ['src-main/cli/main.ts', ...command])
    if (code !== 0) return code
  }
  console.log(`The report is in ${sample}.`)
  return 0
}
