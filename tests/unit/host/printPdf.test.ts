import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { extractImages, getDocumentProxy } from 'unpdf'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { printPdf } from '../../../src-main/host/printPdf.ts'
import { PlateauError } from '../../../src-shared/errors.ts'

const root = path.resolve(import.meta.dirname, '../../..')
const ready =
  fs.existsSync(path.join(root, '.runtime/electron.json')) &&
  fs.existsSync(path.join(root, 'out/main/shell.js'))

let folder = ''
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plateau-pdf-'))
})
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }))
afterEach(() => vi.unstubAllEnvs())

const document = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Three pages</title>
<style>@page { size: A4; margin: 15mm } h1 { break-before: page }</style></head><body>
<h1>First</h1><p id="script">no script ran</p><script>document.getElementById('script').textContent = 'a script ran'</script>
<h1>Second</h1><p>body</p><h1>Third</h1><img src="https://example.com/x.png" alt="remote"></body></html>`

/** 16 pixels wide and high, of one colour. */
const PICTURE =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAACQkWg2AAAAFklEQVR42mOQtS8iCTGMahjVMHw1AAAwhc4BY3O5iAAAAABJRU5ErkJggg=='

async function open(file: string) {
  return getDocumentProxy(new Uint8Array(fs.readFileSync(file)))
}
type Pdf = Awaited<ReturnType<typeof open>>
async function textOf(pdf: Pdf, number: number): Promise<string> {
  const { items } = await (await pdf.getPage(number)).getTextContent()
  return items.map((item) => ('str' in item ? item.str : '')).join(' ')
}

describe.skipIf(!ready)('printPdf (needs the runtime and the bundle of npm run setup)', () => {
  it('prints A4 with outline, tags, title and page numbers, and reports the pages', async () => {
    const file = path.join(folder, 'report.pdf')
    expect(await printPdf(document, file)).toEqual({ pages: 3 })
    const pdf = await open(file)
    expect(pdf.numPages).toBe(3)
    const [left, bottom, right, top] = (await pdf.getPage(1)).view
    // A4 in points, to the third of a point that Chromium rounds its paper to.
    expect([left, bottom, Math.abs(right - 595.28) < 0.5, Math.abs(top - 841.89) < 0.5]).toEqual([
      0,
      0,
      true,
      true,
    ])
    expect((await pdf.getOutline()).map((entry) => entry.title)).toEqual(['First', 'Second', 'Third'])
    expect(await pdf.getMarkInfo()).toMatchObject({ Marked: true })
    expect((await pdf.getMetadata()).info).toMatchObject({ Title: 'Three pages', Language: 'en' })
    for (const number of [1, 2, 3]) expect(await textOf(pdf, number)).toContain(`${number} / 3`)
    expect(await textOf(pdf, 1)).toContain('no script ran')
    expect(fs.readdirSync(folder)).toEqual(['report.pdf'])
  })

  it('prints pictures that stand in the document', async () => {
    const file = path.join(folder, 'picture.pdf')
    expect(await printPdf(`<!doctype html><img src="${PICTURE}" alt="">`, file)).toEqual({ pages: 1 })
    const images = await extractImages(await open(file), 1)
    expect(images.map(({ width, height }) => [width, height])).toEqual([[16, 16]])
    fs.rmSync(file)
  })

  it('reports a folder that is missing', async () => {
    await expect(printPdf('<p>x', path.join(folder, 'missing/x.pdf'))).rejects.toMatchObject({
      code: 'file_not_found',
    })
  })
})

describe('printPdf without a runtime', () => {
  it('says what to do', async () => {
    vi.stubEnv('PLATEAU_ELECTRON', path.join(folder, 'no-electron'))
    await expect(printPdf('<p>x', path.join(folder, 'x.pdf'))).rejects.toMatchObject({
      code: 'runtime_missing',
      remedy: expect.stringContaining('npm run setup'),
    })
  })

  it('passes on what a runtime that fails had to say', async () => {
    const broken = path.join(folder, 'broken.sh')
    fs.writeFileSync(broken, '#!/bin/sh\necho "cannot draw" >&2\nexit 1\n', { mode: 0o755 })
    vi.stubEnv('PLATEAU_ELECTRON', broken)
    await expect(printPdf('<p>x', path.join(folder, 'x.pdf'))).rejects.toMatchObject({
      code: 'internal',
      message: expect.stringContaining('cannot draw'),
    })
    fs.rmSync(broken)
  })

  it('does not take an end without a PDF for success', async () => {
    const quiet = path.join(folder, 'quiet.sh')
    fs.writeFileSync(quiet, '#!/bin/sh\nexit 0\n', { mode: 0o755 })
    vi.stubEnv('PLATEAU_ELECTRON', quiet)
    await expect(printPdf('<p>x', path.join(folder, 'x.pdf'))).rejects.toMatchObject({
      code: 'runtime_missing',
      remedy: expect.any(String),
    })
    fs.rmSync(quiet)
  })

  it('ends with the reason of its signal, and the runtime with it', async () => {
    const slow = path.join(folder, 'slow.sh')
    const started = path.join(folder, 'started')
    fs.writeFileSync(
      slow,
      `#!/bin/sh\necho $$ > ${started}.tmp\nmv ${started}.tmp ${started}\nexec sleep 60\n`,
      {
        mode: 0o755,
      },
    )
    vi.stubEnv('PLATEAU_ELECTRON', slow)
    const stop = new AbortController()
    const printing = printPdf('<p>x', path.join(folder, 'x.pdf'), stop.signal)
    const refused = expect(printing).rejects.toMatchObject({ code: 'interrupted' })
    await vi.waitFor(() => expect(fs.existsSync(started)).toBe(true), 10_000)
    stop.abort(new PlateauError('interrupted', 'stopped'))
    await refused
    const pid = Number(fs.readFileSync(started, 'utf8'))
    expect(() => process.kill(pid, 0)).toThrow('ESRCH')
    expect(fs.existsSync(path.join(folder, 'x.pdf'))).toBe(false)
    fs.rmSync(slow)
    fs.rmSync(started)
  })
})
