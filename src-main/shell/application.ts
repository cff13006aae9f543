import path from 'node:path'
import { app, type BrowserWindow, Menu, session } from 'electron'
import type { HostContract } from '../../src-shared/contract/index.ts'
import type { ProjectInfo } from '../../src-shared/contract/project.ts'
import { createLog } from '../files/log.ts'
import { createBridge } from './bridge.ts'
import { type GpuServer, serveGpu } from './gpu/server.ts'
import { createGpuView } from './gpu/view.ts'
import { createHostLink, type HostLink, processRestarts } from './hostLink.ts'
import { createHostSwitch } from './hostSwitch.ts'
import { serveWindows } from './ipc.ts'
import { keepPage } from './keepPage.ts'
import { launchHost } from './launchHost.ts'
import { type Memory, openMemory } from './memory.ts'
import { createShellRouter } from './procedures.ts'
import { serveAssets } from './protocol.ts'
import { createRestartNews } from './restartNews.ts'
import { createSelections } from './selections.ts'
import { createServerConnection } from './server/connection.ts'
import { systemVault } from './server/vault.ts'
import { showWork, type Work } from './taskbar.ts'
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
  let work: Work | undefined
  let relaunching = false
  app.on('second-instance', () => {
    if (window === undefined || relaunching) return
    if (window.isDestroyed()) {
      // What the window left is still being ended: the start that was refused meanwhile is made up for then.
      relaunching = true
      app.relaunch()
    } else {
      window.restore()
      window.focus()
    }
  })
  app.on('window-all-closed', () => app.quit())

  const log = createLog(path.join(app.getPath('userData'), 'logs'), 'shell', app.getPath('userData'))
  log('start', { electron: process.versions['electron']!, platform: `${process.platform} ${process.arch}` })
  app.on('render-process-gone', (_event, _contents, { reason, exitCode }) =>
    log('page gone', { reason, exitCode }),
  )
  app.on('child-process-gone', (_event, { type, reason, exitCode }) =>
    log('process gone', { type, reason, exitCode }),
  )

  void app.whenReady().then(async () => {
    const gpu = await offerGpu(options.accelerated)
    const memory = openMemory(path.join(app.getPath('userData'), 'shell.json'))
    const news = createRestartNews()
    /** Of this machine's service: while another's is in use the window has nothing of its. */
    const tellHost = (outcome: 'back' | 'given_up'): void => {
      if (host.current === local) news.tell({ part: 'host', outcome })
    }
    const local = createProjectHost(memory, options.store, {
      onAnother: () => work?.forgetStudies(),
      onGivenUp() {
        log('host given up')
        tellHost('given_up')
      },
    })
    const host = createHostSwitch(local)
    local.onRestart(() => tellHost('back'))
    const server = createServerConnection(host)
    server.onChange((state) => {
      log('server', { connected: state?.connected ?? false, attempts: state?.attempts ?? 0 })
      work?.forgetStudies()
    })
    host.onRestart((restarts) => log('host started again', { restarts }))
    app.once('will-quit', (event) => {
      event.preventDefault()
      void server
        .disconnect()
        .then(() => local.close())
        .finally(() => {
          gpu?.close()
          // Left to Chromium, the last of what the window keeps would be lost with the process.
          session.defaultSession.flushStorageData()
          app.exit(0)
        })
    })
    serveAssets(session.defaultSession, path.join(app.getAppPath(), 'out/renderer'))
    const selections = createSelections()
    const shell = createShellRouter(
      host,
      selections,
      memory,
      server,
      systemVault(),
      () => window?.webContents.reload(),
      news,
    )
    serveWindows(createBridge(shell, host), selections)
    window = openWindow({ underTest, memory })
    keepPage(window, { log, onBack: () => news.tell({ part: 'page', outcome: 'back' }) })
    work = showWork(host, window)
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

/** What answers with the project that is open from then on, null for none. */
const OPENING: ReadonlySet<string> = new Set([
  'project.current',
  'project.open',
  'project.create',
  'project.openSample',
  'safety.retry',
])

/**
 * The link to the service process, which opens the store that was open last: before its own restart, or the app's.
 * @param asked the store to open first in place of that one
 * @param told of another store that is open, and when the process is not started any more
 */
function createProjectHost(
  memory: Memory,
  asked: string | null,
  told: { onAnother(): void; onGivenUp(): void },
): HostLink<HostContract> {
  let first = asked === null ? null : path.resolve(asked)
  const link = createHostLink<HostContract>(
    () => launchHost(first ?? memory.value.store, app.getPath('userData')),
    processRestarts(told.onGivenUp),
  )
  return {
    ...link,
    async call(name, ...rest) {
      const answer = await link.call(name, ...rest)
      if (OPENING.has(name) && answer !== null) {
        const store = (answer as ProjectInfo).path
        if (store !== memory.value.store) told.onAnother()
        // One that could not be opened is not remembered.
        memory.keep({ store })
        first = null
      }
      return answer
    },
  }
}
