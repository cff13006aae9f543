import path from 'node:path'
import { app, type BrowserWindow, Menu, session } from 'electron'
import type { HostContract } from '../../src-shared/contract/index.ts'
import type { ProjectInfo } from '../../src-shared/contract/project.ts'
import { createBridge } from './bridge.ts'
import { type GpuServer, serveGpu } from './gpu/server.ts'
import { createGpuView } from './gpu/view.ts'
import { createHostLink, type HostLink } from './hostLink.ts'
import { serveWindows } from './ipc.ts'
import { launchHost } from './launchHost.ts'
import { createShellRouter } from './procedures.ts'
import { serveAssets } from './protocol.ts'
import { denyPermissions } from './security.ts'
import { createSelections } from './selections.ts'
import { openWindow } from './window.ts'

/** The desktop app: one window, one service process, one instance per user-data folder. */
export function startApplication(options: {
  readonly store: string | null
  readonly userData: string | null
  /** Whether pages can reach a GPU, or what stands in for one. */
  readonly accelerated: boolean
}): void {
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

  void app.whenReady().then(async () => {
    const gpu = await offerGpu(options.accelerated)
    const host = createProjectHost(options.store)
    app.once('will-quit', (event) => {
      event.preventDefault()
      void host.close().finally(() => {
        gpu?.close()
        app.exit(0)
      })
    })
    denyPermissions(session.defaultSession)
    serveAssets(session.defaultSession, path.join(app.getAppPath(), 'out/renderer'))
    const selections = createSelections()
    serveWindows(createBridge(createShellRouter(host, selections), host), selections)
    window = openWindow({ underTest })
  })
}

/** Let the processes that are started from now on reach the GPU page: by PLATEAU_GPU. */
async function offerGpu(accelerated: boolean): Promise<GpuServer | null> {
  delete process.env['PLATEAU_GPU']
  const view = createGpuView()
  try {
    const server = await serveGpu(() =>
      accelerated ? view.connect() : { reason: { code: 'no_acceleration', values: {} } },
    )
    process.env['PLATEAU_GPU'] = server.address
    return server
  } catch (error) {
    console.error(`No GPU for the engines: ${String(error)}`)
    return null
  }
}

/** What answers with the project that is open from then on. */
const OPENING: ReadonlySet<string> = new Set(['project.open', 'project.create', 'project.openSample'])

/** The link to the service process; one that has to be started again opens the store that was open. */
function createProjectHost(initialStore: string | null): HostLink<HostContract> {
  let store = initialStore === null ? null : path.resolve(initialStore)
  const link = createHostLink<HostContract>(() => launchHost(store, app.getPath('userData')))
  return {
    ...link,
    async call(name, ...rest) {
      const answer = await link.call(name, ...rest)
      if (OPENING.has(name)) store = (answer as ProjectInfo).path
      return answer
    },
  }
}
