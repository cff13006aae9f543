// npm run test:e2e [-- Playwright arguments]: the window tests, under Xvfb where the machine has no display. With PLATEAU_STOPS=N, up to N
// processes of theirs are stopped at a time for a moment, again and again.
import { withDisplay } from './lib/display.mjs'
import { node24, tools } from './lib/paths.mjs'
import { main, passThrough } from './lib/process.mjs'

const stops = Number(process.env.PLATEAU_STOPS ?? 0)

main(() =>
  withDisplay(async (env) => {
    const over = new AbortController()
    if (stops > 0) {
      const { stopAtRandom } = await import('../tests/e2e/stops.ts')
      for (let n = 0; n < stops; n++) void stopAtRandom(over.signal)
    }
    try {
      return await passThrough(node24, [tools.playwright, 'test', ...process.argv.slice(2)], { env })
    } finally {
      over.abort()
    }
  }),
)
