import type { Texts as SameShape } from '../../src-shared/locales/index.ts'

/** Texts of how landscapes are looked at: contours or surfaces, which runs, on what scale. */
const zhCN = {
  landscapeView: {
    title: '查看方式',
    titleHint: '所有图共用一个色阶与高度',
    as: '图形',
    forms: { contour: '等高线', surface: '三维曲面' },
    runs: '显示的训练',
    covered: '标度覆盖',
    coveredHint: '从最低损失起计入标度的节点比例；其上的损失截断',
    coveredAll: '全部节点',
    coveredShare: '最低 {share} 的节点',
    top: '截断于',
    topHint: '自定标度上限，须高于最低损失；留空按“标度覆盖”',
    topRefused: '上限须高于最低损失 {lowest}，现按“标度覆盖”',
    automatic: '自动 {top}',
    whole: '标度 {lowest} 至 {top}，{nodes} 个节点全部在内',
    cutContour: '标度 {lowest} 至 {top}；{nodes} 个节点中有 {cut} 个高于上限，画作最深一档',
    cutSurface: '标度 {lowest} 至 {top}；{nodes} 个节点中有 {cut} 个高于上限，按上限高度画',
    noWebgl:
      '本机当前无法使用 WebGL（显卡驱动缺失、被禁用，或远程桌面），因此以等高线代替三维曲面，数值相同。',
    lost: '显卡收回了 WebGL，因此以等高线代替三维曲面，数值相同。',
    again: '重试',
    tooMany: '三维曲面一次至多 {limit} 个，其余以等高线显示；可在“显示的训练”中另选。',
    surfaceHint:
      '各图色阶、高度与视角相同；无网格处未计算或无定义。折线为各轮参数在平面上的投影，红点为最优轮次；指向曲面或某轮可见其损失',
    surfaceDescription:
      '三维曲面：{run} 的{part}损失在其轨迹平面上的分布与训练轨迹；平面占距离平方的 {share}。',
    keys: '拖动或方向键旋转，+ 与 - 缩放（获得焦点后可用滚轮），Home 复位',
    cut: '高于标度，按上限画',
    reset: '复位视角',
    nearer: '放大',
    further: '缩小',
    grid: '网格',
    gridNote: '轨迹跨度外每侧余量 {margin}',
    gridPart: '已计算 {done} / {all} 个节点',
    part: '评估集',
    loss: '损失',
    losses: { ic: '−IC，各截面均值', mse: '均方误差，各截面均值' },
    directions: '方向',
    directionsNote: '单位正交，未作滤波器归一化；坐标以参数为单位',
    directionsOf: { own: '各次训练轨迹的两个主方向', joint: '全部轨迹共同的两个主方向' },
    draws: '抽样',
    drawsText: '种子 {seed}，{draws} 次',
    drawsNote: '只用于锐度',
    cells: '网格节点 {done} / {all}',
    measure: '锐度指标',
    errors: {
      samSharpness: '精确值，无误差',
      ballIncrease: '误差线为标准误',
      topEigenvalue: '误差线为残差范数',
      trace: '误差线为标准误',
    },
    sharpnessDescription: '误差线图：{runs} 的{measure}。',
    noLine: '所选训练之间没有连线：把它们放在同一次绘制中，首个训练与其余各个之间会有连线。',
  },
}

const en: SameShape<typeof zhCN> = {
  landscapeView: {
    title: 'View',
    titleHint: 'One scale of colour and height for all panels',
    as: 'Drawn as',
    forms: { contour: 'Contours', surface: '3-D surface' },
    runs: 'Runs shown',
    covered: 'Scale covers',
    coveredHint:
      'Share of the nodes, from the lowest loss on, that the scale covers; losses above it are cut',
    coveredAll: 'All nodes',
    coveredShare: 'The lowest {share} of the nodes',
    top: 'Cut at',
    topHint: 'An end of the scale of your own, above the lowest loss; empty: as “Scale covers” says',
    topRefused: 'It has to be above the lowest loss {lowest}; the scale is that of “Scale covers”',
    automatic: 'automatic {top}',
    whole: 'Scale from {lowest} to {top}, all {nodes} nodes within',
    cutContour: 'Scale from {lowest} to {top}; {cut} of {nodes} nodes are above it, in the darkest band',
    cutSurface: 'Scale from {lowest} to {top}; {cut} of {nodes} nodes are above it, drawn at its top',
    noWebgl:
      'This machine has no WebGL at present (no graphics driver, switched off, or a remote desktop): contours are drawn in place of surfaces, of the same numbers.',
    lost: 'The graphics processor took WebGL back: contours are drawn in place of surfaces, of the same numbers.',
    again: 'Try again',
    tooMany:
      'At most {limit} surfaces at a time; the others are drawn as contours. Choose others in “Runs shown”.',
    surfaceHint:
      'Colours, heights and the point of view are those of all panels; where there is no surface, nothing was computed or the loss is undefined. The line joins the epochs’ weights projected on the plane, the red point is the best epoch; hover surface or epochs for their losses',
    surfaceDescription:
      'Surface in three dimensions: {part} loss of {run} over the plane of its trajectory, with the trajectory; the plane holds {share} of the squared distance.',
    keys: 'Drag or arrow keys turn it, + and - zoom (the wheel too once it has the focus), Home resets the view',
    cut: 'above the scale, drawn at its top',
    reset: 'Reset view',
    nearer: 'Nearer',
    further: 'Further',
    grid: 'Grid',
    gridNote: 'margin {margin} of the trajectory’s span',
    gridPart: '{done} of {all} nodes computed',
    part: 'Evaluated on',
    loss: 'Loss',
    losses: { ic: '−IC, mean over dates', mse: 'Mean squared error, mean over dates' },
    directions: 'Directions',
    directionsNote: 'orthonormal, not filter-normalised; units of weights',
    directionsOf: {
      own: 'two leading ones of each run’s trajectory',
      joint: 'two leading ones of all trajectories together',
    },
    draws: 'Draws',
    drawsText: 'seed {seed}, {draws} draws',
    drawsNote: 'of the sharpness alone',
    cells: 'Grid nodes {done} of {all}',
    measure: 'Measure of sharpness',
    errors: {
      samSharpness: 'exact, without an error',
      ballIncrease: 'bars are standard errors',
      topEigenvalue: 'bars are norms of the residual',
      trace: 'bars are standard errors',
    },
    sharpnessDescription: 'Points with error bars: {measure} of {runs}.',
    noLine:
      'There is no line between the runs shown: draw them together, and there are lines from the first to each of the others.',
  },
}

export const landscapeTexts = { 'zh-CN': zhCN, en }
