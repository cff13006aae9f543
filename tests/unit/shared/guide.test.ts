import { describe, expect, it } from 'vitest'
import { guidePages, readPage } from '../../../scripts/guide.ts'
import { formulaOf, METHODS, optimizerConfig } from '../../../src-shared/domain/optimizer/index.ts'

const pages = guidePages()

describe('the pages made by scripts/guide.ts', () => {
  it.each(pages)('are as it makes them: $path (if not: node scripts/guide.ts)', ({ path, content }) => {
    expect(readPage(path)).toBe(content)
  })

  it.each(pages)('name every method and paper, and leave nothing unfilled: $path', ({ path, content }) => {
    for (const { method, paper } of METHODS) {
      if (method === 'composed') continue
      const formula = formulaOf(optimizerConfig.parse({ name: method, method }), 'ic')
      expect(content, method).toMatch(new RegExp(`"method": "${method}"|\`${method}\` \\|`))
      if (!path.includes('/guide/')) continue
      if (paper !== null) expect(content).toContain(`${paper.authors} (${paper.year}), *${paper.title}*`)
      for (const line of formula) expect(content).toContain(line)
    }
    expect(content).not.toMatch(/[`|] ?(?:undefined|NaN) ?[`|]|\[object|\{(?:least|most|kind)\}/)
  })

  it('write no Chinese in English', () => {
    const english = pages.filter(({ path }) => !path.includes('zh-CN'))
    expect(english.length).toBe(2)
    for (const { content } of english) expect(content).not.toMatch(/\p{Script=Han}/u)
  })
})
