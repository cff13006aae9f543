import type { ErrorText } from '../../failure.ts'

const beyondLimits = {
  'zh-CN': '请直接选择数据所在的文件夹。',
  en: 'Name the folder that holds the data itself.',
} as const

const unreadable = {
  'zh-CN': '文件无法读取：{reason}。',
  en: 'The file cannot be read: {reason}',
} as const

const unitsOff = {
  'zh-CN': '多数交易日的 成交额 ÷ 成交量 远离价格：成交量的单位不是股，成交额的单位不是元，或价格已复权。',
  en: 'amount / volume is far from the prices on most days: volume is not in shares, amount not in currency, or the prices are adjusted.',
} as const

/**
 * Why files cannot be found or their tables not be read as asked; `{columns}` are those of the file, `{example}` is of a
 * mapping file.
 */
export const importingErrors = {
  nothingToImport: {
    code: 'nothing_to_import',
    'zh-CN': {
      message: '所选内容中没有数据文件。',
      remedy: '请选择数据文件（CSV，可为 .gz 或在 .zip 中；.xlsx；.parquet）或其所在的文件夹。',
    },
    en: {
      message: 'There is no data file in what was named.',
      remedy:
        'Name files of data (CSV, also as .gz or in a .zip; .xlsx; .parquet) or a folder that holds them.',
    },
  },
  tooManyFiles: {
    code: 'file_unreadable',
    'zh-CN': { message: '所选内容中的文件与文件夹超过 {limit} 个。', remedy: beyondLimits['zh-CN'] },
    en: {
      message: 'There are more than {limit} files and folders in what was named.',
      remedy: beyondLimits.en,
    },
  },
  foldersTooDeep: {
    code: 'file_unreadable',
    'zh-CN': { message: '文件夹嵌套超过 {limit} 层。', remedy: beyondLimits['zh-CN'] },
    en: { message: 'Folders lie more than {limit} deep in each other.', remedy: beyondLimits.en },
  },
  fileMissing: {
    code: 'file_not_found',
    'zh-CN': { message: '没有该文件或文件夹。', remedy: '请检查路径。' },
    en: { message: 'There is no such file or folder.', remedy: 'Check the path.' },
  },
  fileUnreadable: {
    code: 'file_unreadable',
    'zh-CN': { message: unreadable['zh-CN'], remedy: '请检查文件及其文件夹的权限。' },
    en: { message: unreadable.en, remedy: 'Check the permissions of the file and of its folder.' },
  },
  linksInCircle: {
    code: 'file_unreadable',
    'zh-CN': { message: unreadable['zh-CN'], remedy: '请修正通往该文件的链接：它们形成循环。' },
    en: { message: unreadable.en, remedy: 'Mend the links on the way to it, which lead in a circle.' },
  },
  tableUnknown: {
    code: 'file_not_recognised',
    'zh-CN': {
      message: '没有一种表具有这些列：{columns}。',
      remedy: '请确认首行为列名；列名不同时，请用映射指明各列。',
    },
    en: {
      message: 'No table has these columns: {columns}.',
      remedy:
        'The first line must name the columns. For other names, say which column is which in a mapping.',
    },
  },
  columnRepeated: {
    code: 'file_not_recognised',
    'zh-CN': { message: '有两列同名：{column}。', remedy: '请将其中一列改名。' },
    en: { message: 'Two columns are named {column}.', remedy: 'Rename one of them.' },
  },
  columnMissing: {
    code: 'column_missing',
    'zh-CN': {
      message: '缺少“{field}”列；现有的列：{columns}。',
      remedy: '请将该列命名为 {names}，或用映射指明。',
    },
    en: {
      message: 'No column for {field}; the columns are {columns}.',
      remedy: 'Name it {names}, or say which column it is in a mapping file.',
    },
  },
  indexUnsaid: {
    code: 'column_missing',
    'zh-CN': {
      message: '列与文件名都没有说明是哪个指数。',
      remedy: '请增加指数列，或将文件命名为 membership_指数.csv 或 index_指数.csv。',
    },
    en: {
      message: 'Neither a column nor the file name says which index this is.',
      remedy: 'Add the column, or name the file membership_NAME.csv or index_NAME.csv.',
    },
  },
  twoTables: {
    code: 'file_not_recognised',
    'zh-CN': {
      message: '列 {factor} 与 {other} 属于两种表：复权因子与其他每日数值。',
      remedy: '请分成两个文件，或用每种表的映射各导入一次。',
    },
    en: {
      message:
        'The columns {factor} and {other} belong to two tables: cumulative factors, and other values by day.',
      remedy: 'Put them in two files, or import the file once by a mapping file for each table.',
    },
  },
  mappedColumnMissing: {
    code: 'column_missing',
    'zh-CN': {
      message: '映射从列 {column} 读取“{field}”，而文件没有该列；现有的列：{columns}。',
      remedy: '请按表头的写法填写列名。',
    },
    en: {
      message: 'The mapping file takes {field} from a column {column}; the columns are {columns}.',
      remedy: 'Write the column as the header has it.',
    },
  },
  subjectUnsaid: {
    code: 'column_missing',
    'zh-CN': {
      message: '文件名与映射中的 {pattern} 不符，无从得知“{field}”。',
      remedy: '请按此命名文件，或修改映射中的代码（"subject"）。',
    },
    en: {
      message: "The file's name does not say its {field} as {pattern} does.",
      remedy: 'Name the file so, or change "subject" in the mapping file.',
    },
  },
  pricesAdjusted: {
    code: 'mapping_invalid',
    'zh-CN': {
      message: '价格已复权：adjustflag 为 {flag}，而不是 3。',
      remedy: '请导出不复权的价格（adjustflag="3"）；复权因子由其前收盘价连乘得到。',
    },
    en: {
      message: 'The prices are adjusted: adjustflag is {flag}, not 3.',
      remedy: 'Export prices as traded (adjustflag="3"); the factor is chained from their preclose.',
    },
  },
  turnoverOff: {
    code: 'mapping_invalid',
    'zh-CN': {
      message: '{days} 个交易日中有 {off} 日的换手率高于 {unit}，即高于全部流通股份的换手率。',
      remedy: '请在映射中写明全部股份所写的数（百分数为 100，即 {example}），或不读取该列。',
    },
    en: {
      message:
        'The turnover rate is above {unit}, what is taken for all float shares, on {off} of {days} days.',
      remedy:
        'State in a mapping file what it writes for all shares, e.g. {example} for percent, or leave its column out.',
    },
  },
  meansOutside: {
    code: 'mapping_invalid',
    'zh-CN': {
      message:
        '{days} 个交易日中有 {outside} 日的均价（成交额 ÷ 成交量）不在当日最低价与最高价之间：价格已复权，或成交量、成交额并非该股所有。',
      remedy:
        '请导入不复权的价格（AkShare：adjust=""；Tushare：daily；Baostock：adjustflag="3"）；若文件另有复权因子列，请在映射中写明 "prices": "adjusted"。',
    },
    en: {
      message:
        "On {outside} of {days} days the mean price, amount / volume, lies outside the day's range: the prices are adjusted, or volume and amount are not theirs.",
      remedy:
        'Import prices as traded (AkShare: adjust=""; Tushare: daily; Baostock: adjustflag="3"). Where the file has a column of factors, state "prices": "adjusted" in a mapping file.',
    },
  },
  factorsOff: {
    code: 'mapping_invalid',
    'zh-CN': {
      message:
        '列 {column} 的 {values} 个数中有 {off} 个不为正，或与同一股票相邻交易日的不同：不是累计复权因子，后者只在除权日变化。',
      remedy:
        '若是自有的每日因子，请将该列改为因子自己的名称，或用映射导入（"table": "extraFactors"）；若确为复权因子，请改名为 adj_factor。',
    },
    en: {
      message:
        'Of {values} numbers of {column}, {off} are not positive or differ from that of the day before of the same stock: they are no cumulative adjustment factors, which change on ex-days alone.',
      remedy:
        'Where it is a daily factor of your own, name the column after it, or import it by a mapping file ("table": "extraFactors"); name it adj_factor where it is one of adjustment all the same.',
    },
  },
  unitsOff: {
    code: 'mapping_invalid',
    'zh-CN': {
      message: unitsOff['zh-CN'],
      remedy: '没有一种常用单位相符。请在映射中写明单位（如手与千元：{example}），并导入不复权的价格。',
    },
    en: {
      message: unitsOff.en,
      remedy:
        'None of the usual units fits. State the units in a mapping file, e.g. {example} for lots and thousands; import raw prices.',
    },
  },
  otherUnits: {
    code: 'mapping_invalid',
    'zh-CN': {
      message: unitsOff['zh-CN'],
      remedy:
        '若成交量 × {volume}、成交额 × {amount}，则前 {days} 日中有 {share} 在当日价格范围内。请在映射中写明单位（如手与千元：{example}），并导入不复权的价格。',
    },
    en: {
      message: unitsOff.en,
      remedy:
        "With volume × {volume} and amount × {amount} it lies within the day's range on {share} of the first {days} days. State the units in a mapping file, e.g. {example} for lots and thousands; import raw prices.",
    },
  },
} as const satisfies Record<string, ErrorText>
