/** Columns with more than this share of entries are stored whole. */
const DENSE = 0.4

/**
 * The distinct columns that limits and factors load on, n stocks x `width`. Dense columns come first and lie side by
 * side per stock; of the others (industries, members) a stock keeps its entries only. Column 0 is the solver's own:
 * it is rewritten in every iteration.
 */
export class Loadings {
  readonly width: number
  readonly stocks: number
  /** stocks x denseWidth, row-major. */
  private readonly dense: Float64Array
  private readonly denseWidth: number
  private readonly start: Int32Array
  private readonly index: Int32Array
  private readonly value: Float64Array
  /** Position of each column handed in. */
  readonly position: Int32Array

  constructor(columns: readonly Float64Array[], stocks: number) {
    this.stocks = stocks
    const distinct: { readonly values: Float64Array; readonly sparse: boolean; readonly of: number[] }[] = []
    columns.forEach((values, at) => {
      const same = distinct.find((other) => equal(other.values, values))
      if (same !== undefined) same.of.push(at)
      else {
        let entries = 0
        for (let i = 0; i < stocks; i++) if (values[i] !== 0) entries++
        distinct.push({ values, sparse: entries <= DENSE * stocks, of: [at] })
      }
    })
    const ordered = [...distinct.filter(({ sparse }) => !sparse), ...distinct.filter(({ sparse }) => sparse)]
    this.denseWidth = 1 + distinct.filter(({ sparse }) => !sparse).length
    this.width = 1 + distinct.length
    this.position = new Int32Array(columns.length)
    ordered.forEach(({ of }, at) => {
      for (const column of of) this.position[column] = at + 1
    })
    this.dense = new Float64Array(stocks * this.denseWidth)
    this.start = new Int32Array(stocks + 1)
    const index: number[] = []
    const value: number[] = []
    for (let i = 0; i < stocks; i++) {
      for (let at = 0; at < ordered.length; at++) {
        const entry = ordered[at].values[i]
        if (!ordered[at].sparse) this.dense[i * this.denseWidth + at + 1] = entry
        else if (entry !== 0) {
          index.push(at + 1)
          value.push(entry)
        }
      }
      this.start[i + 1] = index.length
    }
    this.index = Int32Array.from(index)
    this.value = Float64Array.from(value)
  }

  setColumn0(values: Float64Array): void {
    for (let i = 0; i < this.stocks; i++) this.dense[i * this.denseWidth] = values[i]
  }

  /** sum_i weight_i g_i g_i' into `out`, width x width, both triangles. Stocks of weight 0 cost nothing. */
  gram(weight: Float64Array, out: Float64Array): void {
    const { width, denseWidth, dense, start, index, value } = this
    out.fill(0)
    for (let i = 0; i < this.stocks; i++) {
      const w = weight[i]
      if (w === 0) continue
      const at = i * denseWidth
      for (let k = 0; k < denseWidth; k++) {
        const scaled = w * dense[at + k]
        const row = k * width
        for (let l = 0; l <= k; l++) out[row + l] += scaled * dense[at + l]
      }
      for (let e = start[i]; e < start[i + 1]; e++) {
        const scaled = w * value[e]
        const row = index[e] * width
        for (let l = 0; l < denseWidth; l++) out[row + l] += scaled * dense[at + l]
        for (let other = start[i]; other <= e; other++) out[row + index[other]] += scaled * value[other]
      }
    }
    for (let k = 0; k < width; k++) for (let l = 0; l < k; l++) out[l * width + k] = out[k * width + l]
  }

  /** out_i = g_i'coefficients. */
  along(coefficients: Float64Array, out: Float64Array): void {
    const { denseWidth, dense, start, index, value } = this
    for (let i = 0; i < this.stocks; i++) {
      const at = i * denseWidth
      let sum = 0
      for (let k = 0; k < denseWidth; k++) sum += dense[at + k] * coefficients[k]
      for (let e = start[i]; e < start[i + 1]; e++) sum += value[e] * coefficients[index[e]]
      out[i] = sum
    }
  }

  /** out = sum_i x_i g_i. */
  sums(x: Float64Array, out: Float64Array): void {
    const { denseWidth, dense, start, index, value } = this
    out.fill(0)
    for (let i = 0; i < this.stocks; i++) {
      const at = i * denseWidth
      const xi = x[i]
      for (let k = 0; k < denseWidth; k++) out[k] += dense[at + k] * xi
      for (let e = start[i]; e < start[i + 1]; e++) out[index[e]] += value[e] * xi
    }
  }
}

function equal(a: Float64Array, b: Float64Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}
