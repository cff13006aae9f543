import type { ErrorText } from '../../failure.ts'

/** Studies, their runs and landscapes, as a store has them and as they are asked to go on or to rest. */
export const storedStudyErrors = {
  resultTooLong: {
    code: 'study_invalid',
    'zh-CN': {
      message: '该研究的结果长于一个研究可以保存的 {limit}，未予保存。',
      remedy: '请分成几个研究：减少优化器或指数，或缩短区间；之后可以并列比较。',
    },
    en: {
      message: 'The result of the study is longer than the {limit} that can be kept of one, and is not kept.',
      remedy:
        'Make several studies of it, with fewer optimizers or indices, or a shorter period: they can be compared.',
    },
  },
  noStudy: {
    code: 'not_found',
    'zh-CN': { message: '数据库中没有研究 {id}。', remedy: '请从“全部研究”列表中选择。' },
    en: {
      message: 'There is no study {id} in this store.',
      remedy: 'List the studies of the store and use an id from that list.',
    },
  },
  noResult: {
    code: 'not_found',
    'zh-CN': { message: '研究 {id} 没有结果。', remedy: '只有已完成的研究才有结果。' },
    en: { message: 'The study {id} has no result.', remedy: 'Only a study in state done has one.' },
  },
  resultOfOtherVersion: {
    code: 'store_newer',
    'zh-CN': {
      message: '研究 {id} 的结果由其他版本的平原生成。',
      remedy: '请重新运行该研究，或用生成它的版本打开。',
    },
    en: {
      message: 'The result of the study {id} was made by another version of Plateau.',
      remedy: 'Run the study again, or open it with the version that made it.',
    },
  },
  notInQueue: {
    code: 'not_found',
    'zh-CN': { message: '研究 {id} 的队列中没有该次训练。', remedy: '只有尚未开始的训练才能调整次序。' },
    en: {
      message: 'The study {id} has no such run in its queue.',
      remedy: 'Only a run that has not started can be moved.',
    },
  },
  noWeights: {
    code: 'not_found',
    'zh-CN': { message: '研究 {id} 的该次训练没有保存模型参数。', remedy: '只有已完成的训练才有。' },
    en: {
      message: 'No weights are stored for this run of the study {id}.',
      remedy: 'Only a finished run has them.',
    },
  },
  noPredictions: {
    code: 'not_found',
    'zh-CN': { message: '研究 {id} 的该次训练没有保存预测值。', remedy: '只有已完成的训练才有。' },
    en: {
      message: 'No predictions are stored for this run of the study {id}.',
      remedy: 'Only a finished run has them.',
    },
  },
  predictionsCut: {
    code: 'store_corrupt',
    'zh-CN': { message: '研究 {id} 某次训练的预测值不完整。', remedy: '请重新运行该研究。' },
    en: {
      message: 'The predictions of a run of the study {id} are cut short.',
      remedy: 'Run the study again.',
    },
  },
  noLandscape: {
    code: 'not_found',
    'zh-CN': { message: '数据库中没有地形 {id}。', remedy: '请从该研究的地形列表中选择。' },
    en: {
      message: 'There is no landscape {id} in this store.',
      remedy: 'List the landscapes of the study and use an id from that list.',
    },
  },
  landscapeOfOtherVersion: {
    code: 'store_newer',
    'zh-CN': { message: '地形 {id} 由其他版本的平原生成。', remedy: '请重新绘制。' },
    en: { message: 'The landscape {id} was made by another version of Plateau.', remedy: 'Draw it again.' },
  },
  landscapeBeingDrawn: {
    code: 'study_active',
    'zh-CN': { message: '正在绘制研究 {id} 的地形。', remedy: '请待其结束，或先取消绘制。' },
    en: {
      message: 'A landscape of the study {id} is being drawn.',
      remedy: 'Wait for it, or cancel it first.',
    },
  },
  atWork: {
    code: 'study_active',
    'zh-CN': { message: '研究 {id} {state}。', remedy: '请先暂停或取消该研究。' },
    en: { message: 'The study {id} is {state}.', remedy: 'Pause or cancel it first.' },
  },
  atWorkElsewhere: {
    code: 'store_busy',
    'zh-CN': { message: '研究 {id} 在另一个进程中{state}。', remedy: '请在该处停止。' },
    en: { message: 'The study {id} is {state} in another process.', remedy: 'Stop it there.' },
  },
  notResumable: {
    code: 'resume_refused',
    'zh-CN': { message: '研究 {id} {state}。', remedy: '只有已暂停、已中断或失败的研究可以继续。' },
    en: {
      message: 'The study {id} is {state}.',
      remedy: 'Only a paused, interrupted or failed study can go on.',
    },
  },
} as const satisfies Record<string, ErrorText>

/** How a study stands, within a sentence. */
export const studyStates = {
  queued: { 'zh-CN': '正在排队', en: 'queued' },
  running: { 'zh-CN': '正在运行', en: 'running' },
  paused: { 'zh-CN': '已暂停', en: 'paused' },
  done: { 'zh-CN': '已完成', en: 'done' },
  failed: { 'zh-CN': '已失败', en: 'failed' },
  cancelled: { 'zh-CN': '已取消', en: 'cancelled' },
  interrupted: { 'zh-CN': '已中断', en: 'interrupted' },
} as const
