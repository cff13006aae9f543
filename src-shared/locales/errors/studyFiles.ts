import type { ErrorText } from '../../failure.ts'

/** What is wrong with a study as it was written. */
export const studyFileErrors = {
  missing: {
    code: 'file_not_found',
    'zh-CN': { message: '无法读取研究文件。', remedy: '请检查路径。' },
    en: { message: 'The study file cannot be read.', remedy: 'Check the path.' },
  },
  unreadable: {
    code: 'file_unreadable',
    'zh-CN': { message: '无法读取研究文件。', remedy: '请检查它是否为文件，以及是否可读。' },
    en: {
      message: 'The study file cannot be read.',
      remedy: 'Check that it is a file and that it may be read.',
    },
  },
  notJson: {
    code: 'study_invalid',
    'zh-CN': { message: '不是有效的 JSON：{reason}', remedy: '请更正该处的 JSON。' },
    en: { message: 'The file is not valid JSON: {reason}', remedy: 'Correct the JSON at that place.' },
  },
  refused: {
    code: 'study_invalid',
    'zh-CN': {
      message: '设置有误：{issues}。',
      remedy: '请更正该字段；各字段的范围与默认值见 docs/guide/zh-CN/study-file.md。',
    },
    en: {
      message: '{issues}',
      remedy: 'Correct the field; docs/guide/en/study-file.md lists every field with its range and default.',
    },
  },
} as const satisfies Record<string, ErrorText>
