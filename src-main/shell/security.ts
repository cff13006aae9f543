import type { Session, WebContents, WebPreferences } from 'electron'

/** The preferences of every web content of the app; there is no way to make one with fewer. */
export function hardenedPreferences(own: {
  session?: Session
  preload?: string
  backgroundThrottling?: boolean
}): WebPreferences {
  return {
    ...own,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webSecurity: true,
    webviewTag: false,
    spellcheck: false,
  }
}

/** A page stays where the shell put it: no navigation, no redirect, no new windows, no webviews. */
export function lockNavigation(webContents: WebContents): void {
  webContents.on('will-navigate', (event) => event.preventDefault())
  webContents.on('will-redirect', (event) => event.preventDefault())
  webContents.on('will-attach-webview', (event) => event.preventDefault())
  webContents.setWindowOpenHandler(() => ({ action: 'deny' }))
}

/** Camera, notifications, USB and the rest: the app uses none, so all are refused. */
export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((_webContents, _permission, answer) => answer(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
}
