import type { ErrorText } from '../../failure.ts'

const leaveOut = { 'zh-CN': '请剔除该日期。', en: 'Leave this date out.' } as const

/** Why the loss of a cross-section is undefined. */
export const lossErrors = {
  noSampleWeight: {
    code: 'data_insufficient',
    'zh-CN': { message: '{stocks} 只股票均没有样本权重。', remedy: leaveOut['zh-CN'] },
    en: { message: 'None of the {stocks} stocks has a sample weight.', remedy: leaveOut.en },
  },
  constantPredictions: {
    code: 'data_insufficient',
    'zh-CN': {
      message: 'IC 无定义：{stocks} 只股票的预测值没有差异。',
      remedy: leaveOut['zh-CN'],
    },
    en: {
      message: 'The IC is undefined: the predictions of {stocks} stocks have no variance.',
      remedy: leaveOut.en,
    },
  },
  constantLabels: {
    code: 'data_insufficient',
    'zh-CN': {
      message: 'IC 无定义：{stocks} 只股票的标签没有差异。',
      remedy: leaveOut['zh-CN'],
    },
    en: {
      message: 'The IC is undefined: the labels of {stocks} stocks have no variance.',
      remedy: leaveOut.en,
    },
  },
} as const satisfies Record<string, ErrorText>

const calmer = {
  'zh-CN': '请降低学习率或 rho，或增大隐藏层宽度。',
  en: 'Lower the learning rate or rho, or use a larger hidden size.',
} as const

/** What ends a training run, or keeps it from beginning. */
export const trainingErrors = {
  lossNotFinite: {
    code: 'diverged',
    'zh-CN': { message: '{optimizer} 的损失在第 {epoch} 轮不是有限数值。', remedy: calmer['zh-CN'] },
    en: { message: 'The loss of {optimizer} is not finite in epoch {epoch}.', remedy: calmer.en },
  },
  predictionsNotFinite: {
    code: 'diverged',
    'zh-CN': {
      message: '{optimizer} 的预测值在第 {epoch} 轮之后不是有限数值。',
      remedy: calmer['zh-CN'],
    },
    en: {
      message: 'The predictions of {optimizer} are not finite after epoch {epoch}.',
      remedy: calmer.en,
    },
  },
  predictionsConstant: {
    code: 'diverged',
    'zh-CN': {
      message: '{optimizer} 的预测值在第 {epoch} 轮的所有日期上都没有差异。',
      remedy: calmer['zh-CN'],
    },
    en: {
      message: 'The predictions of {optimizer} have no variance on any date of epoch {epoch}.',
      remedy: calmer.en,
    },
  },
  tooManyClients: {
    code: 'study_invalid',
    'zh-CN': {
      message: '{optimizer} 有 {clients} 个客户端，而可分给它们的训练日期只有 {dates} 个。',
      remedy: '请减少客户端数，或延长训练期。',
    },
    en: {
      message: '{optimizer} has {clients} clients, and there are only {dates} train dates to share.',
      remedy: 'Give it fewer clients, or a longer fit period.',
    },
  },
  noSamples: {
    code: 'data_insufficient',
    'zh-CN': {
      message:
        '{fitStart} 至 {fitEnd} 的{part}中，没有一个截面有 {minStocks} 只同时具备完整{frequency}序列与标签的股票。',
      remedy: '请延长训练期、缩短序列长度，或减小每个截面的最少股票数（samples.minStocks）。',
    },
    en: {
      message:
        'No {part} date from {fitStart} to {fitEnd} has {minStocks} stocks with a full {frequency} window and a label.',
      remedy: 'Lengthen the fit period, shorten sequenceLength, or lower samples.minStocks.',
    },
  },
  testWithoutLabels: {
    code: 'data_insufficient',
    'zh-CN': { message: '第 {window} 期的测试截面都没有标签。', remedy: '请改选训练集或验证集。' },
    en: { message: 'No test day of window {window} has labels.', remedy: 'Choose train or valid.' },
  },
  hessianUndefined: {
    code: 'data_insufficient',
    'zh-CN': {
      message: '最优轮次处的 Hessian 无定义：在其两侧，损失有定义的截面数不同。',
      remedy: '请改用轨迹主方向或随机方向。',
    },
    en: {
      message:
        'The Hessian is undefined at the best epoch: on either side of it the loss is defined on different numbers of dates.',
      remedy: 'Choose directions of the trajectory, or random ones.',
    },
  },
  runHeld: {
    code: 'interrupted',
    'zh-CN': { message: '另一个进程（{pid}）正在进行这次训练。', remedy: '请待其结束，或将其结束。' },
    en: {
      message: 'Another process ({pid}) is training this run.',
      remedy: 'Wait for it, or end it.',
    },
  },
  weightsUnreadable: {
    code: 'file_corrupt',
    'zh-CN': {
      message: '第 {epoch} 轮之后的参数无法读取。',
      remedy: '请继续该研究：这次训练将从完好之处重新进行。',
    },
    en: {
      message: 'The weights after epoch {epoch} cannot be read.',
      remedy: 'Go on with the study: the run is trained again from what is sound.',
    },
  },
  weightsNotKept: {
    code: 'not_found',
    'zh-CN': {
      message: '{optimizer} / {frequency} / 种子 {seed} / 第 {window} 期：没有保留各轮的参数。',
      remedy: '请选择已完成、且其种子的轨迹已保留的训练。',
    },
    en: {
      message:
        '{optimizer} / {frequency} / seed {seed} / window {window}: the weights of its epochs are not kept.',
      remedy: 'Choose a run that is done, of a seed whose trajectories the study keeps.',
    },
  },
  landscapesCancelled: {
    code: 'cancelled',
    'zh-CN': { message: '已放弃绘制地形。' },
    en: { message: 'The landscapes were given up.' },
  },
} as const satisfies Record<string, ErrorText>

/** The parts of a window's samples. */
export const sampleParts = {
  train: { 'zh-CN': '训练集', en: 'train' },
  valid: { 'zh-CN': '验证集', en: 'valid' },
} as const

export const frequencies = {
  daily: { 'zh-CN': '日频', en: 'daily' },
  weekly: { 'zh-CN': '周频', en: 'weekly' },
} as const
