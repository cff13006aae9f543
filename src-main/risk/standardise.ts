import { median } from '../market/standardise.ts'

export interface Standardised {
  /** Per stock; 0 where it is not known. */
  readonly exposure: Float64Array
  /** Per stock, 1 = its value is known. */
  readonly known: Uint8Array
}

/**
 * Values of a day (N, NaN = not known) in standard deviations from the plain mean (ddof 1), both over the known stocks of `among`, after all
 * were limited to their median +- `widths` x MAD (unscaled; no limit when it is 0). Null when less than half of `among` is known, or
 * all have one value.
 */
export function standardise(values: Float64Array, among: Uint8Array, widths: number): Standardised | null {
  let counted = 0
  const known = values.filter((value, i) => {
    counted += among[i]
    return among[i] === 1 && Number.isFinite(value)
  })
  if (known.length < 2 || known.length < counted / 2) return null
  const [low, high] = limits(known, widths)
  const clip = (value: number) => Math.min(high, Math.max(low, value))
  let mean = 0
  for (const value of known) mean += clip(value) / known.length
  let squares = 0
  for (const value of known) squares += (clip(value) - mean) ** 2
  const spread = Math.sqrt(squares / (known.length - 1))
  if (!(spread > 1e-12 * Math.abs(mean))) return null
  return {
    exposure: values.map((value) => (Number.isFinite(value) ? (clip(value) - mean) / spread : 0)),
    known: Uint8Array.from(values, (value) => (Number.isFinite(value) ? 1 : 0)),
  }
}

function limits(known: Float64Array, widths: number): [low: number, high: number] {
  if (widths === Infinity) return [-Infinity, Infinity]
  const centre = median(known)
  const mad = median(known.map((value) => Math.abs(value - centre)))
  return mad === 0 ? [-Infinity, Infinity] : [centre - widths * mad, centre + widths * mad]
}
