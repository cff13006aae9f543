import { z } from 'zod'
import { studyConfig } from '../../../src-shared/domain/study.ts'

const seed = studyConfig.shape.training.unwrap().shape.seeds.unwrap().element
const { minimum, maximum } = z.toJSONSchema(seed)

/** What a seed may be, as an interval. */
export const SEED_RANGE = `[${minimum}, ${maximum}]`

/** What was typed as seeds, one or several: all of them, or those that are none. */
export function readSeeds(text: string): {
  readonly seeds: readonly number[]
  readonly refused: readonly string[]
} {
  const words = text
    .replace(/[０-９]/g, (digit) => String(digit.charCodeAt(0) - '０'.charCodeAt(0)))
    .split(/[\s,，;；、]+/)
    .filter((word) => word !== '')
  const refused = words.filter((word) => !/^\d+$/.test(word) || !seed.safeParse(Number(word)).success)
  return { seeds: refused.length > 0 ? [] : words.map(Number), refused }
}
