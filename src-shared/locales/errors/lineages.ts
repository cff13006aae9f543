import type { ErrorText } from '../../failure.ts'

/** Why the weights of a day of a study cannot be traced. */
export const lineageErrors = {
  portfolioUnknown: {
    code: 'not_found',
    'zh-CN': {
      message: '该研究没有 {model} 增强 {index} 的组合。',
      remedy: '请改选：{portfolios}。',
    },
    en: {
      message: 'The study has no portfolio of {model} on {index}.',
      remedy: 'It has: {portfolios}.',
    },
  },
  neverBuilt: {
    code: 'not_found',
    'zh-CN': {
      message: '{model} 增强 {index} 的组合从未建立：历次决策均维持最初的现金。',
      remedy: '原因见该研究的“说明”。',
    },
    en: {
      message:
        'The portfolio of {model} on {index} was never built: all of its decisions kept the cash it began with.',
      remedy: 'The notes of the study say why.',
    },
  },
  noPortfolioOn: {
    code: 'not_found',
    'zh-CN': {
      message: '{date} 没有 {model} 增强 {index} 的组合。',
      remedy: '请选择 {first} 至 {last} 的日期。',
    },
    en: {
      message: 'There is no portfolio of {model} on {index} on {date}.',
      remedy: 'Ask for a date from {first} to {last}.',
    },
  },
  stockUnknown: {
    code: 'not_found',
    'zh-CN': {
      message: '截至该研究的最后一日，没有 {symbol} 的行情。',
      remedy: '请按数据库中的写法输入代码。',
    },
    en: {
      message: 'There are no bars of {symbol} up to the end of the study.',
      remedy: 'Give a symbol as the store writes it.',
    },
  },
  resultDiffers: {
    code: 'store_corrupt',
    'zh-CN': {
      message:
        '由库中内容重算研究 {id}，与其结果不符：{quantity}，重算为 {recomputed}，平原 {version} 所得为 {stored}。',
      remedy: '请从备份恢复数据库，用运行该研究的版本查看，或重新运行该研究。',
    },
    en: {
      message:
        'What the store holds of the study {id} does not give its result: {quantity} comes to {recomputed}, and was {stored} in Plateau {version}.',
      remedy: 'Restore the store from a backup, ask the version that ran the study, or run the study again.',
    },
  },
} as const satisfies Record<string, ErrorText>

/** A portfolio of a study beside the others. */
export const portfolioNames = {
  onIndex: { 'zh-CN': '{model} 增强 {index}', en: '{model} on {index}' },
} as const

/** What is recomputed beside a result, by the names of the lineage's check */
export const checkedQuantities = {
  ic: { 'zh-CN': '决策日 IC', en: 'ic' },
  objective: { 'zh-CN': '目标函数值', en: 'objective' },
  sizeActive: { 'zh-CN': '目标市值暴露', en: 'sizeActive' },
  valueBefore: { 'zh-CN': '成交前净值', en: 'valueBefore' },
} as const
