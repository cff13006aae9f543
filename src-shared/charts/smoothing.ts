/**
 * Exponential moving average without the pull of its start towards 0, as TensorBoard and W&B draw it (the correction of Kingma
 * and Ba 2015, section 3). With weight w: m_n = w m_(n-1) + (1 - w) x_n, m_0 = 0, and y_n = m_n / (1 - w^n), n counting the
 * values so far: the mean of x_1 .. x_n weighted by w^(n-i). Missing values stay missing and are not counted.
 *
 * @param weight from 0, which changes nothing, to below 1
 */
export function debiasedEma(values: readonly (number | null)[], weight: number): (number | null)[] {
  let moment = 0
  let start = 1
  return values.map((value) => {
    if (value === null || !Number.isFinite(value)) return null
    moment = weight * moment + (1 - weight) * value
    start *= weight
    return moment / (1 - start)
  })
}
