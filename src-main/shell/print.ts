import { randomUUID } from 'node:crypto'
import { type Session, session, WebContentsView } from 'electron'
import { PlateauError } from '../../src-shared/errors.ts'
import { countPages } from './pdf.ts'
import { denyPermissions, hardenedPreferences, lockNavigation } from './security.ts'

/** Scheme of the one document the print view shows. */
export const PRINT_SCHEME = 'plateau-print'

/** A report is self-contained: its styles stand in it, its fonts and images are data, and it has no scripts. */
const PRINT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:"

/** Footer templates do not see the page's fonts: digits and Latin only. Chromium fills in the two classes. */
const FOOTER =
  '<div style="width:100%;text-align:center;font:8px sans-serif;color:#667085">' +
  '<span class="pageNumber"></span> / <span class="totalPages"></span></div>'

/**
 * Print one self-contained HTML document to A4 (or to the paper of its own `@page`), with outline, tags and page
 * numbers "n / N". The document lives in a view of its own that is never shown, in a session of its own that
 * reaches nothing else.
 * @returns the PDF and its number of pages
 * @throws PlateauError internal when the document cannot be loaded or printed
 */
export async function printHtml(html: string): Promise<{ pdf: Buffer; pages: number }> {
  const printSession = session.fromPartition(`print-${randomUUID()}`)
  denyPermissions(printSession)
  servePage(printSession, html)
  // A view without a window needs no display: the command line prints on a bare server.
  const view = new WebContentsView({ webPreferences: hardenedPreferences({ session: printSession }) })
  const { webContents } = view
  lockNavigation(webContents)
  try {
    await webContents.loadURL(`${PRINT_SCHEME}://document/`)
    await webContents.executeJavaScript(
      'Promise.all([document.fonts.ready, ...Array.from(document.images, (image) => image.decode().catch(() => {}))]).then(() => true)',
    )
    const pdf = await webContents.printToPDF({
      pageSize: 'A4',
      preferCSSPageSize: true,
      printBackground: true,
      generateDocumentOutline: true,
      generateTaggedPDF: true,
      displayHeaderFooter: true,
      headerTemplate: '<span></span>',
      footerTemplate: FOOTER,
    })
    return { pdf, pages: countPages(pdf) }
  } catch (error) {
    throw new PlateauError('internal', `The report could not be printed: ${String(error)}`, { cause: error })
  } finally {
    // Named through the view: a view nothing refers to is collected, and its page with it.
    view.webContents.close()
    printSession.protocol.unhandle(PRINT_SCHEME)
  }
}

function servePage(printSession: Session, html: string): void {
  printSession.protocol.handle(
    PRINT_SCHEME,
    () =>
      new Response(html, {
        headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': PRINT_POLICY },
      }),
  )
}
