import type { Texts as SameShape } from '../../src-shared/locales/index.ts'

/** Texts of the panel that says what the app is and what it is made of. */
const zhCN = {
  about: {
    title: '关于',
    product: '平原 Plateau {version}',
    text: '本地量化工作站，以 MIT 许可发布。所含第三方软件归各自作者所有，许可证全文随程序提供。',
    licences: '第三方许可证…',
    dialog: '第三方许可证',
    parts: '{count} 个组件',
    textOf: '{name} 的许可证',
    close: '关闭',
  },
}

const en: SameShape<typeof zhCN> = {
  about: {
    title: 'About',
    product: 'Plateau {version}',
    text: 'A quant workstation on your own machine, under the MIT licence. The third-party software in it belongs to its authors; the full text of every licence comes with the program.',
    licences: 'Third-party licences…',
    dialog: 'Third-party licences',
    parts: '{count} parts',
    textOf: 'Licence of {name}',
    close: 'Close',
  },
}

export const aboutTexts = { 'zh-CN': zhCN, en }
