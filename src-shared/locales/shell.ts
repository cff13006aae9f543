import type { Locale, Texts } from './index.ts'

/** Questions of the shell itself, asked by the system's own dialogs when there is no page to ask them. */
const zhCN = {
  hung: {
    message: '界面没有响应',
    detail:
      '可以继续等待，或重新载入界面。正在运行的研究与导入在后台进行，不受影响；界面中尚未提交的输入会丢失。',
    wait: '继续等待',
    reload: '重新载入',
  },
  gone: {
    message: '界面进程反复终止',
    detail:
      '一分钟内已终止 {count} 次，自动重新载入已停止。退出时，正在运行的研究会保存已完成的轮次，之后可以继续。',
    reload: '再次载入',
    quit: '退出',
  },
}

const en: Texts<typeof zhCN> = {
  hung: {
    message: 'The window does not respond',
    detail:
      'Wait for it, or load it again. Studies and imports that run are not touched by that; what was typed and not yet sent is lost.',
    wait: 'Wait',
    reload: 'Load again',
  },
  gone: {
    message: 'The window’s process keeps ending',
    detail:
      'It ended {count} times within a minute and is not loaded again by itself. On quitting, studies that run keep the epochs they have and can go on later.',
    reload: 'Load again',
    quit: 'Quit',
  },
}

export const shellTexts: Readonly<Record<Locale, Texts<typeof zhCN>>> = { 'zh-CN': zhCN, en }
