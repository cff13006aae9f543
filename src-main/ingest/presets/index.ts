import type { Preset } from '../layout.ts'
import { akshare } from './akshare.ts'
import { baostock } from './baostock.ts'
import { generic } from './generic.ts'
import { kaggle } from './kaggle.ts'
import { nse } from './nse.ts'
import { qlib } from './qlib.ts'
import { tushare } from './tushare.ts'
import { wind } from './wind.ts'

/** Every preset, the more specific first: with `auto` the first that recognises a file reads it. */
export const PRESETS: readonly Preset[] = [qlib, wind, baostock, tushare, akshare, nse, kaggle, generic]
