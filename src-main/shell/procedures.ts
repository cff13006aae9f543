import path from 'node:path'
import { app, BrowserWindow, dialog } from 'electron'
import type { HostContract } from '../../src-shared/contract/index.ts'
import { shellContract } from '../../src-shared/contract/shell.ts'
import { createRouter, type Router } from '../host/router.ts'
import { writeFileAtomic } from '../files/writeFile.ts'
import { shellEvents } from './events.ts'
import type { HostLink } from './hostLink.ts'
import { hostsInElectron } from './launchHost.ts'
import { printHtml } from './print.ts'

/** What the shell answers by itself: about the runtime, and whatever needs a dialog. Paths come from dialogs only. */
export function createShellRouter(host: HostLink<HostContract>): Router {
  return createRouter(
    { ...shellContract, ...shellEvents },
    {
      'shell.info': () => ({
        electron: process.versions['electron'],
        chrome: process.versions['chrome'],
        runtime: hostsInElectron() ? 'electron' : 'fallback',
      }),
      async 'shell.openProject'() {
        const { canceled, filePaths } = await dialog.showOpenDialog(parentWindow(), {
          properties: ['openFile'],
          filters: [
            { name: 'Plateau', extensions: ['sqlite'] },
            { name: '*', extensions: ['*'] },
          ],
        })
        return canceled ? null : host.call('project.open', { path: filePaths[0] })
      },
      async 'shell.exportReport'({ id, locale, suggestedName }) {
        const { canceled, filePath } = await dialog.showSaveDialog(parentWindow(), {
          defaultPath: path.join(app.getPath('documents'), fileName(suggestedName)),
          filters: [{ name: 'PDF', extensions: ['pdf'] }],
        })
        if (canceled) return null
        const { html } = await host.call('studies.report', { id, locale })
        const { pdf, pages } = await printHtml(html)
        await writeFileAtomic(filePath, pdf)
        return { path: filePath, pages }
      },
      'shell.hostRestarts': (_input, emit) => host.onRestart((restarts) => emit({ restarts })),
    },
  )
}

function parentWindow(): BrowserWindow {
  return BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0]
}

/** The suggestion as a plain file name on every system, ending in .pdf. */
function fileName(suggested: string): string {
  const name = suggested.replace(/[\\/:*?"<>|\0-\x1f]/g, '_').replace(/(\.pdf)?$/i, '')
  return `${name === '' ? 'report' : name}.pdf`
}
