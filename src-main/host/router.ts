import type { z } from 'zod'
import {
  type Contract,
  type EventStream,
  type Procedure,
  type Transport,
  wireMessage,
} from '../../src-shared/contract/protocol.ts'
import type { OnProgress } from '../../src-shared/contract/progress.ts'
import { PlateauError } from '../../src-shared/errors.ts'

export interface CallContext {
  /** Aborted when the caller cancels, unsubscribes or is gone. A call that is cancelled is answered all the same: once it has ended. */
  readonly signal: AbortSignal
}

export interface ProcedureContext extends CallContext {
  /** Tell the caller how far it is. */
  readonly report: OnProgress
}

export type ProcedureHandler<P extends Procedure> = (
  input: z.output<P['input']>,
  context: ProcedureContext,
) => Promise<z.input<P['output']>> | z.input<P['output']>

/** Starts a subscription; the function it may return runs once when the subscription ends. */
export type StreamHandler<S extends EventStream> = (
  input: z.output<S['input']>,
  emit: (item: z.input<S['item']>) => void,
  context: CallContext,
) => void | (() => void)

/** One handler for every name of the contract. */
export type Handlers<C extends Contract> = {
  readonly [Name in keyof C]: C[Name] extends Procedure
    ? ProcedureHandler<C[Name]>
    : C[Name] extends EventStream
      ? StreamHandler<C[Name]>
      : never
}

/** Told of every call and stream that ends in an error. */
export type FailureListener = (name: string, error: PlateauError) => void

export interface Router {
  /**
   * Answer one call. Input and output are parsed by schema.
   * @throws PlateauError the handler's own error, or contract_violation for an unknown name or a malformed value
   */
  call(
    name: string,
    input: unknown,
    signal: AbortSignal,
    report?: ProcedureContext['report'],
  ): Promise<unknown>
  /**
   * Start one subscription, which ends when `signal` aborts. `onError` gets an item that does not fit its schema.
   * @throws PlateauError as `call`
   */
  subscribe(
    name: string,
    input: unknown,
    onItem: (item: unknown) => void,
    onError: (error: PlateauError) => void,
    signal: AbortSignal,
  ): void
  kindOf(name: string): 'procedure' | 'stream' | undefined
  /** Answer everything that arrives over `transport` until it closes. */
  serve(transport: Transport, onFailure?: FailureListener): void
}

/** Id of the error that answers a message whose own id cannot be read; callers count from 1. */
export const NO_CALL = 0

/** The one place where contract and services meet: whatever crosses it, in or out, has been parsed. */
export function createRouter<C extends Contract>(contract: C, handlers: Handlers<C>): Router {
  const kindOf = (name: string): 'procedure' | 'stream' | undefined =>
    Object.hasOwn(contract, name) ? contract[name].kind : undefined

  const procedureOf = (name: string): Procedure => {
    const entry = Object.hasOwn(contract, name) ? contract[name] : undefined
    if (entry?.kind !== 'procedure') throw violation(`There is no procedure ${name}.`)
    return entry
  }
  const streamOf = (name: string): EventStream => {
    const entry = Object.hasOwn(contract, name) ? contract[name] : undefined
    if (entry?.kind !== 'stream') throw violation(`There is no event stream ${name}.`)
    return entry
  }

  const router: Router = {
    kindOf,
    async call(name, input, signal, report = () => {}) {
      const { input: inputSchema, output } = procedureOf(name)
      const handler = handlers[name] as ProcedureHandler<Procedure>
      const answer = await handler(parse(inputSchema, input, `input of ${name}`), { signal, report })
      return parse(output, answer, `answer of ${name}`)
    },
    subscribe(name, input, onItem, onError, signal) {
      const { input: inputSchema, item: itemSchema } = streamOf(name)
      const handler = handlers[name] as StreamHandler<EventStream>
      const emit = (item: unknown): void => {
        if (signal.aborted) return
        try {
          onItem(parse(itemSchema, item, `item of ${name}`))
        } catch (error) {
          onError(PlateauError.from(error))
        }
      }
      const end = handler(parse(inputSchema, input, `input of ${name}`), emit, { signal })
      if (end === undefined) return
      if (signal.aborted) end()
      else signal.addEventListener('abort', () => end(), { once: true })
    },
    serve: (transport, onFailure) => serve(router, transport, onFailure),
  }
  return router
}

function serve(router: Router, transport: Transport, onFailure: FailureListener = () => {}): void {
  const active = new Map<number, AbortController>()

  const fail = (id: number, error: unknown): void => {
    active.get(id)?.abort()
    active.delete(id)
    transport.send({ type: 'error', id, error: PlateauError.from(error).toData() })
  }
  /** Send what may fail to serialise; the failure is an answer too. */
  const answer = (id: number, type: 'result' | 'item', value: unknown): void => {
    try {
      transport.send({ type, id, value })
    } catch (error) {
      fail(id, error)
    }
  }

  const startCall = async (id: number, name: string, input: unknown): Promise<void> => {
    const controller = new AbortController()
    const { signal } = controller
    active.set(id, controller)
    try {
      if (router.kindOf(name) === 'stream') {
        // One that is not wanted any more ends at once; a call, when what it has begun has ended.
        signal.addEventListener('abort', () => active.delete(id), { once: true })
        router.subscribe(
          name,
          input,
          (item) => answer(id, 'item', item),
          (error) => {
            onFailure(name, error)
            fail(id, error)
          },
          signal,
        )
        return
      }
      const value = await router.call(name, input, signal, (progress) => {
        if (active.has(id)) transport.send({ type: 'progress', id, value: progress })
      })
      // Of a connection that was closed meanwhile there is nobody to answer.
      if (active.delete(id)) answer(id, 'result', value)
    } catch (error) {
      if (!active.has(id)) return
      if (!signal.aborted) onFailure(name, PlateauError.from(error))
      fail(id, error)
    }
  }

  transport.onMessage((received) => {
    const parsed = wireMessage.safeParse(received)
    if (!parsed.success) {
      transport.send({
        type: 'error',
        id: idOf(received),
        error: violation('Not a message of this protocol.').toData(),
      })
      return
    }
    const message = parsed.data
    if (message.type === 'cancel') active.get(message.id)?.abort()
    else if (message.type !== 'call') {
      transport.send({
        type: 'error',
        id: message.id,
        error: violation(`A caller sends no ${message.type}.`).toData(),
      })
    } else if (active.has(message.id)) {
      transport.send({
        type: 'error',
        id: NO_CALL,
        error: violation(`Call ${message.id} is still running.`).toData(),
      })
    } else {
      void startCall(message.id, message.name, message.input)
    }
  })
  transport.onClose(() => {
    for (const controller of active.values()) controller.abort()
    active.clear()
  })
}

function parse(schema: z.ZodType, value: unknown, what: string): unknown {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw violation(`The ${what} is malformed: ${issue.message}`, issue.path.join('.'))
}

function violation(message: string, field = ''): PlateauError {
  return new PlateauError('contract_violation', message, field === '' ? {} : { place: { field } })
}

function idOf(received: unknown): number {
  const id = typeof received === 'object' && received !== null && 'id' in received ? received.id : NO_CALL
  return Number.isSafeInteger(id) ? (id as number) : NO_CALL
}
