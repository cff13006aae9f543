import type { Texts as SameShape } from '../../src-shared/locales/index.ts'

/** Texts about a store that cannot be opened or is damaged, what becomes of it, and the backups that it makes by itself. */
const zhCN = {
  faults: {
    /** What to do about the store itself, by error code, in place of the remedy of the error. */
    steps: {
      store_corrupt:
        '请勿继续写入。可用最近一次完好的自动备份或其他备份替换；损坏的文件会保留在旁，不会删除。',
      store_newer:
        '为避免误读数据，旧版本不打开新版本的数据库，文件未作任何改动。请升级平原后再打开，或打开其他数据库。',
      store_not_plateau: '请选择平原的数据库文件。该文件未作任何改动。',
      store_busy: '另一个窗口或命令正在使用。请待其结束或将其关闭，然后重试。',
      disk_full: '请先释放该磁盘的空间，然后重试。未完成的写入已撤销，原有数据不变。',
      disk_readonly:
        '请检查文件与文件夹的写入权限（数据库旁还需写入两个日志文件），或将数据库复制到可写的文件夹后再打开。',
      file_not_found: '文件可能已移动或改名，或所在磁盘未连接。请恢复后重试，或打开其他数据库。',
    },
    technical: '技术信息',
    retry: '重试',
    close: '关闭提示',
    checking: '正在校验备份…',
    backup: '最近一次完好的自动备份：{time}（{size}）',
    noBackup: '没有可用的自动备份。',
    unsound: '更新的备份同样不可用：{names}',
    lostTitle: '恢复后将失去 {time} 之后的全部改动，其中：',
    lostImports: '导入的文件',
    lostStudies: '运行过的研究',
    unknown: '损坏处无法读取，数量未知',
    none: '无',
    count: '{count} 个：{names}',
    countMore: '{count} 个：{names} 等',
    keptThere: '损坏的文件将保留为同一文件夹中的“{name}.corrupt-时间”。',
    restore: '恢复此备份',
    restoreFrom: '用其他备份恢复…',
    startAnew: '在原处新建空数据库',
    openOther: '打开其他数据库…',
    recovered: '已恢复到 {time} 的备份',
    recoveredFrom: '已用所选备份恢复',
    startedAnew: '已在原处新建空数据库',
    kept: '原文件保留于：{path}',
    notThere: '原处没有文件。',
    lostAfter: '已失去 {time} 之后的全部改动，其中：',
    dismiss: '知道了',
  },
  backups: {
    title: '自动备份',
    meaning: '数据库有变动时每天自动备份一次，保留最近 {count} 份',
    hint: '空闲两分钟后进行，研究或导入开始时让路；每份备份均经完整性校验',
    folder: '备份文件夹',
    newest: '最近备份',
    never: '尚无',
    count: '共 {count} 份，{size}',
    running: '正在备份…',
    failed: '上次自动备份未成功',
  },
}

const en: SameShape<typeof zhCN> = {
  faults: {
    steps: {
      store_corrupt:
        'Write nothing more to it. Its newest sound backup, or another copy, can take its place; the damaged file is kept beside it, never deleted.',
      store_newer:
        'An older version could misread what a newer one has written, so the store is not opened; the file was not changed. Update Plateau, or open another store.',
      store_not_plateau: 'Choose the store of a Plateau project. The file was not changed.',
      store_busy: 'Another window or command is using it. Wait for that to end, or close it, then try again.',
      disk_full:
        'Free space on this disk, then try again. What could not be written whole was undone; all that was there before is as it was.',
      disk_readonly:
        'Check the permissions of the file and its folder (two log files are written beside a store), or copy the store into a folder that can be written and open it there.',
      file_not_found:
        'The file may have been moved or renamed, or its disk is not connected. Put it back and try again, or open another store.',
    },
    technical: 'Technical details',
    retry: 'Try again',
    close: 'Close this notice',
    checking: 'Checking the backups…',
    backup: 'Newest sound automatic backup: {time} ({size})',
    noBackup: 'There is no automatic backup to restore.',
    unsound: 'Newer backups cannot be used either: {names}',
    lostTitle: 'Everything changed after {time} will be lost, of it known:',
    lostImports: 'Files imported',
    lostStudies: 'Studies that ran',
    unknown: 'not known: that part cannot be read',
    none: 'none',
    count: '{count}: {names}',
    countMore: '{count}: {names}, …',
    keptThere: 'The damaged file stays in its folder as “{name}.corrupt-TIME”.',
    restore: 'Restore this backup',
    restoreFrom: 'Restore another copy…',
    startAnew: 'New empty store in its place',
    openOther: 'Open another store…',
    recovered: 'Restored from the backup of {time}',
    recoveredFrom: 'Restored from the copy you chose',
    startedAnew: 'A new empty store is in its place',
    kept: 'What was there is kept as: {path}',
    notThere: 'There was no file in its place.',
    lostAfter: 'Everything changed after {time} is lost, of it known:',
    dismiss: 'Understood',
  },
  backups: {
    title: 'Automatic backups',
    meaning: 'Back up once a day when the store has changed; the last {count} are kept',
    hint: 'After two minutes of rest, giving way to studies and imports; every copy is checked as a whole',
    folder: 'Folder of the backups',
    newest: 'Newest',
    never: 'none yet',
    count: '{count} in all, {size}',
    running: 'Backing up…',
    failed: 'The last automatic backup was not made',
  },
}

export const faultTexts = { 'zh-CN': zhCN, en }
