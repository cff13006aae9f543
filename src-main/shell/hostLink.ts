import { PlateauError } from '../../src-shared/errors.ts'
import { createClient, type Client, processStopped } from '../host/client.ts'
import type { Contract, Transport } from '../../src-shared/contract/protocol.ts'
import { createDeaths, DEATHS_A_MINUTE } from './deaths.ts'

/** A started service process, or a connection to one on another machine. It ends when its transport is closed. */
export interface HostProcess {
  readonly transport: Transport
  /** Resolves when it answers, where it does not from the start; what is sent before is kept until then. */
  readonly ready?: Promise<void>
  onExit(listener: () => void): void
  kill(): void
}

/** The connection to the service process, which is started again when it dies. */
export interface HostLink<C extends Contract> {
  readonly call: Client<C>['call']
  /** As the client's, and taken up again after a restart. What else ends it goes to standard error. */
  subscribe(...[name, input, onItem]: FirstThree<Parameters<Client<C>['subscribe']>>): () => void
  /** Called after each restart, with the number of restarts so far. Returns the unsubscriber. */
  onRestart(listener: (restarts: number) => void): () => void
  /** End the service process; resolves when it has ended. */
  close(): Promise<void>
}

type FirstThree<T extends readonly unknown[]> = T extends readonly [infer A, infer B, infer D, ...unknown[]]
  ? [A, B, D]
  : never

interface Subscription<C extends Contract> {
  readonly of: FirstThree<Parameters<Client<C>['subscribe']>>
  end: () => void
}

/** What to do about a service that ended by itself. */
export interface Restarts {
  /** In how many ms to start it again, 0 for at once; null: not any more. */
  next(): number | null
  /** What its end is to whoever waits for an answer. */
  lost(): PlateauError
  /** Told when it is not started any more. */
  givenUp?(): void
}

/** Time the process gets to close its store before it is killed. */
const KILL_AFTER_MS = 5_000

/**
 * @param launch starts a service process; called again after each unexpected end
 * @param policy when that is; by default at once, until it ends too often
 */
export function createHostLink<C extends Contract>(
  launch: () => HostProcess,
  policy: Restarts = processRestarts(),
): HostLink<C> {
  const subscriptions = new Set<Subscription<C>>()
  const restartListeners = new Set<(restarts: number) => void>()
  let restarts = 0
  let waiting: NodeJS.Timeout | undefined
  let running = false
  let closing = false
  let broken = false
  let host: HostProcess
  let client: Client<C>

  const follow = (subscription: Subscription<C>): void => {
    subscription.end = client.subscribe(...subscription.of, (error) => {
      if (error.code !== policy.lost().code) console.error(`${subscription.of[0]}: ${error.describe()}`)
    })
  }
  const start = (): void => {
    host = launch()
    client = createClient<C>(host.transport, policy.lost)
    running = true
    host.onExit(() => {
      running = false
      if (closing) return
      const delay = policy.next()
      if (delay === null) {
        broken = true
        console.error(brokenError().describe())
        policy.givenUp?.()
      } else if (delay === 0) startAgain()
      else waiting = setTimeout(startAgain, delay)
    })
  }
  const startAgain = (): void => {
    start()
    for (const subscription of subscriptions) follow(subscription)
    const tell = (): void => {
      restarts++
      for (const listener of restartListeners) listener(restarts)
    }
    if (host.ready === undefined) tell()
    // One that never answers ends, and is started once more.
    else host.ready.then(tell, () => {})
  }
  start()

  return {
    call: (...args) => (broken ? Promise.reject(brokenError()) : client.call(...args)),
    subscribe(...of) {
      const subscription: Subscription<C> = { of, end: () => {} }
      subscriptions.add(subscription)
      follow(subscription)
      return () => {
        subscriptions.delete(subscription)
        subscription.end()
      }
    },
    onRestart(listener) {
      restartListeners.add(listener)
      return () => restartListeners.delete(listener)
    },
    close() {
      closing = true
      clearTimeout(waiting)
      if (!running) return Promise.resolve()
      return new Promise((resolve) => {
        const kill = setTimeout(() => host.kill(), KILL_AFTER_MS)
        host.onExit(() => {
          clearTimeout(kill)
          resolve()
        })
        host.transport.close()
      })
    },
  }
}

/** At once, until it dies too often. */
export function processRestarts(givenUp: () => void = () => {}): Restarts {
  const deaths = createDeaths()
  return {
    next: () => (deaths.add(performance.now()) ? null : 0),
    lost: processStopped,
    givenUp,
  }
}

function brokenError(): PlateauError {
  return new PlateauError(
    'internal',
    `The service process ended ${DEATHS_A_MINUTE + 1} times within a minute.`,
    {
      remedy: 'Restart the app; what the process wrote before it ended stands in the terminal.',
    },
  )
}
