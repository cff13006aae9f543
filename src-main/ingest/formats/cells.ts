/** Values of typed formats as the texts that stand for them. */

/** The shortest text that reads back as the same double. NaN is no value. */
export function numberText(value: number): string {
  return Number.isNaN(value) ? '' : String(value)
}

/** The shortest decimal that reads back as the same float32: `10.1`, not the `10.100000381469727` of its double. */
export function float32Text(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const shorter = Number(value.toPrecision(digits))
    if (Math.fround(shorter) === value) return numberText(shorter)
  }
  return numberText(Number(value.toPrecision(9)))
}

/** `2020-01-02`, with the time of day where it is not midnight. */
export function dateText(value: Date): string {
  if (Number.isNaN(value.getTime())) return ''
  const text = value.toISOString()
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, -14) : text.replace('T', ' ').slice(0, -1)
}
