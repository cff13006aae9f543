import type { z } from 'zod'
import { selection, type Selection } from '../src-shared/contract/imports.ts'
import { windowContract, type WindowContract } from '../src-shared/contract/index.ts'
import { type OnProgress, workProgress } from '../src-shared/contract/progress.ts'
import type { EventStream, Procedure } from '../src-shared/contract/protocol.ts'
import { PlateauError } from '../src-shared/errors.ts'

type NamesOf<Kind> = {
  [Name in keyof WindowContract]: WindowContract[Name] extends Kind ? Name : never
}[keyof WindowContract]
export type ProcedureName = NamesOf<Procedure>
type StreamName = NamesOf<EventStream>
export type Input<Name extends keyof WindowContract> = z.input<WindowContract[Name]['input']>
export type Output<Name extends ProcedureName> = z.output<WindowContract[Name]['output']>
type Item<Name extends StreamName> = z.output<WindowContract[Name]['item']>

/**
 * Calls a procedure of the host or the shell.
 * @param input plain data: it crosses a process boundary by structured clone, which refuses reactive proxies
 * @throws PlateauError the answer's own error, or `contract_violation` when the answer does not fit the contract
 */
export async function call<Name extends ProcedureName>(
  name: Name,
  input: Input<Name>,
): Promise<Output<Name>> {
  const answer = await window.plateau.call(name, input)
  if (!answer.ok) throw PlateauError.fromData(answer.error)
  return parse(name, windowContract[name].output, answer.value) as Output<Name>
}

/**
 * Calls a procedure that takes long, told how far it is.
 * @returns its answer, as of `call`, and what cancels it: the answer then comes once it has ended, with `cancelled` unless it was done
 */
export function follow<Name extends ProcedureName>(
  name: Name,
  input: Input<Name>,
  onProgress: OnProgress,
): { readonly answer: Promise<Output<Name>>; readonly cancel: () => void } {
  const followed = window.plateau.follow(name, input, (told) => {
    const progress = workProgress.safeParse(told)
    if (progress.success) onProgress(progress.data)
  })
  const answer = followed.answer.then((answered) => {
    if (!answered.ok) throw PlateauError.fromData(answered.error)
    return parse(name, windowContract[name].output, answered.value) as Output<Name>
  })
  return { answer, cancel: followed.cancel }
}

/**
 * Tells the shell of files that a person chose or dropped; their paths stay there.
 * @throws PlateauError as `call`
 */
export async function select(files: readonly File[]): Promise<Selection> {
  const answer = await window.plateau.select(files)
  if (!answer.ok) throw PlateauError.fromData(answer.error)
  return parse('select', selection, answer.value) as Selection
}

/** Follows an event stream; `onError` gets what does not fit the contract. Returns the function that ends it. */
export function subscribe<Name extends StreamName>(
  name: Name,
  input: Input<Name>,
  onItem: (item: Item<Name>) => void,
  onError: (error: PlateauError) => void,
): () => void {
  return window.plateau.subscribe(name, input, (item) => {
    try {
      onItem(parse(name, windowContract[name].item, item) as Item<Name>)
    } catch (error) {
      onError(PlateauError.from(error))
    }
  })
}

function parse(name: string, schema: z.ZodType, value: unknown): unknown {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new PlateauError('contract_violation', `The answer of ${name} is malformed: ${issue?.message}`, {
    place: { field: issue?.path.join('.') ?? '' },
  })
}
