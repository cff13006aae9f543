import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { memoryPair } from '../../../src-main/host/transports.ts'
import { hostContract } from '../../../src-shared/contract/index.ts'
import { type WireMessage, wireMessage } from '../../../src-shared/contract/protocol.ts'
import { arithmetic, arithmeticRouter } from './arithmetic.ts'

const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withTypedArray: true,
})
const names = fc.oneof(fc.string(), fc.constantFrom(...Object.keys(arithmetic), '__proto__', 'constructor'))
/** Arbitrary values, and messages that are right but for one part. */
const payload = fc.oneof(
  anything,
  fc.record({
    type: fc.constant('call'),
    id: fc.oneof(fc.integer(), anything),
    name: names,
    input: anything,
  }),
  fc.record({
    type: fc.constantFrom('result', 'item', 'error'),
    id: fc.integer(),
    value: anything,
    error: anything,
  }),
)

describe('a router under 10,000 random payloads', () => {
  it('answers each with exactly one typed error, unless it is a valid call', async () => {
    const router = arithmeticRouter(() => {})
    const outcomes = { error: 0, valid: 0, unclonable: 0 }
    for (const value of fc.sample(payload, { numRuns: 10_000, seed: 20260101 })) {
      const answers = await exchange(router, value)
      if (answers === null) outcomes.unclonable++
      else if (isValid(value)) outcomes.valid++
      else {
        outcomes.error++
        expect(answers.map((answer) => answer.type)).toEqual(['error'])
      }
    }
    expect(outcomes.error).toBeGreaterThan(8_000)
    expect(outcomes.valid).toBeGreaterThan(0)
  })
})

/** What the router sends back for one payload; null when structured clone refuses it, so that it cannot arrive. */
async function exchange(
  router: ReturnType<typeof arithmeticRouter>,
  value: unknown,
): Promise<WireMessage[] | null> {
  const [near, far] = memoryPair()
  const answers: WireMessage[] = []
  near.onMessage((message) => answers.push(wireMessage.parse(message)))
  router.serve(far)
  try {
    near.send(value as WireMessage)
  } catch {
    return null
  }
  // One turn there, one for an asynchronous handler, one back.
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
  near.close()
  return answers
}

/** Some payloads are calls the contract accepts, or cancel nothing; their answers are plumbing.test.ts's subject. */
function isValid(value: unknown): boolean {
  const { data } = wireMessage.safeParse(value)
  if (data?.type === 'cancel') return true
  if (data?.type !== 'call' || !Object.hasOwn(arithmetic, data.name)) return false
  return arithmetic[data.name as keyof typeof arithmetic].input.safeParse(data.input).success
}

describe('the host contract', () => {
  it('parses 10,000 random inputs without throwing', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(hostContract)), anything, (entry, input) => {
        const parsed = entry.input.safeParse(input)
        return parsed.success || parsed.error.issues.length > 0
      }),
      { numRuns: 10_000, seed: 7 },
    )
  })
})
