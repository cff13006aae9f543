import type { Texts as SameShape } from '../../src-shared/locales/index.ts'

/** Texts of charts as such: how they are called and read with the keys. */
const zhCN = {
  charts: {
    chart: '图表',
    keys: '图表按键',
    keysHint: '以 Tab 选中图表后有效；光标处的数值同时由读屏软件朗读',
    keyNames: {
      move: '光标移到前一点、后一点',
      zoom: '放大、缩小；热力图中移到上一行、下一行',
      ends: '光标移到首点、末点',
      pages: '上一只、下一只股票（行情图）',
      open: '打开光标所在日（净值图）',
      leave: '收起光标，离开图表',
    },
  },
}

const en: SameShape<typeof zhCN> = {
  charts: {
    chart: 'chart',
    keys: 'Keys of charts',
    keysHint: 'While a chart has the focus, by Tab; screen readers are told the values at the crosshair',
    keyNames: {
      move: 'Crosshair to the point before, after',
      zoom: 'Zoom in, out; in a heatmap to the row above, below',
      ends: 'Crosshair to the first, last point',
      pages: 'Stock before, after (prices)',
      open: 'Open the day at the crosshair (NAV)',
      leave: 'Put the crosshair away and leave the chart',
    },
  },
}

export const chartTexts = { 'zh-CN': zhCN, en }
