import { z } from 'zod'
import { ERROR_CODES } from '../errors.ts'
import { workProgress } from './progress.ts'

/** A call with one answer; before it, one that takes long tells how far it is. */
export interface Procedure<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly kind: 'procedure'
  readonly input: I
  readonly output: O
}

/** A subscription with any number of items, ended by the subscriber. */
export interface EventStream<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly kind: 'stream'
  readonly input: I
  readonly item: O
}

export type Contract = Readonly<Record<string, Procedure | EventStream>>

export const procedure = <I extends z.ZodType, O extends z.ZodType>(
  input: I,
  output: O,
): Procedure<I, O> => ({
  kind: 'procedure',
  input,
  output,
})
export const stream = <I extends z.ZodType, O extends z.ZodType>(input: I, item: O): EventStream<I, O> => ({
  kind: 'stream',
  input,
  item,
})

const errorWords = z.object({ message: z.string(), remedy: z.string().optional() })

export const errorData = errorWords.extend({
  code: z.enum(ERROR_CODES),
  place: z
    .object({
      file: z.string().optional(),
      row: z.int().optional(),
      field: z.string().optional(),
      run: z.string().optional(),
    })
    .optional(),
  inChinese: errorWords.optional(),
})

/** What travels over a transport. `id` is chosen by the caller and unique per connection. */
export const wireMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('call'), id: z.int(), name: z.string(), input: z.unknown() }),
  z.object({ type: z.literal('cancel'), id: z.int() }),
  z.object({ type: z.literal('result'), id: z.int(), value: z.unknown() }),
  z.object({ type: z.literal('error'), id: z.int(), error: errorData }),
  z.object({ type: z.literal('item'), id: z.int(), value: z.unknown() }),
  z.object({ type: z.literal('progress'), id: z.int(), value: workProgress }),
])
export type WireMessage = z.infer<typeof wireMessage>

/** The two ends of a connection: MessagePort, child process channel, or an in-memory pair. */
export interface Transport {
  send(message: WireMessage): void
  onMessage(listener: (message: unknown) => void): void
  onClose(listener: () => void): void
  close(): void
}
