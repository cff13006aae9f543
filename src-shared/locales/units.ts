import type { Locale } from './index.ts'

/** Units of large numbers with their size, largest first. */
export const LARGE_UNITS: Readonly<Record<Locale, readonly (readonly [size: number, name: string])[]>> = {
  'zh-CN': [
    [1e8, '亿'],
    [1e4, '万'],
  ],
  en: [
    [1e9, 'B'],
    [1e6, 'M'],
    [1e3, 'K'],
  ],
}
