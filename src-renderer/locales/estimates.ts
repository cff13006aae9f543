import type { Texts as SameShape } from '../../src-shared/locales/index.ts'

/** Texts of what a study will take, asked for before it starts. */
const zhCN = {
  estimate: {
    ask: '检查并估算',
    askHint: '用项目中的数据检查设置，并估算时长、内存与磁盘；开始研究时同样先检查',
    runs: '训练次数',
    runsNote: '{windows} 个窗口，至多 {epochs} 轮',
    stocks: '日均股票数',
    time: '训练时长至多',
    timeNote: '{engine}，{speed} GFLOP/s；早停则更短',
    unmeasured: '{engine}的速度未测',
    memory: '内存至多',
    memoryNote: '同时训练 {workers} 个；上限 {limit}',
    heldBack: '，因此少训练 {count} 个',
    disk: '磁盘至多',
    diskNote: '结束后留存至多 {kept}',
  },
}
const en: SameShape<typeof zhCN> = {
  estimate: {
    ask: 'Check and estimate',
    askHint:
      'Checks the settings against the data of the project and estimates time, memory and disk; a start checks them too',
    runs: 'Training runs',
    runsNote: '{windows} windows, {epochs} epochs at most',
    stocks: 'Stocks a day',
    time: 'Training at most',
    timeNote: '{engine}, {speed} GFLOP/s; early stops make it less',
    unmeasured: 'The speed of {engine} was not measured',
    memory: 'Memory at most',
    memoryNote: '{workers} runs at a time; limit {limit}',
    heldBack: ', so {count} fewer',
    disk: 'Disk at most',
    diskNote: '{kept} kept at most when it has ended',
  },
}

export const estimateTexts = { 'zh-CN': zhCN, en }
