import type { ErrorText } from '../../failure.ts'

/** Why a file could not be written; `{elsewhere}` is one of `elsewhere`. */
export const writingErrors = {
  diskFull: {
    code: 'disk_full',
    'zh-CN': { message: '磁盘已无法写入更多数据。', remedy: '请释放该磁盘的空间，或{elsewhere}。' },
    en: { message: 'The disk took no more data.', remedy: 'Free some space there, or {elsewhere}.' },
  },
  folderReadOnly: {
    code: 'disk_readonly',
    'zh-CN': { message: '文件夹不可写入。', remedy: '请检查其权限，或{elsewhere}。' },
    en: { message: 'The folder cannot be written to.', remedy: 'Check its permissions, or {elsewhere}.' },
  },
  folderMissing: {
    code: 'file_not_found',
    'zh-CN': { message: '文件夹不存在。', remedy: '请新建该文件夹，或{elsewhere}。' },
    en: { message: 'The folder does not exist.', remedy: 'Create it, or {elsewhere}.' },
  },
  fileForFolder: {
    code: 'usage',
    'zh-CN': { message: '应为文件夹的位置是一个文件。', remedy: '请移走该文件，或{elsewhere}。' },
    en: { message: 'A file is in the place of a folder.', remedy: 'Move the file, or {elsewhere}.' },
  },
  folderForFile: {
    code: 'usage',
    'zh-CN': { message: '该路径是文件夹，而不是文件。', remedy: '请移走该文件夹，或{elsewhere}。' },
    en: { message: 'The path is a folder, not a file.', remedy: 'Move the folder, or {elsewhere}.' },
  },
  nameTooLong: {
    code: 'usage',
    'zh-CN': { message: '名称过长，该磁盘不支持。', remedy: '请缩短名称，或{elsewhere}。' },
    en: { message: 'The name is too long for this disk.', remedy: 'Shorten it, or {elsewhere}.' },
  },
  linksInCircle: {
    code: 'usage',
    'zh-CN': { message: '通往该路径的链接形成循环。', remedy: '请修正这些链接，或{elsewhere}。' },
    en: { message: 'The links on the way to it lead in a circle.', remedy: 'Mend them, or {elsewhere}.' },
  },
} as const satisfies Record<string, ErrorText>

/** How the user names another place. */
export const elsewhere = {
  folder: { 'zh-CN': '另选文件夹', en: 'choose another folder' },
  file: { 'zh-CN': '另选文件名', en: 'name another file' },
  storeFolder: { 'zh-CN': '将数据库移到其他文件夹', en: 'move the store to another folder' },
  temporaryFolder: {
    'zh-CN': '将环境变量 TMPDIR 设为其他磁盘的文件夹',
    en: 'let TMPDIR name a folder on another disk',
  },
  owner: {
    'zh-CN': '将其所属的数据库或 TMPDIR 移到其他磁盘',
    en: 'move what it belongs to, the store or TMPDIR, to another disk',
  },
} as const
