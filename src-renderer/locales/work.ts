import type { Texts as SameShape } from '../../src-shared/locales/index.ts'

/** Texts of what takes long: how far it is, and what is left of it when it is cancelled. */
const zhCN = {
  work: {
    kinds: {
      check: '完整性检查',
      backup: '备份',
      restore: '恢复备份',
      recovery: '恢复备份',
      coverage: '读取数据覆盖',
      report: '导出报告',
    },
    stages: {
      pages: '清点数据页',
      tables: '逐表检查',
      copying: '复制',
      replacing: '替换文件',
      stocks: '逐只读取股票',
      chapters: '撰写章节',
      sheets: '写入工作表',
      pictures: '绘制图片',
      printing: '排版为 PDF',
    },
    counts: {
      tables: '{done} / {total} 张表',
      stocks: '{done} / {total} 只股票',
      chapters: '{done} / {total} 章',
      sheets: '{done} / {total} 张工作表',
      pictures: '{done} / {total} 张图片',
    },
    bytes: '{done} / {total}',
    rate: '每秒 {rate}',
    cancel: '取消',
    cancelled: {
      check: '检查已取消。',
      backup: '备份已取消，没有写入任何文件。',
      restore: '恢复已取消，数据库未作改动。',
      recovery: '恢复已取消，数据库未作改动。',
      coverage: '已取消读取。',
      report: '导出已取消，没有写入任何文件。',
    },
    readCoverage: '重新读取',
  },
}

const en: SameShape<typeof zhCN> = {
  work: {
    kinds: {
      check: 'Integrity check',
      backup: 'Backup',
      restore: 'Restoring a backup',
      recovery: 'Restoring a backup',
      coverage: 'Reading the coverage',
      report: 'Export of the report',
    },
    stages: {
      pages: 'Counting pages',
      tables: 'Checking tables',
      copying: 'Copying',
      replacing: 'Replacing the file',
      stocks: 'Reading stocks',
      chapters: 'Writing chapters',
      sheets: 'Writing sheets',
      pictures: 'Drawing pictures',
      printing: 'Printing to PDF',
    },
    counts: {
      tables: 'tables {done} / {total}',
      stocks: 'stocks {done} / {total}',
      chapters: 'chapters {done} / {total}',
      sheets: 'sheets {done} / {total}',
      pictures: 'pictures {done} / {total}',
    },
    bytes: '{done} / {total}',
    rate: '{rate} a second',
    cancel: 'Cancel',
    cancelled: {
      check: 'The check was cancelled.',
      backup: 'The backup was cancelled; no file was written.',
      restore: 'The restoration was cancelled; the store is as it was.',
      recovery: 'The restoration was cancelled; the store is as it was.',
      coverage: 'Reading was cancelled.',
      report: 'The export was cancelled; no file was written.',
    },
    readCoverage: 'Read again',
  },
}

export const workTexts = { 'zh-CN': zhCN, en }
