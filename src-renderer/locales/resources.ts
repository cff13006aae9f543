import type { Texts as SameShape } from '../../src-shared/locales/index.ts'

/** Texts of how much of its machine studies may take. */
const zhCN = {
  resources: {
    title: '计算资源',
    hint: '留空为自动；更改立即保存，此后开始的训练即按新值运行，研究结果不受影响',
    ofServer: '以下为服务器 {address} 的资源。',
    reset: '全部自动',
    wasReset: '计算资源已全部设为自动。',
    automatic: '自动（现为 {value}）',
    runs: '同时训练数',
    runsHint: '一项研究同时训练的模型数，各占一个进程；新建研究时另行填写的优先',
    threads: '每个训练的线程数',
    threadsHint: '处理器引擎用于一个训练的线程数；GPU 引擎不用',
    memory: '内存上限（GB）',
    memoryHint:
      '一项研究的全部进程至多占用的内存；不足时减少同时训练数，连一个也容不下的研究在检查时即被拒绝。自动时为本机内存的 80%，且不拒绝',
    range: '{least}–{most}',
    refused: '须为 {least}–{most} 的整数，未保存',
    refusedMemory: '须在 {least}–{most} GB 之间，未保存',
    cores: '处理器核心',
    machineMemory: '内存',
    free: '空闲 {size}',
    now: '目前的分配',
    nowValue: '{runs} 个训练 × {threads} 线程',
    nowGpu: 'GPU 引擎：{runs} 个训练',
    crowded: '合计 {count} 个线程，多于 {cores} 个核心，不会更快。',
  },
}

const en: SameShape<typeof zhCN> = {
  resources: {
    title: 'Resources',
    hint: 'Empty is automatic; a change is kept at once and obeyed by every run that starts from then on. Results do not depend on it',
    ofServer: 'These are the resources of the server {address}.',
    reset: 'All automatic',
    wasReset: 'All resources are automatic now.',
    automatic: 'Automatic (now {value})',
    runs: 'Runs at a time',
    runsHint:
      'How many models a study trains at once, each in a process of its own; what is asked for with a new study comes first',
    threads: 'Threads per run',
    threadsHint: 'Threads of an engine on the processor for one run; engines on a GPU take none',
    memory: 'Memory limit (GB)',
    memoryHint:
      'What all processes of a study may hold; where it is short fewer runs train at a time, and a study of which not even one fits is refused when it is checked. Automatic: 80% of the machine’s memory, and nothing is refused',
    range: '{least}–{most}',
    refused: 'Give a whole number from {least} to {most}; not saved',
    refusedMemory: 'Give {least} to {most} GB; not saved',
    cores: 'Processor cores',
    machineMemory: 'Memory',
    free: '{size} free',
    now: 'Given at present',
    nowValue: '{runs} runs × {threads} threads',
    nowGpu: 'Engines on a GPU: {runs} runs',
    crowded: '{count} threads in all, more than the {cores} cores: that is no faster.',
  },
}

export const resourceTexts = { 'zh-CN': zhCN, en }
