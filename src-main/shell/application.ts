import path from 'node:path'
import { app, type BrowserWindow, Menu, session } from 'electron'
import type { HostContract } from '../../src-shared/contract/index.ts'
import type { ProjectInfo } from '../../src-shared/contract/project.ts'
import { createBridge } from './bridge.ts'
import { createHostLink, type HostLink } from './hostLink.ts'
import { serveWindows } from './ipc.ts'
import { launchHost } from './launchHost.ts'
import { createShellRouter } from './procedures.ts'
import { serveAssets } from './protocol.ts'
import { denyPermissions } from './security.ts'
import { openWindow } from './window.ts'

/** The desktop app: one window, one service process, one instance per user-data folder. */
export function startApplication(options: { store: string | null; userData: string | null }): void {
  const underTest = process.env['PLATEAU_TEST'] === '1'
  if (options.userData !== null) app.setPath('userData', path.resolve(options.userData))
  if (!underTest && !app.requestSingleInstanceLock()) {
    // Not quit(): that would let the rest of the start-up run.
    app.exit(0)
    return
  }
  if (process.platform !== 'darwin') Menu.setApplicationMenu(null)

  let window: BrowserWindow | undefined
  app.on('second-instance', () => {
    window?.restore()
    window?.focus()
  })
  app.on('window-all-closed', () => app.quit())

  void app.whenReady().then(() => {
    const host = createProjectHost(options.store)
    app.once('will-quit', (event) => {
      event.preventDefault()
      void host.close().finally(() => app.exit(0))
    })
    denyPermissions(session.defaultSession)
    serveAssets(session.defaultSession, path.join(app.getAppPath(), 'out/renderer'))
    serveWindows(createBridge(createShellRouter(host), host))
    window = openWindow({ underTest })
  })
}

/** The link to the service process; one that has to be started again opens the store that was open. */
function createProjectHost(initialStore: string | null): HostLink<HostContract> {
  let store = initialStore === null ? null : path.resolve(initialStore)
  const link = createHostLink<HostContract>(() => launchHost(store, app.getPath('userData')))
  return {
    ...link,
    async call(name, ...rest) {
      const answer = await link.call(name, ...rest)
      if (name === 'project.open' || name === 'project.openSample') store = (answer as ProjectInfo).path
      return answer
    },
  }
}
