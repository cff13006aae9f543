/** A number as an input shows it: as it is set, 1e-8 included; nothing for null. */
export function writeNumber(value: number | null): string {
  return value === null ? '' : String(value)
}

/**
 * What was typed into an input as a number: null for nothing, undefined for what is no number. Digits of full width and a true
 * minus are digits and minus.
 */
export function readNumber(typed: string): number | null | undefined {
  const plain = typed.normalize('NFKC').replaceAll('−', '-').trim()
  if (plain === '') return null
  const value = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(plain) ? Number(plain) : NaN
  return Number.isFinite(value) ? value : undefined
}
