import { z } from 'zod'
import { createRouter } from '../../../src-main/host/router.ts'
import { procedure, stream } from '../../../src-shared/contract/protocol.ts'
import { PlateauError } from '../../../src-shared/errors.ts'

/** A small contract with every kind of behaviour the plumbing has to carry. */
export const arithmetic = {
  divide: procedure(z.object({ a: z.number(), b: z.number() }), z.number()),
  wait: procedure(z.object({}), z.string()),
  steps: procedure(z.object({ to: z.int() }), z.int()),
  wrongAnswer: procedure(z.object({}), z.number()),
  unclonable: procedure(z.object({}), z.unknown()),
  matrix: procedure(z.object({ n: z.int() }), z.instanceof(Float64Array)),
  count: stream(z.object({ to: z.int() }), z.int()),
  ticks: stream(z.object({}), z.int()),
  badItems: stream(z.object({}), z.int()),
}

/** `log` gets what the handlers see of cancellations and ends. */
export function arithmeticRouter(log: (event: string) => void) {
  return createRouter(arithmetic, {
    divide({ a, b }) {
      if (b === 0)
        throw new PlateauError('study_invalid', 'Division by zero.', {
          place: { file: 'study.json', row: 3, field: 'b' },
          remedy: 'Choose another divisor.',
        })
      return a / b
    },
    wait: (_input, { signal }) =>
      new Promise((resolve) =>
        signal.addEventListener('abort', () => {
          log('wait aborted')
          resolve('too late')
        }),
      ),
    async steps({ to }, { signal, report }) {
      for (let done = 0; done < to; done++) {
        report({ stage: 'stocks', done, total: to })
        await new Promise(setImmediate)
        if (!signal.aborted) continue
        log(`steps ended at ${done}`)
        throw new PlateauError('cancelled', 'Ended.')
      }
      return to
    },
    wrongAnswer: () => 'seven' as never,
    unclonable: () => () => 7,
    matrix: ({ n }) => Float64Array.from({ length: n }, (_, i) => (i === 1 ? Number.NaN : i)),
    count({ to }, emit) {
      for (let i = 1; i <= to; i++) emit(i)
    },
    ticks(_input, emit) {
      let tick = 0
      const timer = setInterval(() => emit(++tick), 1)
      return () => {
        clearInterval(timer)
        log('ticks ended')
      }
    },
    badItems(_input, emit, { signal }) {
      signal.addEventListener('abort', () => log('badItems ended'))
      emit(1.5)
    },
  })
}
