import { describe, expect, it } from 'vitest'
import { fileName } from '../../../src-main/shell/fileName.ts'

describe('fileName', () => {
  it.each([
    ['绩效统计', 'csv', '绩效统计.csv'],
    ['report.PDF', 'pdf', 'report.pdf'],
    ['../../etc/passwd', 'csv', '_.._etc_passwd.csv'],
    ['a\\b:c*?"<>|\n', 'svg', 'a_b_c_______.svg'],
    [' .hidden. ', 'png', 'hidden.png'],
    ['', 'xlsx', 'plateau.xlsx'],
    ['con', 'csv', 'plateau.csv'],
    ['平'.repeat(120), 'csv', `${'平'.repeat(120)}.csv`],
    [`${'平'.repeat(300)}-合成数据`, 'csv', `${'平'.repeat(70)}…${'平'.repeat(44)}-合成数据.csv`],
    ['😀'.repeat(121), 'png', `${'😀'.repeat(70)}…${'😀'.repeat(49)}.png`],
  ])('of %j as %s is %j', (suggested, extension, expected) => {
    expect(fileName(suggested, extension)).toBe(expected)
  })
})
