import type { Locale, Texts } from '../../../src-shared/locales/index.ts'
import { en } from './en.ts'
import { zhCN } from './zh-CN.ts'

export type ReportText = Texts<typeof zhCN>

export const reportTexts: Readonly<Record<Locale, ReportText>> = { 'zh-CN': zhCN, en }
