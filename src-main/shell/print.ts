import type { WebContents } from 'electron'
import { PlateauError } from '../../src-shared/errors.ts'
import { withDocument } from './document.ts'
import { countPages } from './pdf.ts'

/** Footer templates do not see the page's fonts: digits and Latin only. Chromium fills in the two classes. */
const FOOTER =
  '<div style="width:100%;text-align:center;font:8px sans-serif;color:#667085">' +
  '<span class="pageNumber"></span> / <span class="totalPages"></span></div>'

/**
 * Print one self-contained HTML document to A4 (or to the paper of its own `@page`), with outline, tags and page
 * numbers "n / N".
 * @returns the PDF and its number of pages
 * @throws PlateauError internal when the document cannot be loaded or printed; the reason of `signal` when it aborts
 */
export async function printHtml(html: string, signal?: AbortSignal): Promise<{ pdf: Buffer; pages: number }> {
  const print = async (webContents: WebContents): Promise<{ pdf: Buffer; pages: number }> => {
    // Images are there once the page has loaded; to be decoded ahead of time they would have to be shown.
    await webContents.executeJavaScript('document.fonts.ready.then(() => true)')
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
  }
  try {
    return await withDocument(html, print, signal)
  } catch (error) {
    signal?.throwIfAborted()
    throw new PlateauError('internal', `The report could not be printed: ${String(error)}`, { cause: error })
  }
}
