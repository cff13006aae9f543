import path from 'node:path'
import { app, MessageChannelMain, type MessagePortMain, WebContentsView } from 'electron'
import { type Connection, portConnection } from '../../nn/engines/remote/connection.ts'
import { APP_ORIGIN } from '../assets.ts'
import { hardenedPreferences } from '../security.ts'
import { GPU_PORT } from './channel.ts'

/** How long the page stays when nobody is connected: a study starts one process after the other. */
const KEPT_MS = 60_000

/** The page that holds the WebGPU engines. It is made for the first connection, and belongs to no window. */
export function createGpuView(): { connect(): Connection } {
  let page: { readonly view: WebContentsView; readonly loaded: Promise<void> } | null = null
  let connections = 0
  let leaving: NodeJS.Timeout | undefined

  const open = () => {
    const view = new WebContentsView({
      webPreferences: hardenedPreferences({
        preload: path.join(app.getAppPath(), 'out/preload/gpuPreload.cjs'),
        // It is never seen, and works all the same.
        backgroundThrottling: false,
      }),
    })
    const opened = { view, loaded: view.webContents.loadURL(`${APP_ORIGIN}/gpu.html`) }
    const giveUp = (reason: string): void => {
      console.error(`The GPU page ended (${reason}).`)
      if (page === opened) page = null
      view.webContents.close()
    }
    opened.loaded.catch((error: unknown) => giveUp(String(error)))
    view.webContents.on('render-process-gone', (_event, { reason }) => giveUp(reason))
    return opened
  }
  const leave = (): void => {
    if (--connections > 0) return
    leaving = setTimeout(() => {
      page?.view.webContents.close()
      page = null
    }, KEPT_MS)
  }

  return {
    connect() {
      clearTimeout(leaving)
      connections++
      page ??= open()
      const { view, loaded } = page
      const { port1, port2 } = new MessageChannelMain()
      const connection = portConnection(mainPort(port1))
      connection.onClose(leave)
      loaded.then(() => view.webContents.postMessage(GPU_PORT, null, [port2])).catch(() => connection.close())
      return connection
    },
  }
}

/** Electron's port in the main process has the ways of Node's event emitters. */
function mainPort(port: MessagePortMain): Parameters<typeof portConnection>[0] {
  return {
    postMessage: (message) => port.postMessage(message),
    addEventListener: (type: 'message' | 'close', listener: (event: { readonly data: unknown }) => void) =>
      void port.on(type as 'message', listener),
    start: () => port.start(),
    close: () => port.close(),
  }
}
