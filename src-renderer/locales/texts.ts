import type { ErrorCode } from '../../src-shared/errors.ts'
import type { zhCN } from './zh-CN.ts'

type Widened<T> = T extends string ? string : { readonly [K in keyof T]: Widened<T[K]> }

/** What each locale must provide: the shape of the Chinese texts, and a title for every error code. */
export type Texts = Widened<typeof zhCN> & { readonly errors: Readonly<Record<ErrorCode, string>> }
