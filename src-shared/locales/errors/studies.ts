import type { ErrorText } from '../../failure.ts'

const tooManyLayers = {
  'zh-CN': '因子测试分 {layers} 层，而任一测试截面的股票池中可买入的股票都不超过 {most} 只。',
  en: 'The factor test asks for {layers} layers, and on no test day can more than {most} stocks of the universe be bought.',
} as const

const indexWithoutMembers = {
  'zh-CN': '库中既没有指数 {symbol} 的成分，也没有其权重。',
  en: 'The index {symbol} has neither membership nor weights in the store.',
} as const

const factorWithoutValues = {
  'zh-CN': '因子 {name} 在区间的测试截面上没有值。',
  en: 'The factor {name} has no value on a test date of the period.',
} as const

/** Why a study or a factor test cannot begin or go on with the stored data, and why studies cannot be compared. */
export const studyErrors = {
  memoryLimit: {
    code: 'memory_limit',
    'zh-CN': {
      message: '该研究即使每次只训练一个模型，也需要至多 {needed} 内存，超过所设上限 {limit}。',
      remedy:
        '请提高内存上限（“设置 · 计算资源”；命令行用 --memory），减少每个训练的线程数，或缩小研究：减少随机种子、轮次、样本或隐藏层宽度。',
    },
    en: {
      message:
        'Even with one run at a time the study may need {needed} of memory, more than the limit of {limit}.',
      remedy:
        'Raise the memory limit (Settings, Resources; --memory on the command line), give a run fewer threads, or make the study smaller: fewer seeds, epochs or samples, or a smaller hidden size.',
    },
  },
  noDayBeforeEnd: {
    code: 'data_insufficient',
    'zh-CN': {
      message: '预测截止日之前，库中没有交易日。',
      remedy: '请导入该区间的行情，或另选区间。',
    },
    en: {
      message: 'No stored trading day lies before the end of the prediction.',
      remedy: 'Import bars for the period or choose another one.',
    },
  },
  noWeekPredicted: {
    code: 'data_insufficient',
    'zh-CN': {
      message: '预测期内没有一周在其截止日的两个交易日之前结束。',
      remedy: '请推后预测截止日、提前训练截止日，或导入更晚的行情。',
    },
    en: {
      message: 'No week of the prediction has ended two trading days before its end.',
      remedy: 'Choose a later predictEnd or an earlier fitEnd, or import later bars.',
    },
  },
  tooManyLayers: {
    code: 'data_insufficient',
    'zh-CN': {
      message: tooManyLayers['zh-CN'],
      remedy: '请至多分 {most} 层，或扩大股票池、延长预测期。',
    },
    en: {
      message: tooManyLayers.en,
      remedy: 'Use at most {most} layers, a larger universe or a longer prediction period.',
    },
  },
  tooFewForLayers: {
    code: 'data_insufficient',
    'zh-CN': { message: tooManyLayers['zh-CN'], remedy: '请扩大股票池，或延长预测期。' },
    en: { message: tooManyLayers.en, remedy: 'Use a larger universe or a longer prediction period.' },
  },
  indexWithoutMembers: {
    code: 'not_found',
    'zh-CN': { message: indexWithoutMembers['zh-CN'], remedy: '请导入其成分或权重，或改选：{usable}。' },
    en: { message: indexWithoutMembers.en, remedy: 'Import them, or choose one of: {usable}.' },
  },
  noIndexWithMembers: {
    code: 'not_found',
    'zh-CN': { message: indexWithoutMembers['zh-CN'], remedy: '请先导入指数成分或权重。' },
    en: { message: indexWithoutMembers.en, remedy: 'Import index membership or weights first.' },
  },
  noIndustries: {
    code: 'data_insufficient',
    'zh-CN': {
      message: '合成因子无法作行业中性化：库中没有行业分类。',
      remedy: '请导入股票的行业分类，或在“合成因子中性化”中去掉行业。',
    },
    en: {
      message: 'The composite cannot be freed of industries: the store has none.',
      remedy: 'Import a classification of the stocks, or leave `industry` out.',
    },
  },
  noSizes: {
    code: 'data_insufficient',
    'zh-CN': {
      message: '合成因子无法作市值中性化：库中没有流通市值。',
      remedy: '请导入含流通市值的行情，或在“合成因子中性化”中去掉市值。',
    },
    en: {
      message: 'The composite cannot be freed of size: the store has none.',
      remedy: 'Import bars with float capitalisation, or leave `size` out.',
    },
  },
  periodReversed: {
    code: 'usage',
    'zh-CN': {
      message: '区间的截止日 {to} 早于起始日 {from}。',
      remedy: '请使起始日不晚于截止日。',
    },
    en: {
      message: 'The period ends on {to}, before it begins on {from}.',
      remedy: 'Give a first date that is not after the last one.',
    },
  },
  noWeekTested: {
    code: 'data_insufficient',
    'zh-CN': {
      message: '区间内没有一周在库中最后一个交易日之前结束。',
      remedy: '库中的交易日为 {first} 至 {last}。',
    },
    en: {
      message: 'No week of the period has ended before the last stored day.',
      remedy: 'The store holds trading days from {first} to {last}.',
    },
  },
  factorOutsidePeriod: {
    code: 'data_insufficient',
    'zh-CN': { message: factorWithoutValues['zh-CN'], remedy: '其值的日期为 {first} 至 {last}。' },
    en: { message: factorWithoutValues.en, remedy: 'It has values from {first} to {last}.' },
  },
  factorOutsideBars: {
    code: 'data_insufficient',
    'zh-CN': {
      message: factorWithoutValues['zh-CN'],
      remedy: '该因子在库中任一有成交的交易日都没有值：请导入与行情日期重合的因子。',
    },
    en: {
      message: factorWithoutValues.en,
      remedy: 'It has no value on any traded day of the store: import one that covers the bars.',
    },
  },
  dataChanged: {
    code: 'data_changed',
    'zh-CN': {
      message: '库中数据已不是该研究所读的数据：研究为 {read}，数据库为 {stored}。',
      remedy: '请从备份恢复数据，或重新运行该研究。',
    },
    en: {
      message: "The stored data are not those that the study read: the study's {read}, the store's {stored}.",
      remedy: 'Restore them from a backup, or run the study again.',
    },
  },
  importedChanged: {
    code: 'data_changed',
    'zh-CN': {
      message: '库中的导入因子已不是该研究所检验的因子：研究为 {read}，数据库为 {stored}。',
      remedy: '请从备份恢复数据，或重新运行该研究。',
    },
    en: {
      message:
        "The imported factors are not those that the study tested: the study's {read}, the store's {stored}.",
      remedy: 'Restore them from a backup, or run the study again.',
    },
  },
  dataHashedOtherwise: {
    code: 'data_changed',
    'zh-CN': {
      message:
        '早期版本的平原以另一种方式取得数据的哈希，无法判断库中数据是否仍为该研究所读：研究为 {read}，数据库为 {stored}。',
      remedy: '请重新运行该研究。',
    },
    en: {
      message:
        "Whether the stored data are still those that the study read cannot be told, as an earlier version of Plateau hashed them in another way: the study's {read}, the store's {stored}.",
      remedy: 'Run the study again.',
    },
  },
  nothingToCompare: {
    code: 'usage',
    'zh-CN': { message: '只有一个优化器，没有可与之比较的对象。', remedy: '请再选一项研究。' },
    en: {
      message: 'There is one optimizer: nothing to compare it with.',
      remedy: 'Name a second study.',
    },
  },
} as const satisfies Record<string, ErrorText>

/** Why a stopped study cannot go on: what it began with, and what there is now. */
export const resumeErrors = {
  appVersion: {
    code: 'resume_refused',
    'zh-CN': {
      message: '该研究开始时的平原版本为 {began}，现为 {now}；继续会使同一结果混用两者。',
      remedy: '请用原版本继续，或重新开始该研究。',
    },
    en: {
      message:
        'The study began with another version of Plateau: {began}, now {now}. Going on would mix the two in one result.',
      remedy: 'Go on with that version, or start the study anew.',
    },
  },
  engine: {
    code: 'resume_refused',
    'zh-CN': {
      message: '该研究开始时的计算引擎为 {began}，现为 {now}；继续会使同一结果混用两者。',
      remedy: '请使原引擎恢复可用，或重新开始该研究。',
    },
    en: {
      message:
        'The study began with another engine: {began}, now {now}. Going on would mix the two in one result.',
      remedy: 'Make that engine available again, or start the study anew.',
    },
  },
  dataHash: {
    code: 'resume_refused',
    'zh-CN': {
      message: '该研究开始时库中的数据为 {began}，现为 {now}；继续会使同一结果混用两者。',
      remedy: '请从备份恢复数据，或重新开始该研究。',
    },
    en: {
      message:
        'The study began with another stored data: data {began}, now data {now}. Going on would mix the two in one result.',
      remedy: 'Restore the data from a backup, or start the study anew.',
    },
  },
  dataHashedOtherwise: {
    code: 'resume_refused',
    'zh-CN': {
      message:
        '该研究开始时以另一种方式取得库中数据的哈希：当时为 {began}，现为 {now}；继续会使同一结果混用两者。',
      remedy: '请用原版本的平原继续，或重新开始该研究。',
    },
    en: {
      message:
        'The study began with another way of hashing the stored data: data {began}, now data {now}. Going on would mix the two in one result.',
      remedy: 'Go on with that version of Plateau, or start the study anew.',
    },
  },
} as const satisfies Record<string, ErrorText>
