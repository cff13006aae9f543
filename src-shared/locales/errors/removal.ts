import type { ErrorText } from '../../failure.ts'

/** Why no data are removed from a store. */
export const removalErrors = {
  nothingNamed: {
    code: 'usage',
    'zh-CN': {
      message: '未指定股票或日期。',
      remedy: '请指定股票（--symbols）、日期区间（--from、--to），或两者都指定；若要从头开始，请新建数据库。',
    },
    en: {
      message: 'Neither stocks nor days are named.',
      remedy:
        'Name stocks (--symbols), a range of days (--from, --to), or both; to start anew, make a new store.',
    },
  },
  rangeReversed: {
    code: 'usage',
    'zh-CN': {
      message: '区间的末日（{to}）早于首日（{from}）。',
      remedy: '请以较早的一天为首日（--from）。',
    },
    en: {
      message: 'The range ends ({to}) before it begins ({from}).',
      remedy: 'Give the earlier day to --from.',
    },
  },
  changedSinceCount: {
    code: 'not_found',
    'zh-CN': { message: '统计行数之后数据已有变动，未删除任何数据。', remedy: '请重新统计行数。' },
    en: {
      message: 'The data have changed since the rows were counted; nothing was removed.',
      remedy: 'Count the rows again.',
    },
  },
  studyReading: {
    code: 'store_busy',
    'zh-CN': { message: '研究“{study}”正在使用这些数据。', remedy: '请待其结束，或先暂停或取消。' },
    en: {
      message: 'The study {study} is running on these data.',
      remedy: 'Wait for it, pause it or cancel it first.',
    },
  },
} as const satisfies Record<string, ErrorText>
