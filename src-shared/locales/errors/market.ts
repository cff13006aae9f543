import type { ErrorText } from '../../failure.ts'

const indexUnknown = {
  'zh-CN': '库中没有指数 {index}。',
  en: 'The index {index} is not in the store.',
} as const
const membersUnknown = {
  'zh-CN': '库中没有 {index} 的成分。',
  en: 'No membership of {index} is in the store.',
} as const
const storedMembers = {
  'zh-CN': '已有成分的指数：{indices}。',
  en: 'Membership is stored for: {indices}.',
} as const
const noMembers = {
  'zh-CN': '库中没有任何指数的成分：请导入成分文件，或以全部证券为股票池。',
  en: 'No index membership is stored: import a membership file, or use every instrument (null).',
} as const

const factorUnknown = {
  'zh-CN': '库中没有因子 {factor}。',
  en: 'The factor {factor} is not in the store.',
} as const

const periodEmpty = {
  'zh-CN': '{part}（{from} 至 {to}）内没有已入库的交易日。',
  en: 'The {part} period {from} to {to} holds no stored trading day.',
} as const

const storeDamaged = {
  'zh-CN': '请保留该文件并恢复其备份，或将数据重新导入新数据库。',
  en: 'Keep the file, restore a copy of it, or import the data again into a new store.',
} as const

/** What the stored data lack for what was asked of them, and how they or the samples made of them are damaged. */
export const marketErrors = {
  noBars: {
    code: 'data_insufficient',
    'zh-CN': { message: '库中没有日线。', remedy: '请先导入日线。' },
    en: { message: 'The store holds no bars.', remedy: 'Import daily bars first.' },
  },
  noBarOnCalendar: {
    code: 'data_insufficient',
    'zh-CN': {
      message: '已入库的日线都不在交易日历的日期上。',
      remedy: '请导入这些交易日的日线，或日线所属交易所的日历。',
    },
    en: {
      message: 'No stored bar lies on a day of the trading calendar.',
      remedy: 'Import bars of its days, or the calendar of their exchange.',
    },
  },
  barsOutOfOrder: {
    code: 'store_corrupt',
    'zh-CN': { message: '数据库已损坏：有股票的日线未按日期排列。', remedy: storeDamaged['zh-CN'] },
    en: {
      message: 'The store is damaged: the bars of a stock are not in the order of their days.',
      remedy: storeDamaged.en,
    },
  },
  stockBarsOutOfOrder: {
    code: 'store_corrupt',
    'zh-CN': { message: '数据库已损坏：{symbol} 的日线未按日期排列。', remedy: storeDamaged['zh-CN'] },
    en: {
      message: 'The store is damaged: the bars of {symbol} are not in order.',
      remedy: storeDamaged.en,
    },
  },
  stockUnknown: {
    code: 'not_found',
    'zh-CN': { message: '库中没有股票 {symbol}。', remedy: '请按代码、名称或拼音首字母搜索。' },
    en: {
      message: 'There is no stock {symbol} in this store.',
      remedy: 'Search for it by code, name or initials.',
    },
  },
  stockWithoutBars: {
    code: 'data_insufficient',
    'zh-CN': { message: '{symbol} 在交易日上没有日线。', remedy: '请导入其日线。' },
    en: { message: '{symbol} has no bar on a day of the exchange.', remedy: 'Import its daily bars.' },
  },

  indexUnknown: {
    code: 'not_found',
    'zh-CN': { message: indexUnknown['zh-CN'], remedy: storedMembers['zh-CN'] },
    en: { message: indexUnknown.en, remedy: storedMembers.en },
  },
  indexUnknownNoMembers: {
    code: 'not_found',
    'zh-CN': { message: indexUnknown['zh-CN'], remedy: noMembers['zh-CN'] },
    en: { message: indexUnknown.en, remedy: noMembers.en },
  },
  membersUnknown: {
    code: 'not_found',
    'zh-CN': { message: membersUnknown['zh-CN'], remedy: storedMembers['zh-CN'] },
    en: { message: membersUnknown.en, remedy: storedMembers.en },
  },
  noMembers: {
    code: 'not_found',
    'zh-CN': { message: membersUnknown['zh-CN'], remedy: noMembers['zh-CN'] },
    en: { message: membersUnknown.en, remedy: noMembers.en },
  },
  factorUnknown: {
    code: 'not_found',
    'zh-CN': { message: factorUnknown['zh-CN'], remedy: '已入库的因子：{factors}。' },
    en: { message: factorUnknown.en, remedy: 'Stored factors: {factors}.' },
  },
  noFactors: {
    code: 'not_found',
    'zh-CN': { message: factorUnknown['zh-CN'], remedy: '请先导入每日因子的文件。' },
    en: { message: factorUnknown.en, remedy: 'Import a file of daily factors first.' },
  },

  periodEmpty: {
    code: 'data_insufficient',
    'zh-CN': {
      message: periodEmpty['zh-CN'],
      remedy: '库中的交易日为 {first} 至 {last}：请移动区间，或导入所需的日期。',
    },
    en: {
      message: periodEmpty.en,
      remedy:
        'The store holds trading days from {first} to {last}: move the period, or import the days it needs.',
    },
  },
  noDays: {
    code: 'data_insufficient',
    'zh-CN': {
      message: periodEmpty['zh-CN'],
      remedy: '库中没有交易日：请移动区间，或导入所需的日期。',
    },
    en: {
      message: periodEmpty.en,
      remedy: 'The store holds no trading day: move the period, or import the days it needs.',
    },
  },
  fitTooShort: {
    code: 'data_insufficient',
    'zh-CN': {
      message: '训练区间有 {days} 个交易日，训练与验证两段各剔除末 {purge} 日后，没有可训练或验证的截面。',
      remedy: '请将训练起始日提前，或减小标签区间（horizon）或样本间隔（stride）。',
    },
    en: {
      message:
        'A fit period of {days} trading days leaves no date to train or validate on once {purge} days of each part are purged.',
      remedy: 'Start the fit period earlier, or shorten the horizon or the stride.',
    },
  },
  riskTooEarly: {
    code: 'data_insufficient',
    'zh-CN': {
      message: '{date} 的风险模型需要此前 {needed} 日的因子收益，现有 {days} 日。',
      remedy: '请导入更早的日线，推迟预测的开始，或停用风险模型。',
    },
    en: {
      message: 'The risk model of {date} needs {needed} days of factor returns before it; there are {days}.',
      remedy: 'Import earlier bars, let the predictions begin later, or do without a risk model (null).',
    },
  },
  tooFewToLayer: {
    code: 'data_insufficient',
    'zh-CN': {
      message:
        '{factor} 的单因子测试：其后尚有两个交易日的测试截面中，没有一个具有 {layers} 只有因子值且可买入的股票。',
      remedy: '请减少分层数，扩大股票池，或延长预测区间。',
    },
    en: {
      message:
        'factor test of {factor}: no test date followed by two trading days has {layers} stocks with a factor that can be bought',
      remedy: 'Use fewer layers, a larger universe or a longer prediction period.',
    },
  },

  samplesGone: samples('file_not_found', '样本文件已不存在。', 'The sample file is gone.'),
  samplesUnreadable: samples(
    'file_unreadable',
    '样本文件无法读取：{reason}。',
    'The sample file cannot be read: {reason}.',
  ),
  notSamples: samples('file_corrupt', '该文件不是样本文件。', 'The sample file is not a sample file.'),
  samplesVersion: samples(
    'file_corrupt',
    '样本文件的格式版本为 {version}，应为 {expected}。',
    'The sample file has format version {version}, expected {expected}.',
  ),
  samplesCutShort: samples('file_corrupt', '样本文件不完整。', 'The sample file is cut short.'),
  samplesChanged: samples(
    'file_corrupt',
    '样本文件与其校验和不符。',
    'The sample file does not match its checksum.',
  ),
} as const satisfies Record<string, ErrorText>

/** The periods of a study. */
export const periodParts = {
  fit: { 'zh-CN': '训练区间', en: 'fit' },
  prediction: { 'zh-CN': '预测区间', en: 'prediction' },
} as const

function samples<const Code extends ErrorText['code'], const Zh extends string, const En extends string>(
  code: Code,
  zh: Zh,
  en: En,
) {
  return {
    code,
    'zh-CN': { message: zh, remedy: '请删除该处的文件并重新运行研究：样本会由数据库重新构造。' },
    en: {
      message: en,
      remedy: 'Delete what is there and run the study again: samples are rebuilt from the store.',
    },
  } as const
}
