import type { ErrorText } from '../../failure.ts'

/** Copies of a store, and what is put in its place; `{reason}` is what the system says. */
export const backupErrors = {
  copyMissing: {
    code: 'file_not_found',
    'zh-CN': { message: '文件不存在。', remedy: '请检查路径。' },
    en: { message: 'There is no such file.', remedy: 'Check the path.' },
  },
  sameFile: {
    code: 'usage',
    'zh-CN': { message: '两个名称指向同一文件。', remedy: '请另选文件。' },
    en: { message: 'Both names are of one file.', remedy: 'Name another file.' },
  },
  notReplaced: {
    code: 'disk_readonly',
    'zh-CN': { message: '无法替换该文件：{reason}', remedy: '请检查文件夹的权限，或另选文件名。' },
    en: {
      message: 'The file cannot be replaced: {reason}',
      remedy: 'Check the permissions of the folder, or name another file.',
    },
  },
  noRoom: {
    code: 'disk_full',
    'zh-CN': {
      message: '备份要求该磁盘有 {needed} 可用空间（其中一半留给数据库增长），目前只有 {free}。',
      remedy: '请释放该磁盘的空间，或备份到其他磁盘。',
    },
    en: {
      message: 'A backup wants {needed} free on this disk, half of it for the store to grow; {free} are.',
      remedy: 'Free space on this disk, or back up to another one.',
    },
  },
  none: {
    code: 'file_not_found',
    'zh-CN': {
      message: '该数据库没有自动备份。',
      remedy: '请改用其他备份恢复（命令行：plateau restore 文件），或将数据重新导入新数据库。',
    },
    en: {
      message: 'This store has no backup that was made by itself.',
      remedy: 'Name another copy (plateau restore FILE), or import the data again into a new store.',
    },
  },
  noneSound: {
    code: 'file_not_found',
    'zh-CN': {
      message: '该数据库的 {count} 份自动备份均不可用。',
      remedy: '请改用其他备份恢复（命令行：plateau restore 文件），或将数据重新导入新数据库。',
    },
    en: {
      message: 'None of the {count} backups of this store is sound.',
      remedy: 'Name another copy (plateau restore FILE), or import the data again into a new store.',
    },
  },
} as const satisfies Record<string, ErrorText>
