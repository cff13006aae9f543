import type { ErrorText } from '../../failure.ts'

/** What keeps an engine of the processor from computing. */
export const engineErrors = {
  exhausted: {
    code: 'memory_limit',
    'zh-CN': {
      message: '{engine} 引擎向系统申请不到所需的内存。',
      remedy:
        '请减少同时训练的模型数或线程数（“设置 · 计算资源”；命令行用 --workers、--threads），关闭其他占用内存的程序，或缩小模型：减小隐藏层宽度、层数或序列长度。',
    },
    en: {
      message: 'The system does not give the {engine} engine the memory it needs.',
      remedy:
        'Run fewer models at a time or with fewer threads (Settings, Resources; --workers and --threads on the command line), close other programs, or make the model smaller: hidden size, layers or sequence length.',
    },
  },
} as const satisfies Record<string, ErrorText>
