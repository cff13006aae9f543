import type { ErrorText } from '../../failure.ts'

/** Why a portfolio cannot be held against an index, kept to its rules, or valued. */
export const portfolioErrors = {
  benchmarkMissing: {
    code: 'data_insufficient',
    'zh-CN': {
      message: '{date} 基准 {symbol} 有 {share} 无法确定权重：其股票没有行情，或库中没有其权重。',
      remedy: '请导入其成分股的行情与整个预测期的权重，或另选指数。',
    },
    en: {
      message:
        '{share} of the benchmark {symbol} cannot be weighted on {date}: its stocks have no bars, or no weight is stored for them.',
      remedy:
        'Import the bars of its members and its weights for the whole prediction, or choose another index.',
    },
  },
  benchmarkEmpty: {
    code: 'data_insufficient',
    'zh-CN': {
      message: '{date} 指数 {symbol} 既没有权重，也没有具备行情的成分股。',
      remedy: '请导入覆盖该区间的指数权重或指数成分。',
    },
    en: {
      message: 'index {symbol} has neither weights nor members with bars on {date}',
      remedy: 'Import index weights or index members that cover the period.',
    },
  },
  closesEnd: {
    code: 'data_insufficient',
    'zh-CN': {
      message: '指数 {symbol} 的收盘价止于 {last}，早于最后一日 {end}。',
      remedy: '请导入其至 {end} 的收盘价，或使预测截止日不晚于 {last}。',
    },
    en: {
      message: 'The closes of the index {symbol} end on {last}, before the last day, {end}.',
      remedy: 'Import its closes up to {end}, or end the prediction by {last}.',
    },
  },
  leastWeightsTooLarge: {
    code: 'infeasible',
    'zh-CN': {
      message: '个股权重的下限合计为组合的 {least}。',
      remedy: '请将其合计降至 100% 以内。',
    },
    en: {
      message: 'The least weights of single stocks sum to {least} of the portfolio.',
      remedy: 'Lower them to 100% together, or less.',
    },
  },
  noVolumes: {
    code: 'data_insufficient',
    'zh-CN': {
      message: '成交参与率上限需要成交量，而在研究的任一决策日之前，库中都没有成交量。',
      remedy: '请导入含成交量的行情，或取消成交参与率上限。',
    },
    en: {
      message:
        'A limit of participation needs traded volumes, and the store has none before any decision of the study.',
      remedy: 'Import bars with their volume, or set participationMax to null.',
    },
  },
  stockUnknown: {
    code: 'not_found',
    'zh-CN': {
      message: '库中没有股票 {symbol} 的行情。',
      remedy: '请导入其行情，或将其从组合的约束中移除。',
    },
    en: {
      message: 'The stock {symbol} has no bars in the store.',
      remedy: 'Import its bars, or take it out of the limits.',
    },
  },
  fillDayUnknown: {
    code: 'not_found',
    'zh-CN': {
      message: '调仓记录中的 {date} 没有任何股票的价格。',
      remedy: '请导入该研究所用的行情。',
    },
    en: {
      message: 'no prices of any stock on {date}, a day of the ledger',
      remedy: 'Import the bars that the study was run on.',
    },
  },
  fillStockUnknown: {
    code: 'not_found',
    'zh-CN': {
      message: '调仓记录中的 {date} 没有 {symbol} 的价格。',
      remedy: '请导入该研究所用的行情。',
    },
    en: {
      message: 'no prices of {symbol} on {date}, a day of the ledger',
      remedy: 'Import the bars that the study was run on.',
    },
  },
  beforePrices: {
    code: 'data_insufficient',
    'zh-CN': { message: '{date} 及之前没有价格。', remedy: '请选择更晚的日期，或导入更早的行情。' },
    en: {
      message: 'no prices on or before {date}',
      remedy: 'Choose a later date or import earlier bars.',
    },
  },
  unreachable: {
    code: 'infeasible',
    'zh-CN': {
      message: '个股权重合计只能在 {lower} 至 {upper} 之间，无法等于 100%；{cause}。',
      remedy: '请{remedies}。',
    },
    en: {
      message: 'single stocks may weigh between {lower} and {upper} together, not 100%; {cause}',
      remedy: '{remedies}',
    },
  },
} as const satisfies Record<string, ErrorText>

/** Why the weights of single stocks cannot sum to 100%; `{obstacles}` are some of `obstaclePhrases`. */
export const unreachableCauses = {
  one: { 'zh-CN': '原因：{obstacles}', en: 'what is in the way: {obstacles}' },
  each: {
    'zh-CN': '以下各项单独即足以致此：{obstacles}',
    en: 'what is in the way, each by itself: {obstacles}',
  },
  together: {
    'zh-CN':
      '并非单一规则所致，而是几项共同所致：个股偏离上限、指定个股权重范围、清仓名单、不交易名单与停牌股票',
    en: 'no single rule is the cause, but several together: stock bands, `stocks`, `sell`, `hold` and stocks that cannot trade',
  },
} as const

/** What can be in the way. */
export const obstaclePhrases = {
  stocks: { 'zh-CN': '指定个股权重范围', en: 'the weights that `stocks` asks for' },
  sell: { 'zh-CN': '清仓名单', en: 'the list `sell`' },
  untraded: {
    'zh-CN': '停牌或不交易的股票，其权重保持 {weight}',
    en: 'stocks that cannot trade or are on `hold`, which keep {weight}',
  },
  stockActiveMax: { 'zh-CN': '个股偏离上限 {band}', en: 'stock bands of {band}' },
} as const

/** What to do about it; several of these stand in one remedy. */
export const unreachableRemedies = {
  stocks: {
    'zh-CN': '降低指定个股的权重下限或提高其上限（stocks）',
    en: 'Lower the least or raise the largest weights in `stocks`.',
  },
  sell: { 'zh-CN': '缩短清仓名单（sell）', en: 'Take stocks out of `sell`.' },
  hold: { 'zh-CN': '缩短不交易名单（hold）', en: 'Take stocks out of `hold`.' },
  stockActiveMax: { 'zh-CN': '将个股偏离上限提高至 {band}', en: 'Raise stockActiveMax to {band}.' },
  several: { 'zh-CN': '同时放宽其中几项', en: 'Loosen several of these rules together.' },
} as const
