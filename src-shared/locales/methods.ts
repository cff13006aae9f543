import type { Method } from '../domain/optimizer/index.ts'

/**
 * What each optimizer method is, in one sentence, both languages side by side. `adaptation`: where the paper's definition needs
 * samples with a loss each, what takes their place here and what that changes (a date's IC has no such parts).
 */
interface MethodText {
  readonly name: string
  readonly definition: string
  readonly adaptation?: string
}

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
      adaptation:
        '一个截面只有一个 IC，单只股票没有损失：改用标准化预测与标准化标签之差平方的一半（均值为 1 − IC）挑选股票，梯度仍取所选股票的 IC，因此所选截面比论文中的批次更偏向误差大的股票',
    },
    en: {
      name: 'ESAM',
      definition:
        'Perturbs randomly chosen tensors and takes the gradient on the samples whose loss the perturbation raises most',
      adaptation:
        'A date has one IC and its stocks no losses: stocks are chosen by half the squared difference of standardised prediction and label, whose mean is 1 − IC, and the gradient is that of the chosen stocks’ IC, so that a step leans to badly predicted stocks more than in the paper',
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
      adaptation:
        '每只股票只有一个输出，没有类别分布：论文的 KL 散度换成 1 − 当前预测与过去预测的截面相关系数（温度趋于无穷时的极限），因此约束的是排序而不是概率，且没有温度参数',
    },
    en: {
      name: 'SAF',
      definition:
        'Perturbs nothing and holds the outputs to those of some epochs ago, so that the loss does not fall too fast',
      adaptation:
        'A stock has one output and no class distribution: the paper’s KL divergence becomes 1 less the correlation of a date’s predictions with the past ones, its limit at high temperature, so that the order of stocks is held rather than probabilities, and no temperature is left to set',
    },
  },
  mesa: {
    'zh-CN': {
      name: 'MESA',
      definition: '不扰动参数，而使当前输出接近参数滑动平均所得模型的输出',
      adaptation:
        '每只股票只有一个输出，没有类别分布：论文的 KL 散度换成 1 − 当前预测与平均模型预测的截面相关系数（温度趋于无穷时的极限），因此约束的是排序而不是概率，且没有温度参数',
    },
    en: {
      name: 'MESA',
      definition: 'Perturbs nothing and holds the outputs to those of a running mean of the weights',
      adaptation:
        'A stock has one output and no class distribution: the paper’s KL divergence becomes 1 less the correlation of a date’s predictions with the mean model’s, its limit at high temperature, so that the order of stocks is held rather than probabilities, and no temperature is left to set',
    },
  },
  ssamf: {
    'zh-CN': {
      name: 'SSAM-F',
      definition: '只扰动费雪信息最大的一部分参数',
      adaptation:
        '单只股票的 IC 无定义：费雪信息的“样本”取一个交易日的整个截面，因此衡量的是参数对各日 IC 的敏感度，而不是对单个样本的敏感度',
    },
    en: {
      name: 'SSAM-F',
      definition: 'Perturbs the weights with the largest Fisher information only',
      adaptation:
        'The IC of a single stock is undefined: a sample of the Fisher information is one trading day’s whole cross-section, so that it measures how weights move the IC of days rather than the loss of single samples',
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
      adaptation: '客户端是互不重叠的连续时段，一轮训练计为一轮（epoch），因此各客户端的差异是市场时期的差异',
    },
    en: {
      name: 'FedSMOO',
      definition:
        'Splits the train dates among clients that train apart and are merged every round, with dual variables that correct each one’s perturbation',
      adaptation:
        'Clients are disjoint stretches of time and a round counts as an epoch, so that clients differ as market periods do',
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

/** What a method means for the IC of a date where the paper's own definition does not apply; null where it does. */
export function methodAdaptation(method: Method, locale: 'zh-CN' | 'en'): string | null {
  const text: MethodText = METHOD_TEXTS[method][locale]
  return text.adaptation ?? null
}
