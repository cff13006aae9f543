import { app, type BrowserWindow, dialog } from 'electron'
import { fillPlaceholders } from '../../src-shared/locales/index.ts'
import { shellTexts } from '../../src-shared/locales/shell.ts'
import type { Log } from '../files/log.ts'
import { createDeaths, DEATHS_A_MINUTE } from './deaths.ts'

/**
 * Load the window's page again when its process ends, until that happens too often: then, and when it hangs, the user is asked. What
 * runs does so in other processes and goes on meanwhile.
 * @param onBack told when the page is there again
 */
export function keepPage(
  window: BrowserWindow,
  { log, onBack }: { readonly log: Log; readonly onBack: () => void },
): void {
  const { webContents } = window
  const deaths = createDeaths()
  // As the system's own dialogs: the language chosen in the page is not known without the page.
  const texts = shellTexts[app.getLocale().startsWith('zh') ? 'zh-CN' : 'en']
  /** A question that stands open, and ends when it has no point any more. */
  let question: AbortController | null = null

  const ask = async (message: string, detail: string, buttons: string[]): Promise<number> => {
    question = new AbortController()
    const { response } = await dialog.showMessageBox(window, {
      type: 'warning',
      message,
      detail,
      buttons,
      defaultId: 0,
      cancelId: 0,
      noLink: true,
      signal: question.signal,
    })
    question = null
    return response
  }
  const reload = (): void => {
    webContents.once('did-finish-load', onBack)
    webContents.reload()
  }

  webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return
    question?.abort()
    if (!deaths.add(performance.now())) return reload()
    const { message, detail, reload: again, quit } = texts.gone
    void ask(message, fillPlaceholders(detail, { count: String(DEATHS_A_MINUTE + 1) }), [again, quit]).then(
      (answer) => {
        log('page given up', { answer })
        if (answer === 1) return app.quit()
        deaths.forget()
        reload()
      },
    )
  })
  webContents.on('unresponsive', () => {
    if (question !== null) return
    const { message, detail, wait, reload: again } = texts.hung
    void ask(message, detail, [wait, again]).then((answer) => {
      log('page hangs', { answer })
      // It does not hear that it shall load again; its end is answered above.
      if (answer === 1 && !window.isDestroyed()) webContents.forcefullyCrashRenderer()
    })
  })
  webContents.on('responsive', () => question?.abort())
}
