import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { html, trusted } from '../../../src-main/report/html.ts'
import { visibleText } from './document.ts'

describe('html', () => {
  it('escapes strings, keeps markup, joins lists and skips null', () => {
    const item = html`<i>${'<&>'}</i>`
    const list = html`<b>${[item, null, trusted('<i>2</i>')]}${null}${3}</b>`
    expect(list.markup).toBe('<b><i>&lt;&amp;&gt;</i><i>2</i>3</b>')
  })

  it('keeps any text inside its element and attribute', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const { markup } = html`<p title="${text}">${text}</p>`
        const inner = markup.slice(markup.indexOf('">') + 2, -'</p>'.length)
        expect(inner).not.toMatch(/[<>"']/)
        expect(visibleText(inner)).toBe(text.replace(/\s+/g, ' ').trim())
      }),
    )
  })
})
