import type { App, CommandLine, Session, WebContents, WebPreferences } from 'electron'

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

/** A page stays where the shell put it: no navigation, no redirect, no new windows, no webviews, no talk with peers. */
export function lockPage(webContents: WebContents): void {
  webContents.on('will-navigate', (event) => event.preventDefault())
  webContents.on('will-redirect', (event) => event.preventDefault())
  webContents.on('will-attach-webview', (event) => event.preventDefault())
  webContents.setWindowOpenHandler(() => ({ action: 'deny' }))
  // There is no proxy; the policy of the page does not say what WebRTC may do.
  webContents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp')
}

/**
 * What the pages of a session cannot do. Camera, notifications, USB and the rest: the app uses none, so all are refused. Files
 * are saved by the shell, never downloaded. Without a language the spell checker, on or off, fetches no dictionary.
 */
export function lockSession(session: Session): void {
  session.setPermissionRequestHandler((_webContents, _permission, answer) => answer(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  session.on('will-download', (event) => event.preventDefault())
  session.setSpellCheckerLanguages([])
}

/**
 * Chromium finds no host, whoever asks: pages, prefetching, its own services. Names and numbers alike are mapped to
 * nothing (chromium.org, "Host resolver rules"), so that what a policy overlooks still makes no connection.
 */
export function reachNoHost(commandLine: CommandLine): void {
  commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND')
}

/** Every page and every session of the app from now on, whoever makes it; before the app is ready. */
export function lockEverything(app: App): void {
  reachNoHost(app.commandLine)
  app.on('session-created', lockSession)
  app.on('web-contents-created', (_event, contents) => lockPage(contents))
}
