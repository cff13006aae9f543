import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Contract } from '../../../src-shared/contract/protocol.ts'
import { APP_VERSION } from '../version.ts'

/** Both ends of a connection need the same: the app's version, and a digest of every name and schema of the contract. */
export function contractVersion(contract: Contract): string {
  const shape = (schema: z.ZodType): unknown =>
    z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' })
  const shapes = Object.keys(contract)
    .sort()
    .map((name) => {
      const entry = contract[name]
      return [
        name,
        entry.kind,
        shape(entry.input),
        shape(entry.kind === 'procedure' ? entry.output : entry.item),
      ]
    })
  const digest = createHash('sha256').update(JSON.stringify(shapes)).digest('hex')
  return `${APP_VERSION}-${digest.slice(0, 12)}`
}
