import { describe, expect, it } from 'vitest'
import { redact } from '../../../src-main/files/redact.ts'

describe('what a log tells', () => {
  it.each([
    ['no bars of 600000.SH on 2020-01-02', 'no bars of <symbol> on 2020-01-02'],
    ['sz000001 and 830799.BJ, SYN200.IDX', '<symbol> and <symbol>, <symbol>'],
    ['code 300750 twice: 300750', 'code <symbol> twice: <symbol>'],
    ['20200102 is a date, 1234567 a count', '20200102 is a date, 1234567 a count'],
  ])('is without instruments: %s', (text, told) => {
    expect(redact(text, '/data')).toBe(told)
  })

  it.each([
    ['at main (file:///opt/plateau/out/main/host.js:3:5)', 'at main (<path>)'],
    ["ENOENT: no such file, open '/home/li/我的 因子/alpha.csv'", "ENOENT: no such file, open '<path>'"],
    ['open "C:\\Users\\Li Wei\\x.csv" failed', 'open "<path>" failed'],
    ['\\\\server\\share\\x.csv', '<path>'],
    ['open "/data/mappings/a.json"', 'open "<app>/mappings/a.json"'],
    ['open "/database/a.json"', 'open "<path>"'],
    ['1/2 of 3 km/h', '1/2 of 3 km/h'],
  ])('is without paths outside the app’s folder: %s', (text, told) => {
    expect(redact(text, '/data')).toBe(told)
  })
})
