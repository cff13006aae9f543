import { describe, expect, it } from 'vitest'
import { i18n } from '../../../src-renderer/i18n.ts'
import { useNotice } from '../../../src-renderer/composables/useNotice.ts'

describe('a notice', () => {
  const { t, locale } = i18n.global

  it('is said in the language that the window is switched to', () => {
    const { text, say, clear } = useNotice()
    expect(text.value).toBeNull()

    locale.value = 'zh-CN'
    say(() => t('exports.saved', { path: '/a/净值.csv' }))
    expect(text.value).toBe('已保存至 /a/净值.csv')
    locale.value = 'en'
    expect(text.value).toBe('Saved to /a/净值.csv')

    clear()
    expect(text.value).toBeNull()
  })
})
