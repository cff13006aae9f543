import type { ErrorText } from '../../failure.ts'

/** What the service refuses, and what becomes of its calls and jobs. */
export const serviceErrors = {
  noStore: {
    code: 'file_not_found',
    'zh-CN': { message: '此处没有数据库。', remedy: '请另选文件，或导入数据以新建数据库。' },
    en: { message: 'There is no store here.', remedy: 'Choose another file, or import data to create one.' },
  },
  fileInPlace: {
    code: 'file_exists',
    'zh-CN': { message: '此处已有文件，未作改动。', remedy: '请换一个名称；若该文件是项目，请直接打开。' },
    en: {
      message: 'There is a file here, and it is kept.',
      remedy: 'Choose another name, or open the file if it is a project.',
    },
  },
  noProject: {
    code: 'not_found',
    'zh-CN': { message: '尚未打开项目。', remedy: '请打开示例项目或数据库。' },
    en: { message: 'No project is open.', remedy: 'Open the sample project or a store.' },
  },
  studyAtWork: {
    code: 'store_busy',
    'zh-CN': { message: '研究“{study}”正在该数据库中运行或排队。', remedy: '请将其暂停，或待其结束。' },
    en: {
      message: 'The study {study} runs or waits in the store.',
      remedy: 'Pause it, or let it finish.',
    },
  },
  importAtWork: {
    code: 'store_busy',
    'zh-CN': {
      message: '正在向该数据库导入数据，或检查待导入的文件。',
      remedy: '请待其结束，或将其取消。',
    },
    en: {
      message: 'An import into the store, or the check for one, is running.',
      remedy: 'Wait for it to finish, or cancel it.',
    },
  },
  noFault: {
    code: 'not_found',
    'zh-CN': { message: '没有出现故障的数据库。', remedy: '请打开数据库。' },
    en: { message: 'No store is at fault.', remedy: 'Open a store.' },
  },
  sampleGivenUp: {
    code: 'cancelled',
    'zh-CN': { message: '已不再等待示例项目。' },
    en: { message: 'The sample is not waited for.' },
  },
  sampleOvertaken: {
    code: 'cancelled',
    'zh-CN': {
      message: '示例项目已就绪，但在此期间打开了另一个项目，因此未予切换。',
      remedy: '如需使用，请再次打开示例项目。',
    },
    en: {
      message: 'The sample is ready, but another project was opened meanwhile and stays open.',
      remedy: 'Open the sample again to see it.',
    },
  },
  noQuickStudy: {
    code: 'not_found',
    'zh-CN': { message: '只有合成的示例项目提供快速样例。', remedy: '请打开示例项目。' },
    en: { message: 'Only the synthetic sample has a quick study.', remedy: 'Open the sample project.' },
  },
  noStudyData: {
    code: 'data_insufficient',
    'zh-CN': {
      message: '研究需要数据库中有日线，以及有成分的指数。',
      remedy: '请先导入这两项数据（命令行：plateau import）。',
    },
    en: {
      message: 'A study needs bars and an index with members in the store.',
      remedy: 'Import both with `plateau import`.',
    },
  },
  importRunning: {
    code: 'store_busy',
    'zh-CN': { message: '正在进行另一项导入。', remedy: '请待其结束，或将其取消。' },
    en: { message: 'An import is running.', remedy: 'Wait for it to finish, or cancel it.' },
  },
  noImport: {
    code: 'not_found',
    'zh-CN': { message: '没有这项导入。' },
    en: { message: 'There is no such import.' },
  },
  selectionForgotten: {
    code: 'not_found',
    'zh-CN': { message: '所选文件的记录已失效。', remedy: '请重新选择。' },
    en: { message: 'The chosen files are not known any more.', remedy: 'Choose them again.' },
  },
  notOnThisMachine: {
    code: 'file_not_found',
    'zh-CN': { message: '本机没有该文件或文件夹。', remedy: '请选择本机的文件或文件夹。' },
    en: {
      message: 'There is no such file or folder on this machine.',
      remedy: 'Choose files or a folder of this machine.',
    },
  },
  limitRefused: {
    code: 'usage',
    'zh-CN': { message: '该上限须在 {least} 与 {most} 之间。', remedy: '请改为范围内的整数，或设为自动。' },
    en: {
      message: 'The limit must lie between {least} and {most}.',
      remedy: 'Give a whole number within the range, or leave it automatic.',
    },
  },
  logUnreadable: {
    code: 'file_unreadable',
    'zh-CN': { message: '无法读取日志文件：{reason}。', remedy: '请检查该文件及其文件夹的访问权限。' },
    en: {
      message: 'The log file cannot be read: {reason}.',
      remedy: 'Check who may read the file and its folder.',
    },
  },
  processStopped: {
    code: 'interrupted',
    'zh-CN': { message: '服务进程已终止。', remedy: '它会自动重启，请重试刚才的操作。' },
    en: {
      message: 'The service process stopped.',
      remedy: 'It is started again by itself; repeat what was asked.',
    },
  },
  callCancelled: {
    code: 'cancelled',
    'zh-CN': { message: '操作已取消。' },
    en: { message: 'The call was cancelled.' },
  },
  jobCancelled: {
    code: 'cancelled',
    'zh-CN': { message: '任务已取消。' },
    en: { message: 'The job was cancelled.' },
  },
  jobNotBegun: {
    code: 'cancelled',
    'zh-CN': { message: '任务在开始之前已取消。' },
    en: { message: 'The job was cancelled before it started.' },
  },
  jobKilled: {
    code: 'interrupted',
    'zh-CN': {
      message: '任务的进程被 {signal} 终止，没有返回结果。{log}',
      remedy: '请重新开始；若可以继续，也可继续。',
    },
    en: {
      message: "The job's process ended without an answer ({signal}).{log}",
      remedy: 'Start it again, or go on with it where it offers that.',
    },
  },
  jobEnded: {
    code: 'interrupted',
    'zh-CN': {
      message: '任务的进程已结束（退出码 {exitCode}），没有返回结果。{log}',
      remedy: '请重新开始；若可以继续，也可继续。',
    },
    en: {
      message: "The job's process ended without an answer (exit code {exitCode}).{log}",
      remedy: 'Start it again, or go on with it where it offers that.',
    },
  },
} as const satisfies Record<string, ErrorText>
