import type { TrainingLoss } from '../../src-shared/domain/study.ts'

/** Words of the guide's page on optimizers that are not those of window and report. */
export interface GuideText {
  readonly title: string
  readonly generated: string
  readonly intro: readonly string[]
  readonly fieldHead: readonly string[]
  readonly required: string
  readonly whole: string
  readonly characters: string
  readonly orNull: string
  /** Behind a field that one kind of a part has. */
  readonly ofKind: string
  readonly colon: string
  readonly semicolon: string
  readonly common: string
  readonly rules: { readonly title: string; readonly intro: string; readonly state: string }
  readonly schedules: {
    readonly title: string
    readonly learningRate: string
    readonly learningRateIntro: string
    readonly rho: string
    readonly rhoIntro: string
    readonly clipping: string
    readonly clippingIntro: string
  }
  readonly methods: {
    readonly title: string
    readonly intro: readonly string[]
    readonly adaptations: Readonly<Record<TrainingLoss, string>>
    readonly cost: string
    readonly predictions: string
    readonly state: string
    readonly noFields: string
    readonly seeComposition: string
  }
  readonly composition: {
    readonly title: string
    readonly intro: readonly string[]
    readonly example: string
    readonly exampleNote: string
    readonly slots: Readonly<
      Record<'perturbation' | 'finalGradient' | 'schedule' | 'target' | 'federated', string>
    >
  }
  readonly refusals: { readonly title: string; readonly intro: string; readonly head: readonly string[] }
  readonly comparison: { readonly title: string; readonly points: readonly string[] }
}

export const GUIDE_TEXTS: Readonly<Record<'zh-CN' | 'en', GuideText>> = {
  en: {
    title: 'Optimizers',
    generated:
      'Made by `node scripts/guide.ts` from the schemas and the texts of window and report; change those.',
    intro: [
      'Every entry of `optimizers` in a study file is one optimizer: a **base rule**, which turns a gradient into an update of the weights, and around it a **method**, which decides where gradients are taken and how they are combined into the final gradient that the base rule is handed. Base rule, momentum, moments and weight decay see the unperturbed weights and the final gradient only. Fields are written here as paths inside of one optimizer, those of one kind of a part with the kind in brackets; unknown fields are refused.',
      'In formulas w are the weights, b the biases among them, g = ∇L(w) is the gradient of one date, ε the perturbation, G the final gradient, t the step counted from 0, ‖·‖ the Euclidean norm over all weights together, and proj_a b the projection of b on a.',
    ],
    fieldHead: ['field', 'meaning', 'default', 'range'],
    required: 'required',
    whole: 'whole,',
    characters: '{least}-{most} characters',
    orNull: 'or `null`',
    ofKind: ' ({kind})',
    colon: ': ',
    semicolon: '; ',
    common: 'Fields of every optimizer',
    rules: {
      title: 'Base rules',
      intro:
        'PyTorch’s semantics and defaults. `base` without `rule` is AdamW. State is counted in vectors of the size of the weights, 8 bytes an element.',
      state: 'State',
    },
    schedules: {
      title: 'Schedules and clipping',
      learningRate: 'Learning rate',
      learningRateIntro:
        'From `base.learningRate`, over a training of `training.maxEpochs` epochs, whether or not it stops early.',
      rho: 'Radius of the perturbation',
      rhoIntro:
        'From `rho`, over the same training. A method has it as `rhoSchedule`, an own composition as `parts.perturbation.rhoSchedule`.',
      clipping: 'Clipping',
      clippingIntro:
        'Acts on the final gradient only, after the method and before the base rule: the gradients from which perturbations are made are never clipped.',
    },
    methods: {
      title: 'Methods',
      intro: [
        'Gradient evaluations are those of a step in expectation with the defaults, without the rare updates of masks; a forward pass alone takes about a third of the time. State comes on top of the base rule’s; the outputs that SAF records (training stock-dates × (M + 1)) come on top of that. Where paper and released code differ, `variant` and its like choose; docs/optimizers.md has the differences and the reasons of the defaults. Formulas are those of the defaults with the IC; window and report show those of the settings and of the loss.',
      ],
      adaptations: { ic: 'With the IC', mse: 'With squared errors' },
      cost: 'Gradient evaluations per step',
      predictions: 'forward passes alone',
      state: 'state',
      noFields: 'No fields of its own.',
      seeComposition: 'Its fields are those of the next section.',
    },
    composition: {
      title: 'Own composition',
      intro: [
        '`"method": "composed"` takes the parts themselves; every method above is a preset of them. What is left out has its default: no perturbation, the perturbed gradient as it is, every step, all samples, no target, no clients.',
      ],
      example: 'FSAM’s direction with ASAM’s scaling, GSAM’s final gradient, on LookSAM’s schedule:',
      exampleNote:
        'Every fourth step perturbs along the batch’s own gradient, scaled by the size of each weight, takes the surrogate gap’s growth out of the perturbed gradient, and keeps the part of the result that is normal to g; the three steps between add that part to their own gradients. ',
      slots: {
        perturbation: 'Where the second gradient is taken: weights + ε.',
        finalGradient: 'What the base rule is handed.',
        schedule: 'When perturbed steps are taken, and on which samples.',
        target: 'Outputs that the loss holds the model to, beside its labels; `null` for none.',
        federated: 'Clients that train apart; `null` for none.',
      },
    },
    refusals: {
      title: 'What is refused',
      intro:
        'Settings that make no sense together are refused, with the field and the reason, in the window, on the command line and in the file. One example of each:',
      head: ['example', 'refused because'],
    },
    comparison: {
      title: 'Comparing optimizers',
      points: [
        'All optimizers of a study train on the same samples, with the same seeds. A seed decides the initial weights, the order of dates in every epoch and the dropout masks of every step, each from a stream of its own, whatever the method: two optimizers with one date a step start alike and see the same dates and masks in the same order. What a method draws itself (noise, masks, coin tosses) comes from a further stream.',
        'Every pass of a step sees the same dropout mask, so that the difference of two gradients of a step is the effect of the perturbation.',
        'Epochs, patience and the choice of the best epoch by validation IC are the same for all. A SAM step costs about two plain ones; the training screen counts gradient evaluations, so that the cost is seen beside the result. m-RWP and m-ARWP take half as many steps, of two dates each; FedSMOO takes a round an epoch, each client its own dates in its own order.',
        'The first optimizer of the file is the one the others are compared with: daily excess returns and RankIC paired by date, with intervals. Put the base rule alone (`plain`) first, and change one thing at a time: the same `base`, and one method or one parameter.',
        'Intervals show the chance of other days, not that of another training; several seeds show the latter.',
      ],
    },
  },
  'zh-CN': {
    title: '优化器',
    generated: '由 `node scripts/guide.ts` 根据字段定义与界面、报告所用文字生成；请修改其来源。',
    intro: [
      '研究文件中 `optimizers` 的每一项是一个优化器：**基础优化器**把梯度变为参数更新；其外的**方法**决定梯度在何处取、如何合成交给基础优化器的最终梯度。动量、矩估计与权重衰减只接触未受扰动的参数与最终梯度。以下字段写作单个优化器之内的路径，括号内为其所属的种类；未知字段一律拒绝。',
      '公式中 w 为参数，b 为其中的偏置，g = ∇L(w) 为一个日期的梯度，ε 为扰动，G 为最终梯度，t 为从 0 起的步数，‖·‖ 为全部参数合计的二范数，proj_a b 为 b 在 a 上的投影。',
    ],
    fieldHead: ['字段', '含义', '默认值', '范围'],
    required: '必填',
    whole: '整数',
    characters: '{least}–{most} 字符',
    orNull: '或 `null`',
    ofKind: '（{kind}）',
    colon: '：',
    semicolon: '；',
    common: '各优化器共有的字段',
    rules: {
      title: '基础优化器',
      intro:
        '语义与默认值同 PyTorch。`base` 中不写 `rule` 即为 AdamW。状态以参数向量的个数计，每个元素 8 字节。',
      state: '状态',
    },
    schedules: {
      title: '调度与裁剪',
      learningRate: '学习率',
      learningRateIntro:
        '从 `base.learningRate` 起，按 `training.maxEpochs` 轮的训练安排，不论是否提前停止。',
      rho: '扰动半径',
      rhoIntro:
        '从 `rho` 起，按同一训练安排。方法中为 `rhoSchedule`，自定义组合中为 `parts.perturbation.rhoSchedule`。',
      clipping: '裁剪',
      clippingIntro: '只作用于最终梯度，在方法之后、基础优化器之前；用以构造扰动的梯度从不裁剪。',
    },
    methods: {
      title: '方法',
      intro: [
        '梯度计算次数为默认参数下每步的期望，不含偶尔的掩码更新；单独一次前向计算约为其三分之一的时间。状态为基础优化器之外另需的部分；SAF 记录的输出（训练股票 × 日期数 ×（M + 1））另计。论文与公开代码不一致之处由 `variant` 等字段选择；差异与默认值的理由见 docs/optimizers.md。公式为默认参数、以 IC 为损失时的形式；窗口与报告按所设参数和损失给出公式。',
      ],
      adaptations: { ic: '用于 IC 时', mse: '用于均方误差时' },
      cost: '每步梯度计算次数',
      predictions: '单独的前向计算',
      state: '状态',
      noFields: '没有自己的字段。',
      seeComposition: '字段见下一节。',
    },
    composition: {
      title: '自定义组合',
      intro: [
        '`"method": "composed"` 直接给出组成部分；上面的每个方法都是它们的一种预设。省略的部分取默认值：无扰动、最终梯度即扰动后梯度、每一步、全部样本、无输出目标、不分客户端。',
      ],
      example: 'FSAM 的方向、ASAM 的缩放、GSAM 的最终梯度，按 LookSAM 的步骤：',
      exampleNote:
        '每四步扰动一次：沿批次特有的梯度、按每个参数的大小缩放，从扰动后梯度中去掉使代理间隙增大的部分，并保留结果中与 g 垂直的分量；其间三步把该分量加到各自的梯度上。',
      slots: {
        perturbation: '第二个梯度取在参数 + ε 处。',
        finalGradient: '交给基础优化器的梯度。',
        schedule: '哪些步受扰动，扰动后的梯度取自哪些样本。',
        target: '标签之外，损失使输出接近的目标；`null` 为无。',
        federated: '分别训练的客户端；`null` 为不分。',
      },
    },
    refusals: {
      title: '不被接受的组合',
      intro: '互相矛盾的设置一律拒绝，窗口、命令行与文件均指明字段与原因。各举一例：',
      head: ['示例', '原因'],
    },
    comparison: {
      title: '优化器的比较',
      points: [
        '一项研究中的全部优化器用相同的样本与相同的种子训练。一个种子决定初始参数、每轮的日期顺序与每步的 dropout 掩码，三者各有独立的随机流，与方法无关：每步用一个日期的两个优化器起点相同，所见日期与掩码的次序也相同。方法自身的随机数（噪声、掩码、抽签）来自另一随机流。',
        '一步之内的各次计算使用同一 dropout 掩码，因此同一步中两个梯度之差只来自扰动。',
        '轮数上限、停止条件与按验证 IC 选取最优轮次的规则对所有优化器相同。SAM 的一步约为基础优化器两步的计算量；训练界面列出梯度计算次数，成本与结果并列。m-RWP 与 m-ARWP 每步用两个日期，步数减半；FedSMOO 的一轮为一次通信，各客户端按自己的次序遍历自己的日期。',
        '文件中的第一个优化器是其余各项的比较对象：日超额收益与 RankIC 按日期配对，并给出区间。宜把单独的基础优化器（`plain`）放在第一位，每次只改一处：`base` 相同，只换方法或只换一个参数。',
        '区间反映日期的偶然性，不反映重新训练的偶然性；后者由多个种子体现。',
      ],
    },
  },
}
