import type { Texts as SameShape } from '../../src-shared/locales/index.ts'

/** Texts of the bundle of diagnostics, and of the logs. */
const zhCN = {
  diagnostics: {
    title: '诊断包',
    text: '一个 ZIP 文件，供技术支持查找故障：版本与系统、处理器与内存、计算引擎自检、数据库各表行数、研究的状态与错误代码、运行日志。',
    without:
      '不含证券代码、行情与因子数值、研究名称与设置、结果，也不含应用目录以外的路径。仅保存在本机，不会上传。',
    save: '保存诊断包…',
    name: 'plateau 诊断 {date}',
    saved: '已保存 {count} 个文件，{size}：{path}',
  },
  log: {
    title: '运行日志',
    hint: '与诊断包中的日志相同：不含证券代码，也不含应用目录以外的路径',
    which: '进程',
    of: { host: '服务进程', shell: '窗口进程' },
    time: '时间',
    level: '级别',
    levels: { error: '错误', warning: '警告', info: '信息' },
    from: { error: '仅错误', warning: '错误与警告', info: '全部级别' },
    event: '事件',
    detail: '内容',
    text: '筛选事件或内容',
    follow: '跟随最新',
    shown: '{count} 条',
    older: '更早',
    none: '暂无日志。',
    noMatch: '没有符合条件的日志。',
  },
}

const en: SameShape<typeof zhCN> = {
  diagnostics: {
    title: 'Diagnostics',
    text: 'One ZIP file for whoever looks for a fault: versions and system, processor and memory, the self-test of the engines, rows of each table, states and error codes of studies, logs.',
    without:
      'Without instruments, prices and factor values, without names, settings and results of studies, and without paths outside the app’s own folder. It stays on this machine: nothing is sent.',
    save: 'Save diagnostics…',
    name: 'plateau diagnostics {date}',
    saved: '{count} files saved, {size}: {path}',
  },
  log: {
    title: 'Log',
    hint: 'As the diagnostics have it: without instruments, and without paths outside the app’s own folder',
    which: 'Process',
    of: { host: 'Service', shell: 'Window' },
    time: 'Time',
    level: 'Level',
    levels: { error: 'Error', warning: 'Warning', info: 'Info' },
    from: { error: 'Errors only', warning: 'Errors and warnings', info: 'All levels' },
    event: 'Event',
    detail: 'Detail',
    text: 'Filter by event or detail',
    follow: 'Follow',
    shown: '{count} lines',
    older: 'Earlier',
    none: 'Nothing has been logged yet.',
    noMatch: 'No line matches.',
  },
}

export const diagnosticsTexts = { 'zh-CN': zhCN, en }
