import fs from 'node:fs/promises'
import { printHtml } from './print.ts'

/**
 * One print for the command line (`electron APP --print-html=IN --print-pdf=OUT`): one JSON line with the number of
 * pages on standard output, or the error on standard error.
 * @returns the exit code, 0 or 1
 */
export async function runPrintJob(job: { html: string; pdf: string }): Promise<0 | 1> {
  try {
    const { pdf, pages } = await printHtml(await fs.readFile(job.html, 'utf8'))
    await fs.writeFile(job.pdf, pdf)
    console.log(JSON.stringify({ pages }))
    return 0
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    return 1
  }
}
