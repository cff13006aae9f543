import type { Texts as SameShape } from '../../src-shared/locales/index.ts'

/** Texts of tables as such. */
const zhCN = {
  table: {
    edge: '拖动改变列宽，双击恢复自动列宽',
    keys: '表格按键',
    keysHint: '以 Tab 选中表头后有效；列宽在下次启动后保留',
    keyNames: {
      sort: '按该列升序、降序排列，再按恢复原序',
      width: '列宽减小、增大',
      content: '恢复自动列宽',
    },
  },
}

const en: SameShape<typeof zhCN> = {
  table: {
    edge: 'Draw to change the width of the column; a double click makes it automatic again',
    keys: 'Keys of tables',
    keysHint: 'While the head of a column has the focus, by Tab; widths are kept for the next start',
    keyNames: {
      sort: 'Sort by the column: ascending, descending, as it was',
      width: 'Column narrower, wider',
      content: 'Automatic width',
    },
  },
}

export const tableTexts = { 'zh-CN': zhCN, en }
