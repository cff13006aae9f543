import type { RefusalCode, RefusalValues } from '../domain/refusal.ts'
import { formatCount } from '../format.ts'
import { fillPlaceholders } from './index.ts'

/**
 * Why settings of an optimizer, a study or a mapping do not go together, and what to do about it, both languages side by side.
 * Values stand in place of `{name}`.
 */
const REFUSAL_TEXTS: Readonly<Record<RefusalCode, Readonly<Record<'zh-CN' | 'en', string>>>> = {
  final_without_perturbation: {
    'zh-CN': '没有扰动就没有扰动后的梯度可供组合：启用扰动，或把最终梯度设为权重 1 的“扰动后梯度”',
    en: 'Without a perturbation there is no perturbed gradient to combine with: switch it on, or take the perturbed gradient with weight 1',
  },
  steps_without_perturbation: {
    'zh-CN': '没有扰动就没有受扰动的步骤：启用扰动，或选“每一步”',
    en: 'Without a perturbation there are no perturbed steps: switch it on, or choose every step',
  },
  samples_without_perturbation: {
    'zh-CN': '没有扰动就无从为扰动后的梯度选样本：启用扰动，或选“全部”',
    en: 'Without a perturbation there is no perturbed pass to choose samples for: switch it on, or choose all',
  },
  clients_without_perturbation: {
    'zh-CN': '客户端各自校正扰动（FedSMOO）：启用扰动，方向选“对偶校正”',
    en: 'Every client corrects its perturbation (FedSMOO): switch it on, with dual correction as its direction',
  },
  noise_scaled: {
    'zh-CN': '噪声已按所在行的参数范数缩放：缩放选“不缩放”',
    en: 'Noise already has the scale of its row of weights: choose no scaling',
  },
  noise_masked: {
    'zh-CN': '掩码是对梯度的取舍，而噪声不用梯度：掩码选“无”',
    en: 'Masks choose among gradients, and noise has none: choose no mask',
  },
  noise_final: {
    'zh-CN': '代理间隙与梯度范数定义在上升最快处，而不在随机处：最终梯度选“扰动后梯度”',
    en: 'Surrogate gap and gradient norm are defined at the point of steepest ascent, not at a random one: choose the perturbed gradient',
  },
  noise_sharpest: {
    'zh-CN': '“损失上升最多”的样本由上升方向的一步选出，随机扰动选不出：选“全部”或“下一日期”',
    en: 'The sharpest samples are those whose loss an ascent step raises most, not a random one: choose all or the next date',
  },
  noise_past_target: {
    'zh-CN':
      '过去的输出记录于参数处的计算，而只用噪声时不作这一计算：改用“平均模型的输出”，或使扰动梯度权重不为 1',
    en: 'Past outputs are recorded in the pass at the weights, which noise alone does not take: choose outputs of the mean, or a perturbed weight other than 1',
  },
  penalty_direction: {
    'zh-CN': '梯度范数惩罚取在梯度增长最快处：扰动方向选“曲率”',
    en: 'The gradient norm penalty is taken where the gradient grows fastest: choose the direction curvature',
  },
  curvature_final: {
    'zh-CN': '“曲率”方向使梯度范数上升：最终梯度选“梯度范数惩罚”',
    en: 'The direction curvature raises the gradient norm: its final gradient is the gradient norm penalty',
  },
  curvature_scaled_masked: {
    'zh-CN': '海森向量积涉及全部参数：不缩放，也不用掩码',
    en: 'The Hessian-vector products are those of all weights: choose no scaling and no mask',
  },
  curvature_sharpest: {
    'zh-CN': '海森向量积取自整个批次：样本选“全部”',
    en: 'The Hessian-vector products are those of the whole batch: choose all samples',
  },
  norm_direction: {
    'zh-CN': 'GAM 衡量梯度沿自身方向的变化：扰动方向选“梯度”',
    en: 'GAM measures how the gradient changes along itself: choose the direction gradient',
  },
  norm_masked: {
    'zh-CN': 'GAM 衡量整个梯度的变化：掩码选“无”',
    en: 'GAM measures how the whole gradient changes: choose no mask',
  },
  norm_samples: {
    'zh-CN': 'GAM 的四个梯度彼此比较，须取自相同样本：选“全部”',
    en: 'The four gradients of GAM are compared, so that they must be of the same samples: choose all',
  },
  next_final: {
    'zh-CN': '两个日期的梯度可以加权，但其差别不是扰动所致：最终梯度选“扰动后梯度”',
    en: 'Gradients of two dates can be mixed, but their difference is not the effect of the perturbation: choose the perturbed gradient',
  },
  next_steps: {
    'zh-CN': '每步所用的日期数须固定：步骤选“每一步”',
    en: 'A step takes two dates or one, not now this, now that: choose every step',
  },
  next_target: {
    'zh-CN': '目标属于一个日期，而此处一步用两个日期：取消目标，或样本选“全部”',
    en: 'A target belongs to one date, and this step has two: choose no target, or all samples',
  },
  sharpest_target: {
    'zh-CN': '目标会改变用以选样本的损失：取消目标，或选“全部”',
    en: 'A target changes the loss by which the sharpest samples are chosen: choose no target, or all samples',
  },
  sharpest_final: {
    'zh-CN': '代理间隙比较两个梯度，须取自同一批样本：样本选“全部”，或最终梯度选“扰动后梯度”',
    en: 'The surrogate gap compares two gradients, which must be of the same samples: choose all samples, or the perturbed gradient',
  },
  sharpest_steps: {
    'zh-CN':
      'LookSAM 保留扰动后梯度相对扰动前梯度的法向部分，两者须取自同一批样本：样本选“全部”，或步骤选“每一步”',
    en: 'LookSAM keeps the part of the perturbed gradient normal to the clean one, which must be of the same samples: choose all samples, or every step',
  },
  curve_without_end: {
    'zh-CN': '曲线需要终点概率：填写终点概率，或选“线性”',
    en: 'A curve needs a probability to go to: give one, or choose linear',
  },
  dual_without_clients: {
    'zh-CN': '对偶变量属于客户端：启用客户端，或改选方向',
    en: 'Dual variables belong to clients: switch clients on, or choose another direction',
  },
  clients_without_dual: {
    'zh-CN': '有客户端时，扰动都以对偶变量校正：方向选“对偶校正”',
    en: 'With clients every perturbation is corrected by the dual variables: choose dual correction',
  },
  clients_final: {
    'zh-CN': '客户端的近端项加在扰动后的梯度上：最终梯度设为权重 1 的“扰动后梯度”',
    en: 'The proximal term of a client is added to the perturbed gradient: take it with weight 1',
  },
  clients_rho_schedule: {
    'zh-CN': '各轮的对偶变量长度都是 ρ：半径调度选“不变”',
    en: 'The dual variables of all rounds have the length ρ: choose a constant ρ',
  },
  clients_scaled_masked: {
    'zh-CN': '对偶变量对应全部参数的未缩放扰动：不缩放，也不用掩码',
    en: 'The dual variables are those of an unscaled perturbation of all weights: choose no scaling and no mask',
  },
  clients_schedule: {
    'zh-CN': '对偶变量需要每一步在整个批次上的扰动：步骤选“每一步”，样本选“全部”',
    en: 'The dual variables need the perturbation of every step on the whole batch: choose every step and all samples',
  },
  clients_target: {
    'zh-CN': '目标需要一次完整的训练，而各客户端各训各的：取消目标',
    en: 'A target needs one course of training, and clients have one each: choose no target',
  },
  proportional_without_decay: {
    'zh-CN': '半径随学习率变化，而学习率不变：给学习率设定衰减',
    en: 'ρ follows the learning rate, which is constant: give the rate a decay',
  },
  past_target_too_early: {
    'zh-CN': '目标最早作用于第 {first} 轮，此前 {back} 轮尚无输出：减小回看轮数，或推迟起始轮次',
    en: 'The first epoch with a target is number {first}, and there are no outputs {back} epochs before it: look back less far, or start later',
  },
  target_after_training: {
    'zh-CN': '目标自第 {first} 轮起作用，而训练至第 {last} 轮即结束：提前起始轮次，或提高轮次上限',
    en: 'The target acts from epoch {first} on, and training ends with epoch {last}: start it earlier, or raise the epoch limit',
  },
  warm_up_after_training: {
    'zh-CN': '衰减在 {epochs} 轮预热之后开始，而训练至第 {last} 轮即结束：缩短预热，或提高轮次上限',
    en: 'The decay begins after {epochs} epochs of warm-up, and training ends with epoch {last}: shorten the warm-up, or raise the epoch limit',
  },
  decay_after_training: {
    'zh-CN': '学习率在 {epochs} 轮后才首次衰减，而训练至第 {last} 轮即结束：缩短衰减间隔，或提高轮次上限',
    en: 'The rate first decays after {epochs} epochs, and training ends with epoch {last}: decay more often, or raise the epoch limit',
  },
  nesterov: {
    'zh-CN': 'Nesterov 动量要求动量大于 0 且阻尼为 0',
    en: 'Nesterov momentum needs a momentum above 0 and no dampening',
  },
  date_form: {
    'zh-CN': '日期须写作 YYYY-MM-DD，且为真实存在的日期',
    en: 'Expected a date as YYYY-MM-DD',
  },
  period_order: {
    'zh-CN': '日期须满足：训练起始日 < 训练截止日 < 预测截止日',
    en: 'The fit period begins before it ends, and ends before the prediction does',
  },
  dropout_without_layers: {
    'zh-CN': 'Dropout 作用于层与层之间，而模型只有一层：改为 2 层或以上，或将 Dropout 设为 0',
    en: 'Dropout acts between layers, and the model has one: give it 2 layers or more, or dropout 0',
  },
  landscape_without_trajectories: {
    'zh-CN': '损失地形需要每轮的权重：保留首个种子的轨迹',
    en: 'A landscape needs the weights of every epoch: keep those of the first seed',
  },
  joint_without_pca: {
    'zh-CN': '共同的平面由各次训练的轨迹张成：方向改为轨迹主方向，或各自使用坐标轴',
    en: 'One plane for all runs is spanned by their trajectories: choose principal directions, or own axes',
  },
  region_empty: {
    'zh-CN': '区域的起点须小于终点',
    en: 'A region ends further on than it begins',
  },
  risk_model_missing: {
    'zh-CN': '跟踪误差上限与风险厌恶需要风险模型：启用风险模型',
    en: 'A tracking-error cap and risk aversion need the risk model: switch it on',
  },
  capital_missing: {
    'zh-CN': '整手交易与成交参与率上限需要资金规模：填写资金规模',
    en: 'Lots and a participation limit need a capital in currency: give one',
  },
  stock_bounds_crossed: {
    'zh-CN': '权重上限不得低于下限',
    en: 'The largest weight must not be below the least',
  },
  stock_repeated: {
    'zh-CN': '股票 {symbol} 有两条规则：每只股票至多一条',
    en: 'The stock {symbol} has two rules of its own: a stock has one at most',
  },
  optimizer_repeated: {
    'zh-CN': '两个优化器都名为 {name}：改其一',
    en: 'Two optimizers are named {name}: rename one',
  },
  frequency_repeated: {
    'zh-CN': '两个模型的频率都是 {frequency}：每种频率至多一个',
    en: 'Two models have the frequency {frequency}: each has one at most',
  },
  seed_repeated: {
    'zh-CN': '种子 {seed} 重复：删去其一',
    en: 'The seed {seed} is listed twice: leave one out',
  },
  factor_repeated: {
    'zh-CN': '因子 {name} 重复：删去其一',
    en: 'The factor {name} is listed twice: leave one out',
  },
  index_repeated: {
    'zh-CN': '指数 {symbol} 重复：删去其一',
    en: 'The index {symbol} is listed twice: leave one out',
  },
  subject_stars: {
    'zh-CN': '* 至多出现一次',
    en: 'There is more than one *',
  },
  extra_missing: {
    'zh-CN': '表 {table} 至少需要一列',
    en: 'The table {table} needs a column',
  },
  extra_not_kept: {
    'zh-CN': '表 {table} 不保存其他数值列：改用 extraFactors',
    en: 'The table {table} keeps no other columns; extraFactors does',
  },
  price_column_missing: {
    'zh-CN': '价格为 {prices}、因子为 {factor} 时，{field} 需要对应一列',
    en: 'Prices {prices} and factor {factor} need a column for {field}',
  },
  field_unknown: {
    'zh-CN': '表 {table} 没有字段 {field}；可用字段：{fields}',
    en: 'The table {table} has no field {field}; the fields are {fields}',
  },
  field_missing: {
    'zh-CN': '表 {table} 的字段 {field} 需要对应一列',
    en: 'The table {table} needs a column for {field}',
  },
}

/** A refusal as a sentence without its full stop. */
export function refusalText(
  { code, values }: { readonly code: RefusalCode; readonly values: RefusalValues },
  locale: 'zh-CN' | 'en',
): string {
  const written = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'number' ? formatCount(value) : value,
  ])
  return fillPlaceholders(REFUSAL_TEXTS[code][locale], Object.fromEntries(written))
}
