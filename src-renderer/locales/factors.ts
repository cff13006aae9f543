import type { Texts as SameShape } from '../../src-shared/locales/index.ts'

/** Texts of the stocks of a factor's layers, and of its test by other settings. */
const zhCN = {
  factors: {
    title: '各层个股',
    hint: '由库中的预测重算，当日 IC 与结果一致方予显示',
    none: '选择测试截面，或在 RankIC 序列图上单击某日；点击分层统计的一行选择分层。',
    keys: '单击某个截面，或以左右键移动光标后按回车，查看当日各层个股',
    reading: '正在由库中的预测与行情重算当日因子…',
    before: '前一截面',
    after: '后一截面',
    last: '最后截面',
    allLayers: '全部分层',
    stocks: '股票数',
    meanReturn: '下期收益均值',
    meanOfAll: '全部分层均值',
    rankIcNote: '当日截面',
    score: '因子值',
    scoreHint: '参与测试的因子值，各截面 z 值',
    nextReturn: '下期收益',
    nextReturnHint: '次日均价至其后第 {days} 个交易日均价，复权；缺价为 —',
    retest: '换口径重新测试',
    retestHint: '由库中的预测与行情计算，无需重新训练',
    horizon: '收益期（日）',
    layers: '分层数',
    neutralisation: '中性化',
    neutralise: { none: '不中性化', industry: '行业中性', size: '市值中性', both: '行业与市值中性' },
    start: '重新测试',
    cancel: '取消',
    readingMarket: '正在读取行情…',
    computing: '正在计算因子：{done} / {all} 个截面',
    by: '口径',
    ofStudy: '研究',
    anew: '重新测试',
    settings: '{neutralise}，{horizon} 日收益，{layers} 层',
    notStored: '重新测试的结果不写入数据库，不属于研究结果，也不进入报告。',
    trainedOn: '模型以 {trained} 个交易日的收益为标签训练，此处以 {horizon} 个交易日的收益测试。',
    overlap:
      '{horizon} 个交易日的收益在相邻截面间重叠，t 值偏高，请以 Newey-West t 值（滞后 {lag} 阶）为准。',
    withoutIndustry: '{count} 个样本没有行业分类，中性化时归为同一行业。',
    withoutSize: '{count} 个样本没有流通市值，中性化时按均值处理，其中的市值影响未予剔除。',
    weekly: '各层每周调仓，与收益期无关；收益期只影响 IC 与 RankIC。',
  },
}

const en: SameShape<typeof zhCN> = {
  factors: {
    title: 'Stocks of the layers',
    hint: 'Computed anew from the stored predictions; shown only when the IC of the date equals the result',
    none: 'Choose a test date, or click one on the chart of RankIC; a click on a row of the layers chooses the layer.',
    keys: 'A click on a test date, or the crosshair moved by left and right and Enter, shows the stocks of its layers',
    reading: 'Computing the factor of the day anew from the stored predictions and prices…',
    before: 'Test date before',
    after: 'Test date after',
    last: 'Last test date',
    allLayers: 'All layers',
    stocks: 'Stocks',
    meanReturn: 'Mean next return',
    meanOfAll: 'Mean of all layers',
    rankIcNote: 'Of this date',
    score: 'Score',
    scoreHint: 'The factor as it was tested, a z-score on each date',
    nextReturn: 'Next return',
    nextReturnHint:
      'Adjusted vwap of the next day to that of {days} trading days later; — where one is missing',
    retest: 'Test by other settings',
    retestHint: 'From the stored predictions and prices, without training anything',
    horizon: 'Return over (days)',
    layers: 'Layers',
    neutralisation: 'Neutralised by',
    neutralise: {
      none: 'Not neutralised',
      industry: 'Free of industries',
      size: 'Free of size',
      both: 'Free of industries and size',
    },
    start: 'Test',
    cancel: 'Cancel',
    readingMarket: 'Reading prices…',
    computing: 'Computing the factor: {done} of {all} test dates',
    by: 'Settings',
    ofStudy: 'Study',
    anew: 'Tested anew',
    settings: '{neutralise}, {horizon}-day returns, {layers} layers',
    notStored: 'What is tested anew is not stored: it is no part of the study’s result and of no report.',
    trainedOn:
      'The model was trained on returns over {trained} trading days, and is tested here on returns over {horizon}.',
    overlap:
      'Returns over {horizon} trading days overlap from one test date to the next, which inflates t: read the Newey-West t (lag {lag}).',
    withoutIndustry:
      'Stock-dates without a known industry: {count}; the neutralisation takes these stocks for one industry.',
    withoutSize:
      'Stock-dates without a float capitalisation: {count}; the neutralisation takes them for stocks of mean size, and leaves in what size would explain.',
    weekly: 'Layers are set anew every week whatever the horizon, which is of IC and RankIC alone.',
  },
}

export const factorTexts = { 'zh-CN': zhCN, en }
