import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLog } from '../../../src-main/files/log.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'plateau-log-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const lines = (name: string): Record<string, unknown>[] =>
  readFileSync(path.join(folder, 'logs', name), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

describe('a log', () => {
  it('has a redacted line of JSON for each event', () => {
    const log = createLog(path.join(folder, 'logs'), 'host', folder)
    log('start')
    log('failed', { call: 'data.prices', error: `600000.SH\nin ${folder}/x, "/etc/y"`, rows: 3 })
    expect(lines('host.log')).toEqual([
      { time: expect.any(String), event: 'start' },
      {
        time: expect.any(String),
        event: 'failed',
        call: 'data.prices',
        error: '<symbol>\nin <app>/x, "<path>"',
        rows: 3,
      },
    ])
  })

  it('goes on in a new file at a mebibyte and keeps the last five', () => {
    const log = createLog(path.join(folder, 'logs'), 'host', folder)
    const filler = 'x'.repeat(300_000)
    for (let event = 0; event < 25; event++) log(String(event), { filler })
    const names = readdirSync(path.join(folder, 'logs')).sort()
    expect(names).toEqual(['host.1.log', 'host.2.log', 'host.3.log', 'host.4.log', 'host.log'])
    const kept = ['host.4.log', 'host.3.log', 'host.2.log', 'host.1.log', 'host.log'].flatMap(lines)
    expect(kept.map(({ event }) => Number(event))).toEqual(Array.from({ length: 13 }, (_, at) => 12 + at))
  })

  it('keeps nothing from being done where it cannot be written', () => {
    writeFileSync(path.join(folder, 'logs'), 'a file where the folder would be')
    createLog(path.join(folder, 'logs'), 'host', folder)('start')
    expect(existsSync(path.join(folder, 'logs', 'host.log'))).toBe(false)
  })
})
