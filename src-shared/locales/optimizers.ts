import type { Method } from '../domain/optimizer/index.ts'
import type { TrainingLoss } from '../domain/study.ts'

/**
 * What every field of an optimizer and every value to choose from is called and does, both languages side by side. A field is
 * told apart by its group where its name alone is not enough:
 * - `optimizer`: what every optimizer has;
 * - a method (`gam`), a base rule (`sgd`), a part (`direction.friendly`, `decay.cosine`): what belongs to it;
 * - `composition`, `perturbation`, `schedule`, `federated`, `learningRateSchedule`, `rhoSchedule`: objects of that name;
 * - `direction`, `scaling`, ..., `decay`: the field `kind` of that part; `base`: the field `rule`.
 */
export interface ParameterText {
  readonly name: string
  readonly definition: string
}

type Languages = 'zh-CN' | 'en'
type Text = readonly [name: string, definition: string]
type Both = Readonly<Record<Languages, Text>>
type Values = Readonly<Record<string, Both>>
/** Of the groups named, or of every other field of the name. */
type Meaning<T> = T & { readonly of?: readonly string[] }
type Meanings<T> = Readonly<Record<string, Meaning<T> | readonly Meaning<T>[]>>

const RADIUS_ALONG_CHANGE: Both = {
  'zh-CN': ['范数方向半径 ρ', '沿梯度变化方向（梯度范数上升最快）一步的半径'],
  en: [
    'Radius along the change ρ',
    'Radius of the step along the change of the gradient, up the gradient norm',
  ],
}
const CLIENT_CLIPPING: Both = {
  'zh-CN': ['客户端梯度裁剪', '客户端梯度的最大二范数，在加入 λ w 之前裁剪'],
  en: ['Client gradient clipping', 'Largest Euclidean norm of a client’s gradient, before λ w is added'],
}

/** By name of the field. Symbols are those of the methods' formulas. */
export const PARAMETERS: Meanings<Both> = {
  // Every optimizer
  name: {
    'zh-CN': ['名称', '该优化器在各表中的行名，不可重复'],
    en: ['Name', 'Label of its rows in every table, different from the others'],
  },
  method: {
    'zh-CN': ['方法', '梯度在何处取、如何组合'],
    en: ['Method', 'Where gradients are taken and how they are combined'],
  },
  base: {
    'zh-CN': ['基础优化器', '把最终梯度变为参数更新'],
    en: ['Base rule', 'Turns the final gradient into an update of the weights'],
  },
  learningRateSchedule: {
    'zh-CN': ['学习率调度', '学习率在训练中如何变化'],
    en: ['Learning-rate schedule', 'How the learning rate moves over the training'],
  },
  clipNorm: [
    {
      of: ['optimizer'],
      'zh-CN': ['梯度裁剪', '最终梯度的最大二范数，超过时按比例缩小'],
      en: ['Gradient clipping', 'Largest Euclidean norm of the final gradient; a longer one is scaled down'],
    },
    { of: ['federated'], ...CLIENT_CLIPPING },
  ],
  localClipNorm: CLIENT_CLIPPING,

  // Base rules
  rule: [
    {
      of: ['base'],
      'zh-CN': ['更新规则', '基础优化器的种类'],
      en: ['Rule', 'Which base rule'],
    },
    {
      of: ['samples.sharpest'],
      'zh-CN': ['选样版本', '由比例确定样本数的方式'],
      en: ['Selection', 'How the share becomes a number of samples'],
    },
  ],
  learningRate: {
    'zh-CN': ['学习率', '更新步长；有学习率调度时为其最高值'],
    en: ['Learning rate', 'Step size; the highest one where a schedule moves it'],
  },
  beta1: {
    'zh-CN': ['一阶矩衰减率', '梯度滑动平均每步保留的比例'],
    en: ['First-moment decay', 'Share of the running mean of gradients that a step keeps'],
  },
  beta2: {
    'zh-CN': ['二阶矩衰减率', '梯度平方滑动平均每步保留的比例'],
    en: ['Second-moment decay', 'Share of the running mean of squared gradients that a step keeps'],
  },
  epsilon: {
    'zh-CN': ['数值稳定项', '加在作除数的平方根上，使其不为零'],
    en: ['Denominator term', 'Added to the root that divides, so that it is never zero'],
  },
  amsgrad: {
    'zh-CN': ['AMSGrad', '以迄今最大的二阶矩作除数，步长不再回升'],
    en: ['AMSGrad', 'Divides by the largest second moment so far, so that steps do not grow back'],
  },
  weightDecay: [
    {
      of: ['adamw'],
      'zh-CN': ['权重衰减', '解耦：每步参数先乘以 1 − 学习率 × 该值，不进入梯度与矩'],
      en: [
        'Weight decay',
        'Decoupled: weights shrink by the factor 1 − learning rate × this, outside of the moments',
      ],
    },
    {
      'zh-CN': ['权重衰减', '耦合：最终梯度加上该值 × 参数，即 L2 惩罚'],
      en: ['Weight decay', 'Coupled: this × the weights is added to the final gradient, an L2 penalty'],
    },
  ],
  momentum: {
    'zh-CN': ['动量', '上一步更新方向保留的比例；0 为不用动量'],
    en: ['Momentum', 'Share of the last update’s direction that is kept; 0 for none'],
  },
  dampening: {
    'zh-CN': ['动量阻尼', '新梯度以 1 − 该值的权重进入动量，首步除外'],
    en: ['Dampening', 'A new gradient enters the momentum with weight 1 − this, but for the first'],
  },
  nesterov: {
    'zh-CN': ['Nesterov 动量', '沿动量外推后的方向更新；要求动量大于 0 且阻尼为 0'],
    en: [
      'Nesterov momentum',
      'Updates along the momentum looked ahead; needs a momentum above 0 and no dampening',
    ],
  },
  learningRateDecay: {
    'zh-CN': ['步数衰减', '第 t 步的学习率除以 1 + (t − 1) × 该值'],
    en: ['Decay by steps', 'Divides the learning rate of step t by 1 + (t − 1) × this'],
  },
  initialSum: {
    'zh-CN': ['平方和初值', '梯度平方累计和的起始值'],
    en: ['Initial sum', 'Where the sum of squared gradients starts'],
  },
  centered: {
    'zh-CN': ['中心化', '减去梯度均值的平方，以方差代替二阶矩'],
    en: ['Centred', 'Subtracts the squared running mean: a variance instead of a second moment'],
  },

  // Schedules
  warmUpEpochs: {
    'zh-CN': ['预热轮数', '学习率由 0 线性升至设定值所用的轮数，可为小数'],
    en: [
      'Warm-up epochs',
      'Epochs, or a fraction of one, over which the learning rate rises linearly from 0',
    ],
  },
  floor: {
    'zh-CN': ['末期比例', '训练结束时学习率占设定值的比例'],
    en: ['Floor', 'Share of the learning rate that is left at the end of the training'],
  },
  factor: {
    'zh-CN': ['衰减倍数', '每次衰减时学习率所乘的倍数'],
    en: ['Factor', 'What the learning rate is multiplied by each time'],
  },
  rhoSchedule: {
    'zh-CN': ['半径调度', '扰动半径在训练中如何变化'],
    en: ['Schedule of ρ', 'How the radius of the perturbation moves over the training'],
  },
  end: {
    'zh-CN': ['终值', '半径的终值；随学习率变化时，为学习率最低时的半径'],
    en: ['End', 'Radius at the end; where it follows the learning rate, the radius at the lowest rate'],
  },

  // Perturbation
  perturbation: {
    'zh-CN': ['扰动', '在何处取第二个梯度'],
    en: ['Perturbation', 'Where the second gradient is taken'],
  },
  direction: {
    'zh-CN': ['扰动方向', '沿什么方向扰动参数'],
    en: ['Direction', 'Along what the weights are perturbed'],
  },
  scaling: {
    'zh-CN': ['扰动缩放', '扰动是否以及如何随参数自身的大小缩放'],
    en: ['Scaling', 'Whether and how the perturbation is scaled by the size of the weights'],
  },
  mask: {
    'zh-CN': ['扰动掩码', '扰动哪些参数'],
    en: ['Mask', 'Which weights are perturbed'],
  },
  rho: [
    {
      of: ['asam'],
      'zh-CN': ['扰动半径 ρ', '扰动逐元素除以 T 之后的二范数；0 为不扰动'],
      en: ['Radius ρ', 'Euclidean norm of the perturbation divided by T, weight by weight; 0 for none'],
    },
    {
      of: ['gam'],
      'zh-CN': ['梯度方向半径 ρ′', '沿梯度上升一步的半径'],
      en: ['Radius along gradients ρ′', 'Radius of the two steps up a gradient'],
    },
    { of: ['finalGradient.gradientNorm'], ...RADIUS_ALONG_CHANGE },
    {
      of: ['gamExact'],
      'zh-CN': ['扰动半径 ρ', '沿梯度范数上升最快方向一步的半径，也是惩罚项的倍数'],
      en: ['Radius ρ', 'Radius of the step up the gradient norm, and a factor of its penalty'],
    },
    {
      of: ['esam'],
      'zh-CN': ['扰动半径 ρ', '所选部分的扰动范数为 ρ ÷ β，β 为保留概率；0 为不扰动'],
      en: ['Radius ρ', 'What is chosen is perturbed by the norm ρ ÷ β; 0 for none'],
    },
    {
      of: ['rwp', 'arwp', 'mrwp', 'marwp'],
      'zh-CN': ['噪声强度 σ', '噪声标准差与所在行参数范数之比'],
      en: ['Noise level σ', 'Standard deviation of the noise as a share of the norm of its row of weights'],
    },
    {
      of: ['fedsmoo'],
      'zh-CN': ['扰动半径 ρ', '扰动的二范数，也是服务器对偶变量的长度；0 为不扰动'],
      en: ['Radius ρ', 'Euclidean norm of the perturbation and of the server’s dual variable; 0 for none'],
    },
    {
      of: ['perturbation'],
      'zh-CN': ['扰动半径 ρ', '缩放与掩码之前扰动的二范数；方向为噪声时，为噪声标准差与所在行参数范数之比'],
      en: [
        'Radius ρ',
        'Euclidean norm of the perturbation before scaling and mask; of noise, its standard deviation as a share of the norm of its row of weights',
      ],
    },
    {
      'zh-CN': ['扰动半径 ρ', '缩放与掩码之前扰动的二范数；0 为不扰动'],
      en: ['Radius ρ', 'Euclidean norm of the perturbation before scaling and mask; 0 for none'],
    },
  ],
  stabiliser: {
    'zh-CN': ['范数稳定项', '范数作除数之前加上的常数'],
    en: ['Norm term', 'Added to a norm before it divides'],
  },
  adaptive: {
    'zh-CN': ['自适应缩放', '扰动按每个参数的大小缩放，偏置同样'],
    en: ['Adaptive', 'Scales the perturbation by the size of each weight, biases too'],
  },
  eta: [
    {
      of: ['asam', 'scaling.elementwise'],
      'zh-CN': ['缩放下限 η', '加在参数的绝对值上，使接近 0 的参数也受扰动'],
      en: ['Scale offset η', 'Added to the size of a weight, so that weights near 0 are perturbed too'],
    },
    {
      of: ['arwp', 'marwp', 'direction.noise'],
      'zh-CN': ['自适应强度 η', '历史梯度平方对噪声的抑制强度；0 为不抑制'],
      en: ['Adaptation η', 'How much past squared gradients reduce the noise; 0 for not at all'],
    },
  ],
  biases: {
    'zh-CN': ['偏置', '偏置是否与权重一样按自身大小缩放'],
    en: ['Biases', 'Whether biases are scaled by their size as weights are'],
  },
  sigma: {
    'zh-CN': ['扣除倍数 σ', '从梯度中扣除历史梯度均值的倍数；0 即 SAM'],
    en: ['Subtraction σ', 'Multiple of the running mean of gradients that is subtracted; 0 is SAM'],
  },
  lambda: [
    {
      of: ['fsam', 'direction.friendly'],
      'zh-CN': ['均值衰减率 λ', '历史梯度均值每步保留的比例'],
      en: ['Mean decay λ', 'Share of the running mean of gradients that a step keeps'],
    },
    {
      of: ['mrwp', 'marwp'],
      'zh-CN': ['扰动梯度权重 λ', '扰动后梯度的权重；扰动前梯度的权重为 1 − λ'],
      en: ['Perturbed weight λ', 'Weight of the perturbed gradient; that of the clean one is 1 − λ'],
    },
    {
      of: ['fedsmoo', 'federated'],
      'zh-CN': [
        '近端项权重 λ',
        '客户端的参数被拉向本轮起点的强度；基础优化器为 Adam 类且各段差异大时宜取 1 以上',
      ],
      en: [
        'Proximal weight λ',
        'How strongly a client is held to the weights its round started from; 1 or more where clients differ much and the base rule adapts its steps (Adam, AdamW, RMSprop)',
      ],
    },
  ],
  start: {
    'zh-CN': ['均值起点', '历史梯度均值的起点与更新次序'],
    en: ['Start of the mean', 'Where the running mean starts and when it is updated'],
  },
  differenceStep: {
    'zh-CN': ['差分步长', '海森向量积由梯度差分得到，此为差分所走的距离'],
    en: [
      'Difference step',
      'Hessian-vector products are differences of gradients this far apart on either side',
    ],
  },
  perturbed: {
    'zh-CN': ['选取单位', '随机选取整个张量，还是单个参数'],
    en: ['Drawn by', 'Whether whole tensors are drawn or single weights'],
  },
  sparsity: {
    'zh-CN': ['稀疏度 s', '不受扰动的参数比例'],
    en: ['Sparsity s', 'Share of the weights that is not perturbed'],
  },
  dropRate: {
    'zh-CN': ['更换比例', '掩码更新时换出的参数比例，随训练沿半个余弦降至 0'],
    en: ['Drop rate', 'Share of the perturbed weights that an update drops; falls to 0 along half a cosine'],
  },
  growth: {
    'zh-CN': ['换入方式', '换入的参数如何选取'],
    en: ['Growth', 'How the weights that come in are chosen'],
  },
  sum: {
    'zh-CN': ['费雪信息版本', '首个样本的梯度是否混入当步梯度'],
    en: ['Fisher sum', 'Whether the step’s gradient is added to the first sample’s'],
  },
  samples: [
    {
      of: ['ssamf', 'mask.fisher'],
      'zh-CN': ['费雪样本数', '每次更新掩码所取的样本数，一个样本为一个交易日'],
      en: ['Fisher samples', 'Samples of a mask update, one trading day each'],
    },
    {
      of: ['schedule'],
      'zh-CN': ['样本', '扰动后的梯度取自哪些样本'],
      en: ['Samples', 'On which samples the perturbed gradient is taken'],
    },
  ],
  everyEpochs: [
    {
      of: ['decay.step'],
      'zh-CN': ['衰减间隔', '每隔多少轮衰减一次'],
      en: ['Decay interval', 'Epochs from one decay to the next'],
    },
    {
      of: ['ssamf', 'ssamd', 'mask.fisher', 'mask.dynamic'],
      'zh-CN': ['掩码更新间隔', '每隔多少轮更新一次掩码'],
      en: ['Mask interval', 'Epochs from one update of the mask to the next'],
    },
  ],

  // Final gradient
  finalGradient: {
    'zh-CN': ['最终梯度', '交给基础优化器的梯度'],
    en: ['Final gradient', 'What the base rule is handed'],
  },
  alpha: [
    {
      of: ['rmsprop'],
      'zh-CN': ['平方均值衰减率', '梯度平方滑动平均每步保留的比例'],
      en: ['Square decay', 'Share of the running mean of squared gradients that a step keeps'],
    },
    {
      of: ['gsam', 'finalGradient.surrogateGap'],
      'zh-CN': ['间隙系数 α', '垂直分量的倍数；0 为不作修正'],
      en: ['Gap coefficient α', 'Multiple of the normal part; 0 leaves the gradient as it is'],
    },
    {
      of: ['gam', 'finalGradient.gradientNorm'],
      'zh-CN': ['混合系数 α', 'h₊ 中 g₁ 的权重；g₃ 的权重为 1 − α'],
      en: ['Mixture α', 'Weight of g₁ in h₊; that of g₃ is 1 − α'],
    },
    {
      of: ['gamExact', 'finalGradient.gradientNormPenalty'],
      'zh-CN': ['惩罚权重 α', '梯度范数惩罚的权重'],
      en: ['Penalty α', 'Weight of the penalty on the gradient norm'],
    },
    {
      of: ['looksam', 'steps.look'],
      'zh-CN': ['沿用强度 α', '其间各步加入的平坦方向的长度与当步梯度范数之比'],
      en: ['Reuse α', 'Length of the flat direction added between, as a share of the gradient’s norm'],
    },
  ],
  beta: [
    {
      of: ['gam', 'finalGradient.gradientNorm'],
      'zh-CN': ['混合系数 β', 'h₋ 中 g₂ 的权重为 1 − β'],
      en: ['Mixture β', 'The weight of g₂ in h₋ is 1 − β'],
    },
    {
      of: ['esam', 'mask.tensors', 'mask.weights'],
      'zh-CN': ['保留概率 β', '每个张量（或参数）在一步中受扰动的概率'],
      en: ['Keep probability β', 'Probability with which a tensor (or weight) is perturbed in a step'],
    },
    {
      of: ['arwp', 'marwp', 'direction.noise'],
      'zh-CN': ['平方和衰减率 β', '梯度平方累计和每步保留的比例'],
      en: ['Square decay β', 'Share of the running sum of squared gradients that a step keeps'],
    },
  ],
  gamma: [
    {
      of: ['gam', 'finalGradient.gradientNorm'],
      'zh-CN': ['修正系数 γ', '从 h₊ 中减去 h₋ 垂直分量的倍数'],
      en: ['Correction γ', 'Multiple of the normal part of h₋ that is taken from h₊'],
    },
    {
      of: ['esam'],
      'zh-CN': ['样本保留比例 γ', '取扰动后损失上升最多的样本占比；0.99 起取全部'],
      en: ['Sample share γ', 'Share of samples that is kept, those whose loss rises most; all from 0.99 on'],
    },
    {
      of: ['rst'],
      'zh-CN': ['扰动梯度权重 γ', '受扰动的一步中扰动后梯度的权重；扰动前梯度的权重为 1 − γ'],
      en: [
        'Perturbed weight γ',
        'Weight of the perturbed gradient in a perturbed step; that of the clean one is 1 − γ',
      ],
    },
  ],
  mix: {
    'zh-CN': ['扰动梯度权重', '扰动后梯度的权重；扰动前梯度的权重为 1 减该值'],
    en: ['Perturbed weight', 'Weight of the perturbed gradient; that of the clean one is 1 less this'],
  },
  rhoNorm: RADIUS_ALONG_CHANGE,
  descend: {
    'zh-CN': ['下降梯度', '以哪一个梯度为主，另一个只取垂直分量'],
    en: ['Descent', 'Which gradient is followed; of the other the normal part is used'],
  },
  cleanWeight: {
    'zh-CN': ['g 的权重', 'h₋ 中扰动前梯度 g 的权重 β₀'],
    en: ['Weight of g', 'Weight β₀ of the clean gradient g in h₋'],
  },
  variant: {
    'zh-CN': ['版本', '论文与作者代码不一致之处采用哪一种'],
    en: ['Variant', 'Which is followed where the paper and the authors’ code differ'],
  },

  // Schedule
  schedule: {
    'zh-CN': ['步骤与样本', '哪些步受扰动、取哪些样本'],
    en: ['Schedule', 'When and on which samples perturbed steps are taken'],
  },
  steps: {
    'zh-CN': ['步骤', '哪些步受扰动，其余各步如何处理'],
    en: ['Steps', 'Which steps are perturbed, and what happens in the others'],
  },
  every: {
    'zh-CN': ['间隔 k', '每隔多少步扰动一次'],
    en: ['Interval k', 'Steps from one perturbed step to the next'],
  },
  norms: {
    'zh-CN': ['范数范围', '平坦方向的范数按全部参数还是按张量计算'],
    en: ['Norms', 'Over what the norms of the flat direction are taken'],
  },
  firstProjection: {
    'zh-CN': ['首次投影', '第一个平坦方向与什么垂直'],
    en: ['First projection', 'What the first flat direction is normal to'],
  },
  probability: {
    'zh-CN': ['扰动概率 p', '一步受扰动的概率；设有终值时为起始值'],
    en: ['Probability p', 'Probability of a perturbed step; the first one where an end is given'],
  },
  endProbability: {
    'zh-CN': ['终止概率', '训练结束时一步受扰动的概率'],
    en: ['End probability', 'Probability of a perturbed step at the end of the training'],
  },
  curve: {
    'zh-CN': ['概率曲线', '扰动概率从起始值到终值的变化方式'],
    en: ['Curve', 'How the probability goes from its first value to its last'],
  },
  share: {
    'zh-CN': ['样本保留比例', '取扰动后损失上升最多的样本占比；0.99 起取全部'],
    en: ['Sample share', 'Share of samples that is kept, those whose loss rises most; all from 0.99 on'],
  },

  // Target
  target: {
    'zh-CN': ['输出目标', '标签之外，使输出接近的目标'],
    en: ['Target', 'Outputs that the model is held to beside its labels'],
  },
  strength: {
    'zh-CN': ['约束强度 λ', '输出与目标之差在损失中的权重'],
    en: ['Strength λ', 'Weight in the loss of the distance from the target'],
  },
  startEpoch: {
    'zh-CN': ['起始轮次', '约束从第（该值 + 2）轮起生效，首轮为 1'],
    en: ['Start epoch', 'The target acts from epoch number this + 2 on, counted from 1'],
  },
  epochsBack: {
    'zh-CN': ['回看轮数 M', '目标取多少轮之前的输出'],
    en: ['Epochs back M', 'How many epochs ago the target’s outputs were made'],
  },
  decay: [
    {
      of: ['learningRateSchedule'],
      'zh-CN': ['学习率衰减', '预热之后学习率如何下降'],
      en: ['Decay', 'How the learning rate falls after the warm-up'],
    },
    {
      of: ['mesa', 'target.average'],
      'zh-CN': ['参数均值衰减率 d', '参数滑动平均每步保留的比例'],
      en: ['Mean decay d', 'Share of the running mean of weights that a step keeps'],
    },
  ],

  // Clients
  federated: {
    'zh-CN': ['客户端', '把训练日期分成若干段，各段分别训练并在每轮后合并'],
    en: ['Clients', 'Splits the train dates among clients that train apart and are merged every round'],
  },
  clients: {
    'zh-CN': ['客户端数', '训练日期分成的连续时段数'],
    en: ['Clients', 'Contiguous stretches of time into which the train dates are split'],
  },
  activeShare: {
    'zh-CN': ['参与比例', '每轮抽取的客户端占全部的比例'],
    en: ['Active share', 'Share of the clients that is drawn for a round'],
  },
  localEpochs: {
    'zh-CN': ['本地轮数', '每轮中各客户端遍历自身日期的次数'],
    en: ['Local epochs', 'Passes of a client over its own dates in a round'],
  },

  // Own composition
  parts: {
    'zh-CN': ['组成部分', '扰动、最终梯度、步骤与样本、输出目标、客户端'],
    en: ['Parts', 'Perturbation, final gradient, schedule, target and clients'],
  },
  kind: {
    'zh-CN': ['种类', '采用哪一种'],
    en: ['Kind', 'Which of the kinds'],
  },
}

const FRIENDLY_START: Values = {
  code: {
    'zh-CN': ['作者代码', '均值从首个梯度起，扣除上一步的均值'],
    en: ['Authors’ code', 'The mean starts as the first gradient; that of the step before is subtracted'],
  },
  paper: {
    'zh-CN': ['论文', '均值从 0 起，先更新再扣除'],
    en: ['Paper', 'The mean starts at 0 and is updated before it is subtracted'],
  },
}
const FISHER_SUM: Values = {
  paper: {
    'zh-CN': ['论文', '各样本梯度的平方和'],
    en: ['Paper', 'The squares of the samples’ own gradients'],
  },
  code: {
    'zh-CN': ['作者代码', '首个样本的梯度混入当步梯度'],
    en: ['Authors’ code', 'The first sample’s gradient has the step’s added to it'],
  },
}
const NOT_CLIPPED = {
  values: { null: { 'zh-CN': ['不裁剪', '梯度保持原样'], en: ['None', 'Gradients stay as they are'] } },
} as const

/** By name of the field, then by value; `null` where a field may be left out on purpose. */
export const OPTIONS: Meanings<{ readonly values: Values }> = {
  rule: [
    {
      of: ['base'],
      values: {
        adamw: {
          'zh-CN': ['AdamW', '按一、二阶矩调整每个参数的步长，权重衰减与梯度解耦'],
          en: ['AdamW', 'Steps by first and second moments, with decoupled weight decay'],
        },
        adam: {
          'zh-CN': ['Adam', '按一、二阶矩调整每个参数的步长，权重衰减进入梯度'],
          en: ['Adam', 'Steps by first and second moments, with weight decay in the gradient'],
        },
        sgd: {
          'zh-CN': ['SGD', '随机梯度下降，可带动量'],
          en: ['SGD', 'Stochastic gradient descent, with momentum or without'],
        },
        adagrad: {
          'zh-CN': ['Adagrad', '梯度除以其平方累计和的平方根'],
          en: ['Adagrad', 'Divides the gradient by the root of the sum of its squares so far'],
        },
        rmsprop: {
          'zh-CN': ['RMSprop', '梯度除以其平方滑动平均的平方根'],
          en: ['RMSprop', 'Divides the gradient by the root of the running mean of its squares'],
        },
      },
    },
    {
      of: ['samples.sharpest'],
      values: {
        paper: {
          'zh-CN': ['论文', '恰为该比例的样本'],
          en: ['Paper', 'Exactly that share of the samples'],
        },
        code: {
          'zh-CN': ['作者代码', '比该比例少一个样本'],
          en: ['Authors’ code', 'One sample fewer than that share'],
        },
      },
    },
  ],
  kind: [
    {
      of: ['decay'],
      values: {
        none: {
          'zh-CN': ['不衰减', '预热之后学习率不变'],
          en: ['None', 'The learning rate stays after the warm-up'],
        },
        cosine: {
          'zh-CN': ['余弦', '沿半个余弦降至末期比例'],
          en: ['Cosine', 'Falls along half a cosine to the floor'],
        },
        step: {
          'zh-CN': ['阶梯', '每隔若干轮乘以衰减倍数'],
          en: ['Steps', 'Multiplied by the factor every so many epochs'],
        },
      },
    },
    {
      of: ['rhoSchedule'],
      values: {
        constant: {
          'zh-CN': ['不变', '半径在训练中不变'],
          en: ['Constant', 'The radius stays'],
        },
        proportional: {
          'zh-CN': ['随学习率', '学习率从最高降至最低时，半径按同一比例变到终值'],
          en: [
            'With the learning rate',
            'Goes to its end as the learning rate goes from its highest to its lowest',
          ],
        },
        linear: {
          'zh-CN': ['线性', '随步数线性变到终值'],
          en: ['Linear', 'Goes to its end linearly with the steps'],
        },
        cosine: {
          'zh-CN': ['余弦', '随步数沿半个余弦变到终值'],
          en: ['Cosine', 'Goes to its end along half a cosine with the steps'],
        },
      },
    },
    {
      of: ['direction'],
      values: {
        gradient: {
          'zh-CN': ['梯度', '沿当步梯度（SAM）'],
          en: ['Gradient', 'Along the gradient of the step (SAM)'],
        },
        friendly: {
          'zh-CN': ['批次特有梯度', '当步梯度减去历史梯度均值（FSAM）'],
          en: ['Own gradient of the batch', 'The gradient less its running mean (FSAM)'],
        },
        curvature: {
          'zh-CN': ['曲率', '沿梯度范数上升最快的方向（GAM 算法 1）'],
          en: ['Curvature', 'Along which the gradient norm grows fastest (GAM, Algorithm 1)'],
        },
        noise: {
          'zh-CN': ['随机噪声', '以各行参数范数为尺度的高斯噪声（RWP）'],
          en: ['Random noise', 'Gaussian noise on the scale of each row of weights (RWP)'],
        },
        dual: {
          'zh-CN': ['对偶校正', '当步梯度减去客户端与服务器的对偶变量（FedSMOO）'],
          en: ['Dual correction', 'The gradient less the dual variables of client and server (FedSMOO)'],
        },
      },
    },
    {
      of: ['scaling'],
      values: {
        none: {
          'zh-CN': ['不缩放', '各参数同一尺度'],
          en: ['None', 'One scale for all weights'],
        },
        elementwise: {
          'zh-CN': ['逐元素', '以参数的绝对值加 η 缩放，范数同样缩放（ASAM）'],
          en: ['Elementwise', 'By the size of each weight plus η, in the norm too (ASAM)'],
        },
        single: {
          'zh-CN': ['单因子', '扰动乘以参数的绝对值，范数不缩放（GSAM 论文）'],
          en: [
            'Single factor',
            'The perturbation times the size of each weight, the norm unscaled (GSAM’s paper)',
          ],
        },
      },
    },
    {
      of: ['mask'],
      values: {
        none: {
          'zh-CN': ['无', '扰动全部参数'],
          en: ['None', 'All weights are perturbed'],
        },
        tensors: {
          'zh-CN': ['整个张量', '每步随机选取整个参数张量（ESAM）'],
          en: ['Whole tensors', 'Tensors drawn anew for every step (ESAM)'],
        },
        weights: {
          'zh-CN': ['单个参数', '每步逐个随机选取参数（ESAM 论文）'],
          en: ['Single weights', 'Weights drawn one by one for every step (ESAM’s paper)'],
        },
        fisher: {
          'zh-CN': ['费雪信息', '费雪信息最大的参数（SSAM-F）'],
          en: ['Fisher information', 'The weights with the largest Fisher information (SSAM-F)'],
        },
        dynamic: {
          'zh-CN': ['动态', '定期换出最平坦的参数（SSAM-D）'],
          en: ['Dynamic', 'The flattest weights are dropped for others from time to time (SSAM-D)'],
        },
      },
    },
    {
      of: ['finalGradient'],
      values: {
        perturbed: {
          'zh-CN': ['扰动后梯度', '扰动后的梯度，或与扰动前梯度加权（SAM、RST、m-RWP）'],
          en: ['Perturbed gradient', 'The perturbed gradient, or mixed with the clean one (SAM, RST, m-RWP)'],
        },
        surrogateGap: {
          'zh-CN': ['代理间隙', '去掉使代理间隙增大的部分（GSAM）'],
          en: ['Surrogate gap', 'Without the part that widens the surrogate gap (GSAM)'],
        },
        gradientNorm: {
          'zh-CN': ['梯度范数', '沿梯度变化方向再取两次梯度（GAM）'],
          en: ['Gradient norm', 'With two more gradients along the change of the gradient (GAM)'],
        },
        gradientNormPenalty: {
          'zh-CN': ['梯度范数惩罚', '扰动前梯度加上邻域内梯度范数的惩罚（GAM 算法 1）'],
          en: [
            'Gradient norm penalty',
            'The clean gradient plus a penalty on the gradient norm nearby (GAM, Algorithm 1)',
          ],
        },
      },
    },
    {
      of: ['steps'],
      values: {
        every: {
          'zh-CN': ['每一步', '每步都受扰动'],
          en: ['Every step', 'Every step is perturbed'],
        },
        look: {
          'zh-CN': ['每 k 步', '其间各步沿用上次的平坦方向（LookSAM）'],
          en: ['Every k-th step', 'Between them the last flat direction is reused (LookSAM)'],
        },
        bernoulli: {
          'zh-CN': ['随机', '每步以给定概率受扰动（RST）'],
          en: ['At random', 'Each step is perturbed with a probability (RST)'],
        },
      },
    },
    {
      of: ['samples'],
      values: {
        all: {
          'zh-CN': ['全部', '该步的全部样本'],
          en: ['All', 'Every sample of the step'],
        },
        sharpest: {
          'zh-CN': ['损失上升最多', '扰动使其损失上升最多的样本（ESAM）'],
          en: ['Sharpest', 'The samples whose loss the perturbation raises most (ESAM)'],
        },
        next: {
          'zh-CN': ['下一日期', '扰动后的梯度取自下一个日期，一步用两个日期（m-RWP）'],
          en: ['Next date', 'The perturbed gradient is that of the next date; a step uses two (m-RWP)'],
        },
      },
    },
    {
      of: ['target'],
      values: {
        past: {
          'zh-CN': ['过去的输出', '模型自身若干轮之前的输出（SAF）'],
          en: ['Past outputs', 'The model’s own outputs of some epochs ago (SAF)'],
        },
        average: {
          'zh-CN': ['平均模型的输出', '参数滑动平均所得模型的输出（MESA）'],
          en: ['Outputs of the mean', 'Outputs of a running mean of the weights (MESA)'],
        },
      },
    },
  ],
  clipNorm: NOT_CLIPPED,
  localClipNorm: NOT_CLIPPED,
  endProbability: {
    values: {
      null: { 'zh-CN': ['不变', '概率始终为起始值'], en: ['Constant', 'The probability stays'] },
    },
  },
  perturbation: {
    values: {
      null: {
        'zh-CN': ['无扰动', '每步只取参数处的梯度'],
        en: ['None', 'Every step takes the gradient at the weights'],
      },
    },
  },
  target: {
    values: {
      null: { 'zh-CN': ['无目标', '损失只含标签'], en: ['None', 'The loss has the labels alone'] },
    },
  },
  federated: {
    values: {
      null: {
        'zh-CN': ['不分客户端', '在全部日期上作一次训练'],
        en: ['None', 'One course of training on all dates'],
      },
    },
  },
  biases: {
    values: {
      unscaled: {
        'zh-CN': ['不缩放', '偏置取 T = 1（作者代码）'],
        en: ['Unscaled', 'T = 1 for biases (authors’ code)'],
      },
      scaled: {
        'zh-CN': ['缩放', '偏置与权重相同（论文）'],
        en: ['Scaled', 'Biases as weights (paper)'],
      },
    },
  },
  scaling: [
    {
      of: ['gsam'],
      values: {
        none: {
          'zh-CN': ['不缩放', '各参数同一尺度'],
          en: ['None', 'One scale for all weights'],
        },
        paper: {
          'zh-CN': ['论文', '扰动乘以参数的绝对值，范数不缩放'],
          en: ['Paper', 'The perturbation times the size of each weight, the norm unscaled'],
        },
        code: {
          'zh-CN': ['作者代码', '与 ASAM 同形，η 为 0，偏置同样缩放'],
          en: ['Authors’ code', 'ASAM’s form with η = 0, biases too'],
        },
      },
    },
  ],
  perturbed: {
    values: {
      tensors: {
        'zh-CN': ['整个张量', '每步随机选取整个参数张量（作者代码）'],
        en: ['Whole tensors', 'Tensors drawn anew for every step (authors’ code)'],
      },
      weights: {
        'zh-CN': ['单个参数', '每步逐个随机选取参数（论文）'],
        en: ['Single weights', 'Weights drawn one by one for every step (paper)'],
      },
    },
  },
  descend: {
    values: {
      perturbed: {
        'zh-CN': ['扰动后梯度', '减去扰动前梯度的垂直分量（论文）'],
        en: ['Perturbed gradient', 'Less the normal part of the clean one (paper)'],
      },
      clean: {
        'zh-CN': ['扰动前梯度', '加上扰动后梯度的垂直分量（作者代码的另一种形式）'],
        en: [
          'Clean gradient',
          'Plus the normal part of the perturbed one (another form of the authors’ code)',
        ],
      },
    },
  },
  variant: [
    {
      of: ['gam'],
      values: {
        code: {
          'zh-CN': ['作者代码', 'h₋ 中 g 的权重为 1'],
          en: ['Authors’ code', 'The weight of g in h₋ is 1'],
        },
        paper: {
          'zh-CN': ['论文', 'h₋ 中 g 的权重为 β'],
          en: ['Paper', 'The weight of g in h₋ is β'],
        },
      },
    },
    { of: ['fsam'], values: FRIENDLY_START },
    {
      of: ['esam'],
      values: {
        paper: {
          'zh-CN': ['论文', '恰为比例 γ 的样本'],
          en: ['Paper', 'Exactly the share γ of the samples'],
        },
        code: {
          'zh-CN': ['作者代码', '比比例 γ 少一个样本'],
          en: ['Authors’ code', 'One sample fewer than the share γ'],
        },
      },
    },
    { of: ['ssamf'], values: FISHER_SUM },
  ],
  start: { values: FRIENDLY_START },
  cleanWeight: {
    values: {
      code: { 'zh-CN': ['作者代码', '权重为 1'], en: ['Authors’ code', 'The weight is 1'] },
      paper: { 'zh-CN': ['论文', '权重为 β'], en: ['Paper', 'The weight is β'] },
    },
  },
  sum: { values: FISHER_SUM },
  growth: {
    values: {
      random: {
        'zh-CN': ['随机', '在未受扰动的参数中随机选取'],
        en: ['Random', 'Drawn among the weights that are not perturbed'],
      },
      gradient: {
        'zh-CN': ['梯度', '选取梯度绝对值最大的参数'],
        en: ['Gradient', 'Those with the largest gradients'],
      },
      weight: {
        'zh-CN': ['参数', '选取绝对值最大的参数'],
        en: ['Size', 'The largest of them'],
      },
    },
  },
  norms: {
    values: {
      global: {
        'zh-CN': ['全部参数', '全部参数合计一个范数（论文）'],
        en: ['All weights', 'One norm over all weights together (paper)'],
      },
      tensor: {
        'zh-CN': ['按张量', '每个张量各自一个范数（一种公开代码）'],
        en: ['By tensor', 'One norm for each tensor (a public code)'],
      },
    },
  },
  firstProjection: {
    values: {
      gradient: {
        'zh-CN': ['梯度', '与当步梯度垂直（论文）'],
        en: ['Gradient', 'Normal to the gradient of its step (paper)'],
      },
      weights: {
        'zh-CN': ['参数', '与参数本身垂直，直到第二次扰动（一种公开代码）'],
        en: ['Weights', 'Normal to the weights until the second perturbed step (a public code)'],
      },
    },
  },
  curve: {
    values: {
      linear: {
        'zh-CN': ['线性', '随步数线性变化'],
        en: ['Linear', 'Linearly with the steps'],
      },
      cosine: {
        'zh-CN': ['余弦', '随步数沿半个余弦变化'],
        en: ['Cosine', 'Along half a cosine with the steps'],
      },
      step: {
        'zh-CN': ['跳变', '在训练过半时一次改变'],
        en: ['Step', 'At once, half way through the training'],
      },
    },
  },
}

const SWITCH: Readonly<Record<string, Both>> = {
  true: { 'zh-CN': ['是', '启用'], en: ['Yes', 'In use'] },
  false: { 'zh-CN': ['否', '不启用'], en: ['No', 'Not in use'] },
}

/** The group of the fields that one kind of a part has, or one base rule; all schedules of rho have the same. */
export function groupOfKind(part: string, kind: string): string {
  if (part === 'base') return kind
  return part === 'rhoSchedule' ? part : `${part}.${kind}`
}

/** What a field is called and does; a name without a text stands for itself. */
export function parameterText(group: string, name: string, locale: Languages): ParameterText {
  return textOf(meant(PARAMETERS, group, name)?.[locale], name)
}

/** What a value of a field is called and does: one of a list, `true` and `false`, or `null`. */
export function optionText(group: string, name: string, option: string, locale: Languages): ParameterText {
  const values = meant(OPTIONS, group, name)?.values ?? {}
  const text = Object.hasOwn(values, option)
    ? values[option]
    : Object.hasOwn(SWITCH, option)
      ? SWITCH[option]
      : undefined
  return textOf(text?.[locale], option)
}

const textOf = (text: Text | undefined, itself: string): ParameterText =>
  text === undefined ? { name: itself, definition: '' } : { name: text[0], definition: text[1] }

/** Every meaning of a name. */
export function meaningsOf<T>(of: Meanings<T>, name: string): readonly Meaning<T>[] {
  if (!Object.hasOwn(of, name)) return []
  const found = of[name]
  return Array.isArray(found) ? (found as readonly Meaning<T>[]) : [found as Meaning<T>]
}

/** The meaning of a name in a group; its general one where the group has none of its own. */
function meant<T>(of: Meanings<T>, group: string, name: string): Meaning<T> | undefined {
  const meanings = meaningsOf(of, name)
  return (
    meanings.find(({ of: groups }) => groups?.includes(group)) ??
    meanings.find(({ of: groups }) => groups === undefined)
  )
}

/**
 * What each optimizer method is, in one sentence, both languages side by side. `adaptation`: where the paper's definition does
 * not fit a date's cross-section under a loss, what takes its place here and what that changes.
 */
interface MethodText {
  readonly name: string
  readonly definition: string
  readonly adaptation?: Readonly<Partial<Record<TrainingLoss, string>>>
}

const whateverTheLoss = (text: string) => ({ ic: text, mse: text })

const METHOD_TEXTS = {
  plain: {
    'zh-CN': { name: '基础优化器', definition: '每步计算一次梯度，直接更新参数' },
    en: { name: 'Base optimizer', definition: 'One gradient a step, applied directly' },
  },
  sam: {
    'zh-CN': {
      name: 'SAM',
      definition: '先沿梯度方向走到半径 rho 处，再用该处的梯度更新参数，使损失在邻域内都低',
    },
    en: {
      name: 'SAM',
      definition:
        'Steps along the gradient to radius rho and updates with the gradient found there, so that the loss is low in a whole neighbourhood',
    },
  },
  asam: {
    'zh-CN': {
      name: 'ASAM',
      definition: '按每个参数自身的大小缩放扰动，邻域不随网络各层的尺度改变',
    },
    en: {
      name: 'ASAM',
      definition:
        'Scales the perturbation by the size of each weight, so that the neighbourhood does not depend on how layers are scaled',
    },
  },
  gsam: {
    'zh-CN': {
      name: 'GSAM',
      definition: '在 SAM 的梯度中去掉使代理间隙增大的部分，同时降低扰动后损失与间隙',
    },
    en: {
      name: 'GSAM',
      definition:
        'Takes from SAM’s gradient the part that widens the surrogate gap, so that perturbed loss and gap fall together',
    },
  },
  gam: {
    'zh-CN': {
      name: 'GAM',
      definition: '沿梯度变化的方向再取两次梯度，压低邻域内的最大梯度范数（一阶平坦度）',
    },
    en: {
      name: 'GAM',
      definition:
        'Takes two more gradients along the change of the gradient, to lower the largest gradient norm nearby (first-order flatness)',
    },
  },
  gamExact: {
    'zh-CN': {
      name: 'GAM（算法 1）',
      definition: '用海森向量积直接惩罚邻域内的梯度范数；海森向量积由梯度差分得到',
    },
    en: {
      name: 'GAM (Algorithm 1)',
      definition:
        'Penalises the gradient norm nearby by Hessian-vector products, which are differences of gradients',
    },
  },
  fsam: {
    'zh-CN': {
      name: 'FSAM',
      definition: '从扰动方向中去掉各批次共有的梯度，只沿本批次特有的噪声扰动',
    },
    en: {
      name: 'FSAM',
      definition:
        'Takes the gradient common to all batches out of the perturbation, which then follows the noise of its own batch',
    },
  },
  looksam: {
    'zh-CN': {
      name: 'LookSAM',
      definition: '每 k 步做一次 SAM，其间沿用上次得到的平坦方向，计算量接近基础优化器',
    },
    en: {
      name: 'LookSAM',
      definition:
        'Takes a SAM step every k steps and reuses its flat direction between them, at nearly the cost of the base optimizer',
    },
  },
  esam: {
    'zh-CN': {
      name: 'ESAM',
      definition: '每步只扰动随机选出的参数张量，并只用扰动后损失上升最多的样本计算梯度',
      adaptation: {
        ic: '一个截面只有一个 IC，单只股票没有损失：改用标准化预测与标准化标签之差平方的一半（均值为 1 − IC）挑选股票，梯度仍取所选股票的 IC，因此所选截面比论文中的批次更偏向误差大的股票',
      },
    },
    en: {
      name: 'ESAM',
      definition:
        'Perturbs randomly chosen tensors and takes the gradient on the samples whose loss the perturbation raises most',
      adaptation: {
        ic: 'A date has one IC and its stocks no losses: stocks are chosen by half the squared difference of standardised prediction and label, whose mean is 1 − IC, and the gradient is that of the chosen stocks’ IC, so that a step leans to badly predicted stocks more than in the paper',
      },
    },
  },
  rst: {
    'zh-CN': {
      name: 'RST',
      definition: '每步以概率 p 做 SAM，否则做基础优化器的一步；gamma 调节 SAM 梯度的强度',
    },
    en: {
      name: 'RST',
      definition:
        'Takes a SAM step with probability p and a base step otherwise; gamma sets the strength of SAM’s gradient',
    },
  },
  saf: {
    'zh-CN': {
      name: 'SAF',
      definition: '不扰动参数，而使当前输出接近若干轮之前的输出，限制损失下降过快',
      adaptation: {
        ic: '每只股票只有一个输出，没有类别分布：论文的 KL 散度换成 1 − 当前预测与过去预测的截面相关系数（温度趋于无穷时的极限），因此约束的是排序而不是概率，且没有温度参数',
        mse: '每只股票只有一个输出，没有类别分布：论文的 KL 散度换成当前预测与过去预测之差平方的截面均值的一半，因此约束的是预测值本身而不是概率，且没有温度参数',
      },
    },
    en: {
      name: 'SAF',
      definition:
        'Perturbs nothing and holds the outputs to those of some epochs ago, so that the loss does not fall too fast',
      adaptation: {
        ic: 'A stock has one output and no class distribution: the paper’s KL divergence becomes 1 less the correlation of a date’s predictions with the past ones, its limit at high temperature, so that the order of stocks is held rather than probabilities, and no temperature is left to set',
        mse: 'A stock has one output and no class distribution: the paper’s KL divergence becomes half the mean squared difference of a date’s predictions from the past ones, so that predictions themselves are held rather than probabilities, and no temperature is left to set',
      },
    },
  },
  mesa: {
    'zh-CN': {
      name: 'MESA',
      definition: '不扰动参数，而使当前输出接近参数滑动平均所得模型的输出',
      adaptation: {
        ic: '每只股票只有一个输出，没有类别分布：论文的 KL 散度换成 1 − 当前预测与平均模型预测的截面相关系数（温度趋于无穷时的极限），因此约束的是排序而不是概率，且没有温度参数',
        mse: '每只股票只有一个输出，没有类别分布：论文的 KL 散度换成当前预测与平均模型预测之差平方的截面均值的一半，因此约束的是预测值本身而不是概率，且没有温度参数',
      },
    },
    en: {
      name: 'MESA',
      definition: 'Perturbs nothing and holds the outputs to those of a running mean of the weights',
      adaptation: {
        ic: 'A stock has one output and no class distribution: the paper’s KL divergence becomes 1 less the correlation of a date’s predictions with the mean model’s, its limit at high temperature, so that the order of stocks is held rather than probabilities, and no temperature is left to set',
        mse: 'A stock has one output and no class distribution: the paper’s KL divergence becomes half the mean squared difference of a date’s predictions from the mean model’s, so that predictions themselves are held rather than probabilities, and no temperature is left to set',
      },
    },
  },
  ssamf: {
    'zh-CN': {
      name: 'SSAM-F',
      definition: '只扰动费雪信息最大的一部分参数',
      adaptation: {
        ic: '单只股票的 IC 无定义：费雪信息的“样本”取一个交易日的整个截面，因此衡量的是参数对各日 IC 的敏感度，而不是对单个样本的敏感度',
        mse: '费雪信息的“样本”取一个交易日的整个截面，因此衡量的是参数对各日损失的敏感度，而不是对单个样本的敏感度',
      },
    },
    en: {
      name: 'SSAM-F',
      definition: 'Perturbs the weights with the largest Fisher information only',
      adaptation: {
        ic: 'The IC of a single stock is undefined: a sample of the Fisher information is one trading day’s whole cross-section, so that it measures how weights move the IC of days rather than the loss of single samples',
        mse: 'A sample of the Fisher information is one trading day’s whole cross-section, so that it measures how weights move the losses of days rather than those of single samples',
      },
    },
  },
  ssamd: {
    'zh-CN': {
      name: 'SSAM-D',
      definition: '只扰动一部分参数，并定期去掉其中最平坦的、换入其他参数',
    },
    en: {
      name: 'SSAM-D',
      definition:
        'Perturbs a part of the weights, and from time to time drops the flattest of them for others',
    },
  },
  rwp: {
    'zh-CN': { name: 'RWP', definition: '在随机扰动后的参数处取梯度，每步只需一次梯度计算' },
    en: {
      name: 'RWP',
      definition: 'Takes the gradient at randomly perturbed weights, one evaluation a step',
    },
  },
  arwp: {
    'zh-CN': { name: 'ARWP', definition: '随机扰动，历史梯度越大的参数扰动越小' },
    en: { name: 'ARWP', definition: 'Random perturbation, smaller where gradients have been large' },
  },
  mrwp: {
    'zh-CN': {
      name: 'm-RWP',
      definition: '一个日期取原参数处的梯度，下一个日期取随机扰动后的梯度，两者加权；每步用两个日期',
    },
    en: {
      name: 'm-RWP',
      definition:
        'Mixes the gradient of one date with the randomly perturbed gradient of the next; a step uses two dates',
    },
  },
  marwp: {
    'zh-CN': { name: 'm-ARWP', definition: '同 m-RWP，历史梯度越大的参数扰动越小' },
    en: { name: 'm-ARWP', definition: 'As m-RWP, with less noise where gradients have been large' },
  },
  fedsmoo: {
    'zh-CN': {
      name: 'FedSMOO',
      definition: '把训练日期分成若干段，各段作为一个客户端分别训练并在每轮后合并，用对偶变量校正各自的扰动',
      adaptation: whateverTheLoss(
        '客户端是互不重叠的连续时段，一轮训练计为一轮（epoch），因此各客户端的差异是市场时期的差异',
      ),
    },
    en: {
      name: 'FedSMOO',
      definition:
        'Splits the train dates among clients that train apart and are merged every round, with dual variables that correct each one’s perturbation',
      adaptation: whateverTheLoss(
        'Clients are disjoint stretches of time and a round counts as an epoch, so that clients differ as market periods do',
      ),
    },
  },
  composed: {
    'zh-CN': { name: '自定义组合', definition: '自选扰动、最终梯度、步骤安排与目标的组合' },
    en: {
      name: 'Own composition',
      definition: 'Perturbation, final gradient, schedule and target of the user’s choice',
    },
  },
} as const satisfies Record<Method, Record<'zh-CN' | 'en', MethodText>>

type ByMethod<T> = Readonly<Record<Method, T>>

/** Name and definition of every method in one language. */
export function methodTerms(locale: 'zh-CN' | 'en'): ByMethod<{ name: string; definition: string }> {
  return Object.fromEntries(
    Object.entries(METHOD_TEXTS).map(([method, texts]) => {
      const { name, definition } = texts[locale]
      return [method, { name, definition }]
    }),
  ) as ByMethod<{ name: string; definition: string }>
}

/** What a method means for a date under a loss where the paper's own definition does not apply; null where it does. */
export function methodAdaptation(method: Method, loss: TrainingLoss, locale: 'zh-CN' | 'en'): string | null {
  const text: MethodText = METHOD_TEXTS[method][locale]
  return text.adaptation?.[loss] ?? null
}
