import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLog } from '../../../src-main/files/log.ts'
import { type LogPiece, type LogPlace, readLog } from '../../../src-main/files/readLog.ts'

let folder: string
let logs: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'plateau-log-'))
  logs = path.join(folder, 'logs')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const ask = (
  limit: number,
  between: { before?: LogPlace | null; after?: LogPlace | null } = {},
  wanted: (line: string) => boolean = () => true,
): Promise<LogPiece> => readLog(logs, 'host', { before: null, after: null, ...between, limit, wanted })
const eventsOf = ({ lines }: LogPiece): string[] =>
  lines.map(({ text }) => (JSON.parse(text) as { event: string }).event)
const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, at) => String(from + at))

/** Every event of the log, in pieces from its end. */
async function pieces(limit: number): Promise<string[]> {
  const all: string[] = []
  let before: LogPlace | null = null
  for (;;) {
    const piece = await ask(limit, { before })
    all.unshift(...eventsOf(piece))
    before = piece.oldest
    if (before === null) return all
  }
}

describe('the log is read', () => {
  it('from its end, in pieces of any length, over all its files', async () => {
    const log = createLog(logs, 'host', folder)
    const filler = 'x'.repeat(120_000)
    for (let event = 0; event < 25; event++) log(String(event), { filler })
    for (const limit of [1, 7, 8, 24, 25, 1000]) expect(await pieces(limit)).toEqual(numbers(0, 25))
    expect(eventsOf(await ask(3))).toEqual(['22', '23', '24'])
    expect(eventsOf(await ask(3, {}, (line) => /"event":"\d*5"/.test(line)))).toEqual(['5', '15'])
  })

  it('from the place where it ended last, also when its file has got another name since', async () => {
    const log = createLog(logs, 'host', folder)
    for (let event = 0; event < 3; event++) log(String(event))
    const { newest } = await ask(10)
    expect(await ask(10, { after: newest })).toEqual({ lines: [], oldest: null, newest })
    const filler = 'x'.repeat(400_000)
    for (let event = 3; event < 9; event++) log(String(event), { filler })
    const since = await ask(10, { after: newest })
    expect([eventsOf(since), since.oldest]).toEqual([numbers(3, 9), null])
    const after = since.newest
    for (let event = 9; event < 12; event++) log(String(event))
    // More than a piece: that something is left between is told, and where.
    const short = await ask(2, { after })
    expect(eventsOf(short)).toEqual(['10', '11'])
    const between = await ask(2, { after, before: short.oldest })
    expect([eventsOf(between), between.oldest]).toEqual([['9'], null])
  })

  it('without a line that is being written, and with one that is none', async () => {
    mkdirSync(logs)
    writeFileSync(path.join(logs, 'host.log'), 'cut\n\n{"event":"whole"}\n{"event":"ha')
    const piece = await ask(10)
    expect(piece.lines.map(({ text }) => text)).toEqual(['cut', '', '{"event":"whole"}'])
    appendFileSync(path.join(logs, 'host.log'), 'lf"}\n')
    expect(eventsOf(await ask(10, { after: piece.newest }))).toEqual(['half'])
  })

  it('as nothing where there is none, and with an error where it cannot be read', async () => {
    expect(await ask(10)).toEqual({ lines: [], oldest: null, newest: null })
    writeFileSync(logs, 'a file where the folder would be')
    await expect(ask(10)).rejects.toMatchObject({ code: 'file_unreadable' })
  })

  it('as nothing before a place that is no more', async () => {
    createLog(logs, 'host', folder)('start')
    expect(await ask(10, { before: { file: 'gone', offset: 5 } })).toMatchObject({ lines: [], oldest: null })
    const { newest } = await ask(10)
    expect(eventsOf(await ask(10, { before: { ...newest!, offset: 2 ** 50 } }))).toEqual(['start'])
  })
})
