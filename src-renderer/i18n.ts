import { createI18n } from 'vue-i18n'
import { en } from './locales/en.ts'
import { zhCN } from './locales/zh-CN.ts'

/** The window's own texts. Terms shared with the report come from src-shared/locales. */
export const i18n = createI18n({
  legacy: false,
  locale: 'zh-CN',
  fallbackLocale: 'en',
  messages: { 'zh-CN': zhCN, en },
})
