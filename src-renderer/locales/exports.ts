import type { Texts as SameShape } from '../../src-shared/locales/index.ts'

/** Texts of exports. */
const zhCN = {
  exports: {
    menu: '导出',
    menuOf: '导出：{name}',
    table: '表格：{name}',
    chart: '图表：{name}',
    csv: 'CSV 文件',
    xlsx: 'Excel 工作簿（XLSX）',
    copy: '复制到剪贴板',
    png: 'PNG 图片（2 倍分辨率）',
    svg: 'SVG 矢量图',
    data: '图表数据（CSV）',
    dataSuffix: '图表数据',
    saved: '已保存至 {path}',
    copied: '已复制 {rows} 行',
    close: '关闭提示',
    lower: '{name}：下限',
    upper: '{name}：上限',
    error: '{name}：误差',
    seconds: '{name}（秒）',
    coordinate: '方向 {number} 坐标',
    trainedEpochs: '已训练轮次',
  },
}
const en: SameShape<typeof zhCN> = {
  exports: {
    menu: 'Export',
    menuOf: 'Export: {name}',
    table: 'Table: {name}',
    chart: 'Chart: {name}',
    csv: 'CSV file',
    xlsx: 'Excel workbook (XLSX)',
    copy: 'Copy to the clipboard',
    png: 'PNG picture (2×)',
    svg: 'SVG picture',
    data: 'Chart data (CSV)',
    dataSuffix: 'data',
    saved: 'Saved to {path}',
    copied: 'Rows copied: {rows}',
    close: 'Close the message',
    lower: '{name}: lower bound',
    upper: '{name}: upper bound',
    error: '{name}: error',
    seconds: '{name}, s',
    coordinate: 'Coordinate along direction {number}',
    trainedEpochs: 'Epochs trained',
  },
}
export const exportTexts = { 'zh-CN': zhCN, en }
