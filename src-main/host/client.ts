import type { z } from 'zod'
import {
  type Contract,
  type EventStream,
  type Procedure,
  type Transport,
  type WireMessage,
  wireMessage,
} from '../../src-shared/contract/protocol.ts'
import type { OnProgress } from '../../src-shared/contract/progress.ts'
import { type ErrorData, PlateauError } from '../../src-shared/errors.ts'
import { failure } from '../../src-shared/failure.ts'
import { serviceErrors } from '../../src-shared/locales/errors/service.ts'

type NamesOf<C extends Contract, Kind> = {
  [Name in keyof C]: C[Name] extends Kind ? Name : never
}[keyof C] &
  string
type OutputOf<Entry> = Entry extends Procedure ? z.output<Entry['output']> : never
type ItemOf<Entry> = Entry extends EventStream ? z.output<Entry['item']> : never

/** The calling end of a connection. Values are typed by the contract: the router has parsed what it sends. */
export interface Client<C extends Contract> {
  /**
   * When `signal` aborts, the other end is asked to end what it has begun, and settles the call once that has ended: with `cancelled`,
   * unless it was done before.
   * @throws PlateauError the answer's own error, `cancelled`, `interrupted` when the connection closes
   */
  call<Name extends NamesOf<C, Procedure>>(
    name: Name,
    input: z.input<C[Name]['input']>,
    options?: CallOptions,
  ): Promise<OutputOf<C[Name]>>
  /** Follow a stream until the returned function is called. `onError` is called at most once and ends it. */
  subscribe<Name extends NamesOf<C, EventStream>>(
    name: Name,
    input: z.input<C[Name]['input']>,
    onItem: (item: ItemOf<C[Name]>) => void,
    onError: (error: PlateauError) => void,
  ): () => void
}

export interface CallOptions {
  readonly signal?: AbortSignal
  /** Hears how far a call is that tells it. */
  readonly onProgress?: OnProgress
}

interface Pending {
  readonly onValue: (value: unknown) => void
  readonly onError: (error: PlateauError) => void
  readonly onProgress?: OnProgress | undefined
}

/** @param lost what a closed connection is to whoever calls over it */
export function createClient<C extends Contract>(
  transport: Transport,
  lost: () => PlateauError = processStopped,
): Client<C> {
  const calls = new Map<number, Pending>()
  const streams = new Map<number, Pending>()
  let lastId = 0
  let closed = false

  const fail = (id: number, error: PlateauError): void => {
    const pending = calls.get(id) ?? streams.get(id)
    calls.delete(id)
    streams.delete(id)
    pending?.onError(error)
  }
  /** Register and send; a message that cannot be sent fails like one that was refused. */
  const start = (table: Map<number, Pending>, pending: Pending, name: string, input: unknown): number => {
    const id = ++lastId
    table.set(id, pending)
    if (closed) fail(id, lost())
    else {
      try {
        transport.send({ type: 'call', id, name, input })
      } catch (error) {
        fail(id, PlateauError.from(error))
      }
    }
    return id
  }
  const receive = (message: WireMessage): void => {
    if (message.type === 'result') {
      const pending = calls.get(message.id)
      calls.delete(message.id)
      pending?.onValue(message.value)
    } else if (message.type === 'item') streams.get(message.id)?.onValue(message.value)
    else if (message.type === 'progress') calls.get(message.id)?.onProgress?.(message.value)
    else if (message.type === 'error') fail(message.id, PlateauError.fromData(message.error as ErrorData))
  }

  transport.onMessage((received) => {
    const parsed = wireMessage.safeParse(received)
    if (parsed.success) receive(parsed.data)
  })
  transport.onClose(() => {
    closed = true
    for (const id of [...calls.keys(), ...streams.keys()]) fail(id, lost())
  })

  return {
    call(name, input, { signal, onProgress } = {}) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted === true) {
          reject(cancelled())
          return
        }
        const settle =
          <T>(act: (value: T) => void) =>
          (value: T): void => {
            signal?.removeEventListener('abort', cancel)
            act(value)
          }
        const cancel = (): void => {
          if (calls.has(id)) transport.send({ type: 'cancel', id })
        }
        signal?.addEventListener('abort', cancel, { once: true })
        const id = start(
          calls,
          { onValue: settle(resolve as (value: unknown) => void), onError: settle(reject), onProgress },
          name,
          input,
        )
      })
    },
    subscribe(name, input, onItem, onError) {
      const id = start(streams, { onValue: onItem as (item: unknown) => void, onError }, name, input)
      return () => {
        if (streams.delete(id)) transport.send({ type: 'cancel', id })
      }
    },
  }
}

export function processStopped(): PlateauError {
  return failure(serviceErrors.processStopped, {})
}

function cancelled(): PlateauError {
  return failure(serviceErrors.callCancelled, {})
}
