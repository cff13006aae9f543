import type { ErrorText } from '../../failure.ts'

/** Why a factor of a study cannot be looked at on a day, or tested anew. */
export const factorErrors = {
  factorUnknown: {
    code: 'not_found',
    'zh-CN': {
      message: '该研究没有测试因子 {name}。',
      remedy: '请改选：{names}。',
    },
    en: {
      message: 'The study did not test a factor {name}.',
      remedy: 'It tested: {names}.',
    },
  },
  noTestDate: {
    code: 'not_found',
    'zh-CN': {
      message: '{date} 不是该研究的测试截面。',
      remedy: '请选择 {first} 至 {last} 之间某周的最后一个交易日。',
    },
    en: {
      message: '{date} is no test date of the study.',
      remedy: 'Ask for the last trading day of a week from {first} to {last}.',
    },
  },
} as const satisfies Record<string, ErrorText>
