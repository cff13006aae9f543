import path from 'node:path'
import { app, BrowserWindow } from 'electron'
import { APP_ORIGIN } from './assets.ts'
import { hardenedPreferences, lockNavigation } from './security.ts'

/** The one place a window is made. */
export function openWindow({ underTest }: { readonly underTest: boolean }): BrowserWindow {
  const window = new BrowserWindow({
    title: 'Plateau',
    width: 1440,
    height: 900,
    minWidth: 1280,
    minHeight: 720,
    show: false,
    webPreferences: hardenedPreferences({ preload: path.join(app.getAppPath(), 'out/preload/preload.cjs') }),
  })
  const { webContents } = window
  lockNavigation(webContents)
  window.once('ready-to-show', () => window.show())
  webContents.on('render-process-gone', (_event, { reason }) => {
    console.error(`The window's process ended (${reason}).`)
    if (reason !== 'clean-exit' && !window.isDestroyed()) webContents.reload()
  })
  void window.loadURL(`${APP_ORIGIN}/index.html${underTest ? '?test' : ''}`)
  return window
}
