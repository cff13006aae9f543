import type { BridgeAnswer } from '../../src-shared/contract/bridge.ts'
import { type HostContract, windowContract } from '../../src-shared/contract/index.ts'
import { PlateauError } from '../../src-shared/errors.ts'
import type { CallOptions } from '../host/client.ts'
import type { Router } from '../host/router.ts'
import type { HostLink } from './hostLink.ts'

/** What a window reaches through the preload: the shell's own names, and of the host what the window contract lists. */
export interface Bridge {
  /** Never throws: errors are part of the answer. */
  call(name: string, input: unknown, options?: CallOptions): Promise<BridgeAnswer>
  /** Returns the function that ends the subscription. What ends it otherwise goes to standard error. */
  subscribe(name: string, input: unknown, onItem: (item: unknown) => void): () => void
}

export function createBridge(shell: Router, host: HostLink<HostContract>): Bridge {
  const forwardedKind = (name: string): 'procedure' | 'stream' | undefined =>
    Object.hasOwn(windowContract, name) ? windowContract[name as keyof typeof windowContract].kind : undefined

  const dispatch = (name: string, input: unknown, options: CallOptions): Promise<unknown> => {
    if (shell.kindOf(name) !== undefined) {
      const { signal = new AbortController().signal, onProgress } = options
      return shell.call(name, input, signal, onProgress)
    }
    if (forwardedKind(name) !== 'procedure')
      throw new PlateauError('contract_violation', `A window cannot call ${name}.`)
    // The host's router parses the input; here it is only passed on.
    return host.call(name as 'app.hostInfo', input as Record<string, never>, options)
  }

  return {
    async call(name, input, options = {}) {
      try {
        return { ok: true, value: await dispatch(name, input, options) }
      } catch (error) {
        return { ok: false, error: PlateauError.from(error).toData() }
      }
    },
    subscribe(name, input, onItem) {
      if (shell.kindOf(name) === 'stream') {
        const controller = new AbortController()
        const report = (error: PlateauError): void => console.error(`${name}: ${error.describe()}`)
        shell.subscribe(name, input, onItem, report, controller.signal)
        return () => controller.abort()
      }
      if (forwardedKind(name) !== 'stream')
        throw new PlateauError('contract_violation', `A window cannot subscribe to ${name}.`)
      return host.subscribe(name as 'studies.events', input as Record<string, never>, onItem)
    },
  }
}
