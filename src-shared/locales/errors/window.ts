import type { ErrorText } from '../../failure.ts'

/** What the window itself finds. */
export const windowErrors = {
  importInterrupted: {
    code: 'interrupted',
    'zh-CN': { message: '服务进程已结束，数据库保持原状。', remedy: '请重新导入。' },
    en: { message: 'The service process ended; the store is as it was before.', remedy: 'Start it again.' },
  },
  landscapeInterrupted: {
    code: 'interrupted',
    'zh-CN': { message: '服务进程已结束，该损失地形未保留。', remedy: '请重新绘制。' },
    en: {
      message: 'The service process ended; nothing of the landscape is kept.',
      remedy: 'Draw it again.',
    },
  },
  logoRefused: {
    code: 'file_not_recognised',
    'zh-CN': { message: '未采用该徽标：{why}', remedy: '请选择 PNG、JPEG 或 SVG 图片。' },
    en: { message: 'The logo is not taken. {why}', remedy: 'Choose a PNG, JPEG or SVG picture.' },
  },
} as const satisfies Record<string, ErrorText>

/** Why a picture is no logo. */
export const logoFaults = {
  tooLarge: { 'zh-CN': '超过 20 MB。', en: 'It has more than 20 MB.' },
  noSize: { 'zh-CN': '图片没有尺寸。', en: 'It has no size.' },
  noPicture: { 'zh-CN': '无法作为图片显示。', en: 'It cannot be shown as a picture.' },
  notAlone: {
    'zh-CN': '其中含有图片以外的内容，例如图形中的 HTML。',
    en: 'It holds more than a picture, such as HTML within a drawing.',
  },
} as const
