import type { ErrorData } from '../errors.ts'
import type { OnProgress } from './progress.ts'

/** What the preload puts on `window.plateau`: typed calls forwarded, errors as data. */
export interface WindowBridge {
  call(name: string, input: unknown): Promise<BridgeAnswer>
  /** A call that takes long: told how far it is, and cancelled. Its answer comes once it has ended, either way. */
  follow(name: string, input: unknown, onProgress: OnProgress): FollowedAnswer
  /** Returns the function that ends the subscription. */
  subscribe(name: string, input: unknown, onItem: (item: unknown) => void): () => void
  /** Tell the shell of `File`s that a person chose or dropped; the answer is a Selection (contract/imports.ts). */
  select(files: readonly unknown[]): Promise<BridgeAnswer>
}

export interface FollowedAnswer {
  readonly answer: Promise<BridgeAnswer>
  readonly cancel: () => void
}

export type BridgeAnswer =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: ErrorData }
