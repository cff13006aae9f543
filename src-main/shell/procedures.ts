import { clipboard, dialog } from 'electron'
import packageJson from '../../package.json' with { type: 'json' }
import type { HostContract } from '../../src-shared/contract/index.ts'
import { shellContract } from '../../src-shared/contract/shell.ts'
import { createRouter, type Router } from '../host/router.ts'
import { askWhichFolder, dataFolder } from './dataFolder.ts'
import { following } from './following.ts'
import type { HostLink } from './hostLink.ts'
import type { Memory } from './memory.ts'
import { notify } from './notify.ts'
import type { RestartNews } from './restartNews.ts'
import { countReportPages, exportReport } from './reports.ts'
import { askWhere, parentWindow, saveFile } from './saveFile.ts'
import type { Selections } from './selections.ts'
import type { ServerConnection } from './server/connection.ts'
import { serverProcedures } from './server/procedures.ts'
import type { Vault } from './server/vault.ts'

/** What the shell answers by itself: about the runtime, and whatever needs a path. Paths come from dialogs and chosen files only. */
export function createShellRouter(
  host: HostLink<HostContract>,
  selections: Selections,
  memory: Memory,
  /** What takes a path of this machine needs a project of this machine; asked before a dialog is shown. */
  server: ServerConnection,
  vault: Vault,
  reload: () => void,
  restarts: RestartNews,
): Router {
  return createRouter(shellContract, {
    ...serverProcedures(server, memory, vault, reload),
    'shell.info': () => ({
      electron: process.versions['electron'],
      chrome: process.versions['chrome'],
      runtime:
        process.versions['electron'] === packageJson.devDependencies.electron ? 'electron' : 'fallback',
    }),
    'shell.dataFolder': () => ({ path: dataFolder(memory) }),
    async 'shell.chooseDataFolder'() {
      const path = await askWhichFolder(dataFolder(memory))
      if (path !== null) memory.keep({ dataFolder: path })
      return path === null ? null : { path }
    },
    'shell.openSample': () => host.call('project.openSample', { folder: dataFolder(memory) }),
    async 'shell.openProject'() {
      server.requireLocal()
      const path = await askWhichStore(memory.value.dataFolder)
      return path === null ? null : host.call('project.open', { path })
    },
    async 'shell.newProject'({ suggestedName }) {
      server.requireLocal()
      const path = await askWhere(suggestedName, 'sqlite', memory.value.dataFolder)
      return path === null ? null : host.call('project.create', { path })
    },
    'shell.previewImport': ({ selection, ...question }) =>
      host.call('imports.preview', { paths: selections.pathsOf(selection), ...question }),
    'shell.startImport': ({ selection, ...request }) =>
      host.call('imports.start', { paths: selections.pathsOf(selection), ...request }),
    async 'shell.backup'({ suggestedName }, context) {
      server.requireLocal()
      const path = await askWhere(suggestedName, 'sqlite')
      return path === null ? null : host.call('safety.backup', { path }, following(context))
    },
    async 'shell.saveDiagnostics'({ suggestedName }) {
      server.requireLocal()
      const path = await askWhere(suggestedName, 'zip')
      return path === null ? null : host.call('diagnostics.save', { path })
    },
    async 'shell.restore'(_input, context) {
      server.requireLocal()
      const path = await askWhichStore(null)
      return path === null ? null : host.call('safety.restore', { path }, following(context))
    },
    async 'shell.recoverFrom'(_input, context) {
      server.requireLocal()
      const path = await askWhichStore(null)
      return path === null ? null : host.call('safety.recoverFrom', { path }, following(context))
    },
    'shell.countReportPages': (question) => countReportPages(host, question),
    'shell.exportReport': ({ format, suggestedName, ...question }, context) =>
      exportReport(host, question, { format, suggestedName }, context),
    'shell.saveFile': ({ suggestedName, file }) => saveFile(host, suggestedName, file),
    'shell.notify': (notice) => ({ shown: notify(notice) }),
    'shell.copyText': ({ text }) => {
      clipboard.writeText(text)
      return {}
    },
    'shell.restarts': (_input, emit) => restarts.follow(emit),
  })
}

/** Which store a person wants, looked for in `folder` first, null: where the system looks; null when the dialog was dismissed. */
async function askWhichStore(folder: string | null): Promise<string | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog(parentWindow(), {
    ...(folder === null ? {} : { defaultPath: folder }),
    properties: ['openFile'],
    filters: [
      { name: 'Plateau', extensions: ['sqlite'] },
      { name: '*', extensions: ['*'] },
    ],
  })
  return canceled ? null : filePaths[0]
}
