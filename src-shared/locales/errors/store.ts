import type { ErrorText } from '../../failure.ts'

/** What can be wrong with a store; `{reason}` is what SQLite says. */
export const storeErrors = {
  full: {
    code: 'disk_full',
    'zh-CN': {
      message: '磁盘已无法写入更多数据，数据库保持原状（{reason}）。',
      remedy: '请释放该磁盘的空间，然后重试。',
    },
    en: {
      message: 'The disk took no more data; the store is as it was before. ({reason})',
      remedy: 'Free space on this disk, then run the command again.',
    },
  },
  closed: {
    code: 'disk_readonly',
    'zh-CN': {
      message: '数据库或其文件夹无法写入或打开（{reason}）。',
      remedy: '请检查文件夹的权限（SQLite 在数据库旁还有两个文件），或将数据库复制到别处。',
    },
    en: {
      message: 'The store or its folder cannot be written or opened. ({reason})',
      remedy:
        'Check the permissions of the folder (SQLite keeps two more files beside the store), or copy the store elsewhere.',
    },
  },
  busy: {
    code: 'store_busy',
    'zh-CN': {
      message: '另一个进程正在写入数据库（{reason}）。',
      remedy: '请待其结束，或关闭另一个窗口。',
    },
    en: {
      message: 'Another process is writing to the store. ({reason})',
      remedy: 'Wait for it to finish, or close the other window.',
    },
  },
  disk: {
    code: 'file_unreadable',
    'zh-CN': {
      message: '磁盘未完成所要求的操作（{reason}）。',
      remedy: '请检查磁盘是否仍已连接，以及是否有其他程序移动或删除该文件，然后重试。',
    },
    en: {
      message: 'The disk did not do what was asked of it. ({reason})',
      remedy:
        'Check that the disk is still connected and that nothing else moves or removes the file, then try again.',
    },
  },
  damaged: {
    code: 'store_corrupt',
    'zh-CN': {
      message: '数据库已损坏：{finding}',
      remedy:
        '请恢复最近一次完好的自动备份或其他备份（命令行：plateau restore），损坏的文件会保留在旁；或将数据重新导入新数据库。',
    },
    en: {
      message: 'The store is damaged. {finding}',
      remedy:
        'Restore its newest backup (plateau restore) or another copy (plateau restore FILE), which keep the damaged file, or import the data again into a new store.',
    },
  },
  notPlateau: {
    code: 'store_not_plateau',
    'zh-CN': {
      message: '该文件不是平原的数据库。',
      remedy: '请选择项目的数据库文件，或用新的文件名新建。',
    },
    en: {
      message: 'This file is not a Plateau store.',
      remedy: 'Name the store file of a project, or a new file name to create one.',
    },
  },
  absent: {
    code: 'file_not_found',
    'zh-CN': { message: '此处没有数据库。', remedy: '请检查路径，或导入数据以新建数据库。' },
    en: { message: 'There is no store here.', remedy: 'Check the path, or import data to create the store.' },
  },
  folderMissing: {
    code: 'file_not_found',
    'zh-CN': { message: '数据库所在的文件夹不存在。', remedy: '请先新建该文件夹，或另选文件夹。' },
    en: {
      message: 'The folder of the store does not exist.',
      remedy: 'Create the folder first, or name another one.',
    },
  },
  newer: {
    code: 'store_newer',
    'zh-CN': {
      message: '数据库为第 {version} 版，本程序最高支持第 {newest} 版。',
      remedy: '请升级平原，或打开其他数据库；文件未作任何改动。',
    },
    en: {
      message: 'The store has version {version}; this app reads up to {newest}.',
      remedy: 'Update Plateau, or open another store. The file was not changed.',
    },
  },
  brokenReferences: {
    code: 'store_corrupt',
    'zh-CN': {
      message: '表 {table} 的部分行所引用的 {parent} 行不存在；数据库停留在第 {version} 版。',
      remedy: '请从备份恢复，或将数据导入新数据库。',
    },
    en: {
      message: 'Rows of {table} refer to no row of {parent}; the store was left at version {version}.',
      remedy: 'Restore a backup, or import the data into a new store.',
    },
  },
  importWriting: {
    code: 'store_busy',
    'zh-CN': { message: '另一项导入正在写入数据库。', remedy: '请待其结束。' },
    en: { message: 'Another import is writing to the store.', remedy: 'Wait for it to finish.' },
  },
  noStock: {
    code: 'not_found',
    'zh-CN': {
      message: '数据库中没有股票 {symbol}。',
      remedy: '请按“数据”页的写法填写证券代码，如 600000.SH。',
    },
    en: {
      message: 'There is no stock {symbol} in this store.',
      remedy: 'Write the symbol as `plateau data` does, e.g. 600000.SH.',
    },
  },
} as const satisfies Record<string, ErrorText>

/** By what a damaged store is seen to be one, where SQLite does not say it. */
export const storeFindings = {
  firstPage: {
    'zh-CN': '无法读取说明文件类型的首页。',
    en: 'Its first page, which says what the file is, cannot be read.',
  },
} as const
