import type { Texts as SameShape } from '../../src-shared/locales/index.ts'

/** Names of the acts of screens among the commands; `of`: one of several. */
const zhCN = {
  acts: {
    of: '{act}：{name}',
    studies: {
      quick: '运行快速样例',
      start: '开始研究',
      estimate: '估算研究所需时间与内存',
      reset: '恢复研究的默认设置',
      moveFirst: '优先运行研究',
      pause: '暂停研究',
      resume: '继续研究',
      cancel: '取消研究',
      clone: '复制研究的设置',
      archive: '归档或恢复所选研究',
      compare: '对比所选研究',
      remove: '删除研究',
    },
    landscapes: { open: '新建地形…', draw: '绘制地形', cancel: '取消绘制地形' },
    reports: {
      pdf: '导出报告：PDF',
      html: '导出报告：网页（HTML）',
      xlsx: '导出报告：Excel（XLSX）',
      png: '导出报告：图片集（PNG）',
    },
    imports: {
      project: '新建项目…',
      check: '检查待导入的文件',
      start: '开始导入',
      cancel: '取消导入',
      again: '重新选择文件',
    },
    data: { remove: '移除数据…' },
    compute: { measure: '重新测速' },
    safety: { check: '检查数据库的完整性', backUp: '备份数据库…', restore: '从备份恢复数据库…' },
    diagnostics: { save: '保存诊断信息…' },
    work: { cancel: '取消' },
  },
}

const en: SameShape<typeof zhCN> = {
  acts: {
    of: '{act}: {name}',
    studies: {
      quick: 'Run the quick study',
      start: 'Start the study',
      estimate: 'Estimate the study’s time and memory',
      reset: 'Restore the study’s default settings',
      moveFirst: 'Run the study next',
      pause: 'Pause the study',
      resume: 'Continue the study',
      cancel: 'Cancel the study',
      clone: 'Clone the study',
      archive: 'Archive the chosen studies, or take them back',
      compare: 'Compare the chosen studies',
      remove: 'Delete the study',
    },
    landscapes: {
      open: 'New landscape…',
      draw: 'Draw the landscapes',
      cancel: 'Cancel drawing the landscapes',
    },
    reports: {
      pdf: 'Export the report: PDF',
      html: 'Export the report: HTML',
      xlsx: 'Export the report: Excel (XLSX)',
      png: 'Export the report: pictures (PNG)',
    },
    imports: {
      project: 'New project…',
      check: 'Check the files to import',
      start: 'Start the import',
      cancel: 'Cancel the import',
      again: 'Choose other files',
    },
    data: { remove: 'Remove data…' },
    compute: { measure: 'Measure again' },
    safety: {
      check: 'Check the store',
      backUp: 'Back up the store…',
      restore: 'Restore a backup of the store…',
    },
    diagnostics: { save: 'Save diagnostics…' },
    work: { cancel: 'Cancel' },
  },
}

export const actTexts = { 'zh-CN': zhCN, en }
