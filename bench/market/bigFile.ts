import { closeSync, existsSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { HEADER, type MarketFiles } from './files.ts'

/** A symbol of the generated market within its row. */
const SYMBOL = /,(\d{6})\.(S[HZ]),/g

/**
 * One CSV of `bytes` bytes, to the next whole row, where it is not there yet: the rows of a market of `symbols` symbols over and
 * over, each time under further symbols, so that no key comes twice.
 */
export function writeBigFile(path: string, market: MarketFiles, symbols: number, bytes: number): void {
  if (existsSync(path)) return
  const unfinished = `${path}.unfinished`
  const file = openSync(unfinished, 'w')
  let room = bytes - writeSync(file, `${HEADER}\n`)
  for (let copy = 0; room > 0; copy++) {
    for (const part of market.barFiles) {
      const rows = readFileSync(part, 'utf8')
        .slice(HEADER.length + 1)
        .replace(SYMBOL, (_, code: string, exchange: string) => {
          return `,${String(Number(code) + copy * symbols).padStart(6, '0')}.${exchange},`
        })
      const whole = rows.length <= room ? rows : rows.slice(0, rows.indexOf('\n', room) + 1)
      room -= writeSync(file, whole)
      if (room <= 0) break
    }
  }
  closeSync(file)
  renameSync(unfinished, path)
}
