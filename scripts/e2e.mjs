// npm run test:e2e [-- Playwright arguments]: the window tests, under Xvfb where the machine has no display. With PLATEAU_STOPS=N, N
// processes of theirs are stopped for a moment, again and again.
import { withDisplay } from './lib/display.mjs'
import { node24, tools } from './lib/paths.mjs'
import { main, passThrough } from './lib/process.mjs'
import { stopAtRandom } from './lib/stops.mjs'

main(() =>
  withDisplay(async (env) => {
    const over = new AbortController()
    for (let n = 0; n < Number(process.env.PLATEAU_STOPS ?? 0); n++) void stopAtRandom(over.signal)
    try {
      return await passThrough(node24, [tools.playwright, 'test', ...process.argv.slice(2)], { env })
    } finally {
      over.abort()
    }
  }),
)
