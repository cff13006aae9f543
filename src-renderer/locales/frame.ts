import type { Texts as SameShape } from '../../src-shared/locales/index.ts'

/** Texts of the command palette and the settings screen. */
const zhCN = {
  commands: {
    palette: '命令面板',
    search: '输入命令、页面或研究名称',
    none: '没有匹配的命令',
    screen: '转到：{screen}',
    study: '查看研究：{name}',
    theme: '切换深色与浅色',
    language: '切换中文与英文',
  },
  settings: {
    title: '设置',
    appearance: '外观',
    language: '语言',
    languages: { zh: '中文', en: '英文' },
    theme: '主题',
    themes: { dark: '深色', light: '浅色', system: '跟随系统' },
    colours: '涨跌颜色',
    colourPairs: { 'red-up': '红涨绿跌', 'green-up': '绿涨红跌', 'orange-up': '橙涨蓝跌（色觉友好）' },
    sample: '示例',
    keys: '键盘快捷键',
    keysHint: '点“更改”后按下新的组合键；Esc 放弃',
    command: '命令',
    chords: '快捷键',
    change: '更改',
    press: '请按键…',
    taken: '{chord} 已用于“{command}”',
    plain: '单个字母或数字会与输入冲突，请加 Ctrl 或 Alt',
    reset: '恢复默认',
  },
}

const en: SameShape<typeof zhCN> = {
  commands: {
    palette: 'Command palette',
    search: 'Type a command, a screen or the name of a study',
    none: 'No command matches',
    screen: 'Go to: {screen}',
    study: 'Show study: {name}',
    theme: 'Switch between dark and light',
    language: 'Switch between Chinese and English',
  },
  settings: {
    title: 'Settings',
    appearance: 'Appearance',
    language: 'Language',
    languages: { zh: 'Chinese', en: 'English' },
    theme: 'Theme',
    themes: { dark: 'Dark', light: 'Light', system: 'As the system' },
    colours: 'Colours of change',
    colourPairs: {
      'red-up': 'Red up, green down',
      'green-up': 'Green up, red down',
      'orange-up': 'Orange up, blue down (for colour-blind eyes)',
    },
    sample: 'Example',
    keys: 'Keyboard shortcuts',
    keysHint: 'Choose “Change”, then press the new keys; Esc gives up',
    command: 'Command',
    chords: 'Keys',
    change: 'Change',
    press: 'Press keys…',
    taken: '{chord} already belongs to “{command}”',
    plain: 'A single letter or digit would be typed into fields: add Ctrl or Alt',
    reset: 'Restore defaults',
  },
}

export const frame = { 'zh-CN': zhCN, en }
