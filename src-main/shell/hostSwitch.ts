import type { Contract } from '../../src-shared/contract/protocol.ts'
import type { HostLink } from './hostLink.ts'

/** A link that can be led to another host: who subscribed to the one follows the other. */
export interface HostSwitch<C extends Contract> extends HostLink<C> {
  readonly current: HostLink<C>
  use(next: HostLink<C>): void
}

interface Following<C extends Contract> {
  readonly begin: (link: HostLink<C>) => () => void
  end: () => void
}

/** `close` ends the link in use and no other. */
export function createHostSwitch<C extends Contract>(first: HostLink<C>): HostSwitch<C> {
  let current = first
  const all = new Set<Following<C>>()
  const follow = (begin: Following<C>['begin']): (() => void) => {
    const following = { begin, end: begin(current) }
    all.add(following)
    return () => {
      all.delete(following)
      following.end()
    }
  }
  return {
    get current() {
      return current
    },
    use(next) {
      for (const following of all) following.end()
      current = next
      for (const following of all) following.end = following.begin(next)
    },
    call: (...args) => current.call(...args),
    subscribe: (...of) => follow((link) => link.subscribe(...of)),
    onRestart: (listener) => follow((link) => link.onRestart(listener)),
    close: () => current.close(),
  }
}
