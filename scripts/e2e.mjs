// npm run test:e2e [-- Playwright arguments]: the window tests, under Xvfb where the machine has no display.
import { withDisplay } from './lib/display.mjs'
import { node24, tools } from './lib/paths.mjs'
import { main, passThrough } from './lib/process.mjs'

main(() =>
  withDisplay((env) => passThrough(node24, [tools.playwright, 'test', ...process.argv.slice(2)], { env })),
)
