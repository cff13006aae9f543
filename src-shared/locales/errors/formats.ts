import type { ErrorText } from '../../failure.ts'

/** Why the content of a file cannot be read; `{reason}` is what the system or a library says. */
export const formatErrors = {
  empty: {
    code: 'file_not_recognised',
    'zh-CN': { message: '文件为空。', remedy: '请重新导出；首行须为列名。' },
    en: { message: 'The file is empty.', remedy: 'Export it again; the first line must name the columns.' },
  },
  otherContent: {
    code: 'file_not_recognised',
    'zh-CN': { message: '内容为“{content}”，不是 CSV。', remedy: '请将表导出为 UTF-8 编码的 CSV。' },
    en: { message: 'The content is {content}, not CSV.', remedy: 'Export the table as CSV in UTF-8.' },
  },
  notGzip: {
    code: 'file_not_recognised',
    'zh-CN': { message: '文件名以 .gz 结尾，内容却不是 gzip。', remedy: '请改正文件名，或压缩文件。' },
    en: {
      message: 'The name ends in .gz but the content is not gzip.',
      remedy: 'Rename the file, or compress it.',
    },
  },
  nulBytes: {
    code: 'file_corrupt',
    'zh-CN': {
      message: '文件含有 NUL 字节：不是文本，或已损坏。',
      remedy: '请重新导出为 UTF-8 编码的 CSV。',
    },
    en: {
      message: 'The file contains NUL bytes: it is not text, or it is damaged.',
      remedy: 'Export the file again as CSV in UTF-8.',
    },
  },
  inNoEncoding: otherEncoding(
    '文本既不是 UTF-8，也不是 GB18030（GBK）。',
    'The text is neither UTF-8 nor GB18030 (GBK).',
  ),
  notInEncoding: otherEncoding('文本不是 {encoding}。', 'The text is not {encoding}.'),
  quoteOpen: {
    code: 'file_corrupt',
    'zh-CN': { message: '引号未闭合。', remedy: '请补上或删去引号（"），然后重新导入。' },
    en: {
      message: 'A quoted field is never closed.',
      remedy: 'Close the quote (") or remove it, then import again.',
    },
  },
  textAfterQuote: {
    code: 'file_corrupt',
    'zh-CN': {
      message: '闭合的引号之后还有文字。',
      remedy: '请将引号内的每个引号写成两个，然后重新导入。',
    },
    en: {
      message: 'Text follows a closing quote.',
      remedy: 'Double every quote inside a quoted field, then import again.',
    },
  },
  lineTooLong: {
    code: 'file_corrupt',
    'zh-CN': { message: '该行过长，不是表中的一行。', remedy: '请确认文件是由分隔符分列的文本。' },
    en: {
      message: 'The line is too long for a row of a table.',
      remedy: 'Check that the file is delimited text.',
    },
  },

  packedDamaged: damaged(
    '压缩数据已损坏或不完整（{reason}）。',
    'The packed data are damaged or cut off ({reason}).',
  ),
  afterGzip: damaged(
    '压缩数据之后有不属于 gzip 的字节，其后的内容无法读取。',
    'Bytes that are not gzip follow the packed data, and what comes after them is unread.',
  ),
  archiveDamaged: damaged(
    '压缩包已损坏或不完整（{reason}）。',
    'The archive is damaged or cut off ({reason}).',
  ),
  memberChanged: damaged(
    '压缩包中该文件的数据与压缩时的不同。',
    'The data of this member of the archive are not those it was packed from.',
  ),
  inflatesTimes: outOfProportion(
    '解压后超过原大小的 {limit} 倍',
    'It inflates to more than {limit} times its size',
  ),
  inflatesBytes: outOfProportion('解压后超过 {limit} 字节', 'It inflates to more than {limit} bytes'),
  tooManyMembers: outOfProportion('其中的文件超过 {limit} 个', 'It has more than {limit} members'),
  membersOverlap: outOfProportion('其中的文件合计大于压缩包本身', 'Its members take more bytes than it has'),

  workbookDamaged: damaged('工作簿已损坏（{reason}）。', 'The workbook is damaged ({reason}).'),
  noSheetList: damaged('工作簿没有说明有哪些工作表。', 'The workbook does not say which sheets it has.'),
  partTooLarge: outOfProportion('其{part}长达 {bytes} 字节', 'Of its {part} there are {bytes} bytes'),
  sheetCutOff: damaged('工作表不完整。', 'The sheet is cut off.'),
  rowOutOfOrder: damaged('第 {before} 行之后是第 {row} 行。', 'Row {row} follows row {before}.'),
  cellOutOfOrder: damaged('单元格 {cell} 无效，或次序有误。', 'Cell {cell} is none, or out of its order.'),
  noSharedString: damaged('没有第 {number} 号共享字符串。', 'There is no shared string {number}.'),

  cutOff: damaged('文件不完整。', 'The file is cut off.'),
  pointsOutside: damaged('文件指向其中没有的字节。', 'It points to bytes that it does not have.'),
  parquetDamaged: damaged('Parquet 数据已损坏（{reason}）。', 'The Parquet data are damaged ({reason}).'),
  schemaDamaged: damaged('Parquet 的列定义已损坏（{reason}）。', 'The Parquet schema is damaged ({reason}).'),
  groupRows: damaged('有一个行组的行数为 {rows}。', 'A row group has {rows} rows.'),
  groupColumns: damaged(
    '有一个行组的列与文件的列不同。',
    'The columns of a row group are not those of the file.',
  ),
  columnValues: damaged(
    '列 {column} 有 {values} 个值，而行数为 {rows}。',
    'The column {column} has {values} values for {rows} rows.',
  ),
  columnNested: {
    code: 'file_not_recognised',
    'zh-CN': {
      message: '列 {column} 为嵌套类型：一个单元格中有列表或记录。',
      remedy: '请将其各部分写成单独的列，或去掉该列。',
    },
    en: {
      message: 'The column {column} is nested: lists or records in one cell.',
      remedy: 'Write its parts as columns of their own, or leave the column out.',
    },
  },
  pagesTooLarge: {
    code: 'file_unreadable',
    'zh-CN': {
      message: '须同时载入内存的数据页超过 {limit} MiB。',
      remedy: '请以 1 MB 的数据页或 100,000 行的行组重新写出文件，再导入。',
    },
    en: {
      message: 'The pages that must be in memory together take more than {limit} MiB.',
      remedy: 'Write the file with pages of 1 MB or row groups of 100,000 rows, and import that.',
    },
  },

  tooManyInstruments: outOfProportion('其中的证券超过 {limit} 只', 'It has more than {limit} instruments'),
  notTradingDay: damaged('{day} 不是交易日。', '{day} is no trading day.'),
  longerThanCalendar: damaged(
    '文件有 {bytes} 字节，而日历的全部日期至多占 {limit} 字节。',
    'It has {bytes} bytes where the days of a calendar take {limit} at most.',
  ),
  notFloatColumn: damaged(
    '不是以首个值的位置开头的 float32 数据列。',
    'It is not a column of float32 values with the position of the first in front.',
  ),
  beyondCalendar: damaged(
    '自第 {first} 日起的 {count} 个值超出日历的 {days} 日。',
    'Its {count} values from day {first} on end after the {days} days of the calendar.',
  ),
} as const satisfies Record<string, ErrorText>

/** What a file may hold in place of CSV. */
export const otherContents = {
  pdf: { 'zh-CN': 'PDF 文档', en: 'a PDF document' },
  archive: { 'zh-CN': '嵌套的压缩包或工作簿', en: 'an archive or a workbook inside another' },
  oldWorkbook: {
    'zh-CN': '2007 年以前的 Excel 工作簿（.xls）',
    en: 'an Excel workbook of before 2007 (.xls)',
  },
  sqlite: { 'zh-CN': 'SQLite 数据库', en: 'an SQLite database' },
  parquet: { 'zh-CN': '嵌套的 Parquet 文件', en: 'a Parquet file inside another' },
  image: { 'zh-CN': '图片', en: 'an image' },
  utf16: { 'zh-CN': 'UTF-16 文本', en: 'UTF-16 text' },
} as const

export const workbookParts = {
  sheetList: { 'zh-CN': '工作表清单', en: 'list of sheets' },
  sheet: { 'zh-CN': '工作表', en: 'sheet' },
  strings: { 'zh-CN': '共享字符串', en: 'shared strings' },
  styles: { 'zh-CN': '样式', en: 'styles' },
} as const

function damaged<const Zh extends string, const En extends string>(zh: Zh, en: En) {
  return {
    code: 'file_corrupt',
    'zh-CN': { message: zh, remedy: '请重新复制或下载该文件。' },
    en: { message: en, remedy: 'Copy or download the file again.' },
  } as const
}

function outOfProportion<const Zh extends string, const En extends string>(zh: Zh, en: En) {
  return {
    code: 'file_corrupt',
    'zh-CN': {
      message: `${zh}：不是行情数据表，或已损坏。`,
      remedy: '请解压文件，检查其内容，再导入所需的部分。',
    },
    en: {
      message: `${en}: not a table of market data, or damaged.`,
      remedy: 'Unpack the file, check what is in it, and import that.',
    },
  } as const
}

function otherEncoding<const Zh extends string, const En extends string>(zh: Zh, en: En) {
  return {
    code: 'file_corrupt',
    'zh-CN': { message: zh, remedy: '请改选编码，或将文件另存为 UTF-8，然后重新导入。' },
    en: {
      message: en,
      remedy: 'Choose another encoding, or save the file as UTF-8, then import again.',
    },
  } as const
}
