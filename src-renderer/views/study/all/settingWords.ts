import type { Locale } from '../../../../src-shared/locales/index.ts'

/** What the settings of a study are told with. */
export interface Words {
  readonly locale: Locale
  /** The window's own texts, and whether there is one. */
  readonly t: (key: string, values?: Record<string, string>) => string
  readonly te: (key: string) => boolean
  readonly indexName: (symbol: string) => string
}

export type Texts = Readonly<Record<string, string>>

/** The text of a name, also of one that every object has; undefined where there is none. */
export const textIn = (texts: Texts, name: string): string | undefined =>
  Object.hasOwn(texts, name) ? texts[name] : undefined

/** The part that a setting is of, and its name there. */
export function partOf(setting: string): readonly [part: string, name: string] {
  const at = setting.lastIndexOf('.')
  return [setting.slice(0, Math.max(at, 0)), setting.slice(at + 1)]
}
