import type { ErrorData } from '../errors.ts'

/** What the preload puts on `window.plateau`: typed calls forwarded, errors as data. */
export interface WindowBridge {
  call(name: string, input: unknown): Promise<BridgeAnswer>
  /** Returns the function that ends the subscription. */
  subscribe(name: string, input: unknown, onItem: (item: unknown) => void): () => void
}

export type BridgeAnswer =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: ErrorData }
