import path from 'node:path'
import { app, BrowserWindow, screen } from 'electron'
import { APP_ORIGIN } from './assets.ts'
import type { Memory } from './memory.ts'
import { placement, SMALLEST } from './placement.ts'
import { hardenedPreferences } from './security.ts'

/** A moved window is remembered when it has come to rest. */
const REST_MS = 500

/** The one place a window is made: where the last one was. */
export function openWindow({
  underTest,
  memory,
}: {
  readonly underTest: boolean
  readonly memory: Memory
}): BrowserWindow {
  const last = memory.value.window
  const first = screen.getPrimaryDisplay()
  const displays = [first, ...screen.getAllDisplays().filter(({ id }) => id !== first.id)]
  const window = new BrowserWindow({
    title: 'Plateau',
    ...placement(
      last,
      displays.map(({ workArea }) => workArea),
    ),
    minWidth: SMALLEST.width,
    minHeight: SMALLEST.height,
    show: false,
    webPreferences: hardenedPreferences({ preload: path.join(app.getAppPath(), 'out/preload/preload.cjs') }),
  })
  window.once('ready-to-show', () => {
    if (last?.maximised === true) window.maximize()
    window.show()
    rememberPlace(window, memory)
  })
  void window.loadURL(`${APP_ORIGIN}/index.html${underTest ? '?test' : ''}`)
  return window
}

/** Not before it is shown: until then its bounds are not a person's. */
function rememberPlace(window: BrowserWindow, memory: Memory): void {
  let resting: NodeJS.Timeout | undefined
  const keep = (): void => {
    clearTimeout(resting)
    memory.keep({ window: { ...window.getNormalBounds(), maximised: window.isMaximized() } })
  }
  const moved = (): void => {
    clearTimeout(resting)
    resting = setTimeout(keep, REST_MS)
  }
  window.on('resize', moved)
  window.on('move', moved)
  window.on('maximize', moved)
  window.on('unmaximize', moved)
  window.on('close', keep)
}
