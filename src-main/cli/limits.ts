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
  for (const resource of refusedLimits(limits, machine)) {
    const [least, most] = limitRange(resource, machine)
    throw new PlateauError(
      'usage',
      `--${resource} ${given[resource as keyof typeof given]} is out of range.`,
      {
        remedy: `On this machine: ${inUnits(resource, least)} to ${inUnits(resource, most)}.`,
      },
    )
  }
  return limits
}

/** Empty text is no number either. */
const numberOf = (text: string): number => (text.trim() === '' ? NaN : Number(text))

const inUnits = (resource: Resource, value: number): string =>
  resource === 'memory' ? `${formatNumber(value / 1e9, 1)} GB` : formatNumber(value, 0)
