import type { ErrorCode } from '../../src-shared/errors.ts'
import type { Texts as SameShape } from '../../src-shared/locales/index.ts'
import type { zhCN } from './zh-CN.ts'

/** What each locale must provide: the shape of the Chinese texts, and a title for every error code. */
export type Texts = SameShape<typeof zhCN> & { readonly errors: Readonly<Record<ErrorCode, string>> }
