import {
  limitRange,
  refusedLimits,
  type Resource,
  type ResourceLimits,
} from '../../src-shared/domain/resources.ts'
import { PlateauError } from '../../src-shared/errors.ts'
import { formatNumber } from '../../src-shared/format.ts'
import { thisMachine } from '../study/allotment.ts'

/** Options of the commands whose engines can be limited. */
export const LIMIT_OPTIONS = { threads: { type: 'string' }, memory: { type: 'string' } } as const
export const LIMITS_USAGE = '[--threads N] [--memory GB]'

/** Threads of each run's engine, and memory of all its processes together. What is not given is automatic. */
export function parseLimits(given: {
  readonly threads?: string | undefined
  readonly memory?: string | undefined
}): ResourceLimits {
  const { threads, memory } = given
  const limits: ResourceLimits = {
    runs: null,
    threads: threads === undefined ? null : numberOf(threads),
    memory: memory === undefined ? null : Math.round(1e9 * numberOf(memory)),
  }
  const machine = thisMachine()
  const [refused] = refusedLimits(limits, machine)
  if (refused !== undefined) {
    const [least, most] = limitRange(refused, machine)
    throw new PlateauError('usage', `--${refused} ${given[refused as keyof typeof given]} is out of range.`, {
      remedy: `On this machine: ${inUnits(refused, least)} to ${inUnits(refused, most)}.`,
    })
  }
  return limits
}

/** Empty text is no number either. */
const numberOf = (text: string): number => (text.trim() === '' ? NaN : Number(text))

/** Rounded down: what is said to be the most is not refused. */
const inUnits = (resource: Resource, value: number): string =>
  resource === 'memory' ? `${formatNumber(Math.floor(value / 1e8) / 10, 1)} GB` : formatNumber(value, 0)
