import { spawn } from 'node:child_process'
import { SetupError } from './process.mjs'

/** False on a Linux machine with neither an X nor a Wayland display. */
export function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)
}

/**
 * Run `action` with the environment of a display: the machine's own, or an Xvfb that lives as long as the action.
 * Xvfb picks a free number and writes it when it is ready, so there is nothing to poll and no race.
 */
export async function withDisplay(action) {
  if (hasDisplay()) return action({})
  const server = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '1920x1200x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  try {
    const number = await new Promise((resolve, reject) => {
      server.stdout.once('data', (chunk) => resolve(String(chunk).trim()))
      server.once('error', () =>
        reject(new SetupError('Xvfb is not installed; npm run setup names the package.')),
      )
      server.once('exit', (code) => reject(new SetupError(`Xvfb ended with exit code ${code}`)))
    })
    return await action({ DISPLAY: `:${number}` })
  } finally {
    server.kill()
  }
}
