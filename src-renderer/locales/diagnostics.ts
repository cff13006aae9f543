import type { Texts as SameShape } from '../../src-shared/locales/index.ts'

/** Texts of the panel that saves a bundle of diagnostics. */
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
}

export const diagnosticsTexts = { 'zh-CN': zhCN, en }
