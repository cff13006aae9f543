import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readReportOptions } from '../../../src-main/cli/report.ts'

const folder = mkdtempSync(join(tmpdir(), 'plateau-report-options-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const written = (name: string, text: string): string => {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

describe('readReportOptions', () => {
  it('reads a file, a byte order mark before it too; what is absent takes its default', async () => {
    const file = written('good.json', '\uFEFF{"locale":"en","without":["training"],"disclaimer":"Ours."}')
    expect(await readReportOptions(file)).toEqual({
      locale: 'en',
      without: ['training'],
      title: '',
      firm: '',
      authors: '',
      disclaimer: 'Ours.',
      logo: '',
      watermark: '',
    })
    expect(await readReportOptions(undefined)).toMatchObject({ locale: 'zh-CN', without: [] })
  })

  it('names what is wrong', async () => {
    await expect(readReportOptions(join(folder, 'none.json'))).rejects.toMatchObject({
      code: 'file_not_found',
    })
    await expect(readReportOptions(folder)).rejects.toMatchObject({ code: 'file_unreadable' })
    await expect(readReportOptions(written('cut.json', '{'))).rejects.toMatchObject({ code: 'usage' })
    const file = written('bad.json', '{"without":["training","notes"]}')
    await expect(readReportOptions(file)).rejects.toMatchObject({
      code: 'usage',
      place: { file, field: 'without[1]' },
    })
    const long = written('long.json', JSON.stringify({ watermark: '水'.repeat(41) }))
    await expect(readReportOptions(long)).rejects.toMatchObject({
      code: 'usage',
      place: { file: long, field: 'watermark' },
    })
    const unknown = written('unknown.json', '{"colour":"red"}')
    await expect(readReportOptions(unknown)).rejects.toMatchObject({
      code: 'usage',
      place: { file: unknown, field: 'colour' },
    })
    const none = written('none.json', '[]')
    await expect(readReportOptions(none)).rejects.toMatchObject({
      code: 'usage',
      place: { file: none, field: '(the whole file)' },
    })
  })
})
