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
 * @throws PlateauError internal when the document cannot be loaded or printed
 */
export async function printHtml(html: string): Promise<{ pdf: Buffer; pages: number }> {
  try {
    return await withDocument(html, async (webContents) => {
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
    })
  } catch (error) {
    throw new PlateauError('internal', `The report could not be printed: ${String(error)}`, { cause: error })
  }
}
