import type { Texts as SameShape } from '../../src-shared/locales/index.ts'

/** Texts of the banner that tells of what died and came back. */
const zhCN = {
  restarts: {
    host: '服务进程意外终止，已自动重启；当时未完成的查询与导入需要重新发起。',
    page: '界面进程意外终止，已重新载入；研究与导入在后台继续。',
    givenUp: '服务进程一分钟内多次终止，不再自动重启。请退出并重新启动；已完成的轮次均已保存，之后可以继续。',
    interrupted: '研究“{names}”已中断，已完成的轮次均已保存，可从断点继续。',
    separator: '”“',
    resume: '继续研究',
    dismiss: '知道了',
  },
}

const en: SameShape<typeof zhCN> = {
  restarts: {
    host: 'The service process ended unexpectedly and was started again; queries and imports it was at have to be asked for anew.',
    page: 'The window’s process ended unexpectedly and was loaded again; studies and imports go on in the background.',
    givenUp:
      'The service process ended several times within a minute and is not started again. Quit and start the app anew; all finished epochs are kept and can be continued.',
    interrupted: 'Interrupted: “{names}”. All finished epochs are kept and can be continued.',
    separator: '”, “',
    resume: 'Continue',
    dismiss: 'Dismiss',
  },
}

export const restartTexts = { 'zh-CN': zhCN, en }
