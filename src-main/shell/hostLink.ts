import { PlateauError } from '../../src-shared/errors.ts'
import { createClient, type Client } from '../host/client.ts'
import type { Contract, Transport } from '../../src-shared/contract/protocol.ts'

/** A started service process. It ends when its transport is closed. */
export interface HostProcess {
  readonly transport: Transport
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

/** A process that dies more often than this within the window is broken: starting it again would not help. */
const RESTART_LIMIT = 5
const RESTART_WINDOW_MS = 60_000
/** Time the process gets to close its store before it is killed. */
const KILL_AFTER_MS = 5_000

/** @param launch starts a service process; called again after each unexpected end */
export function createHostLink<C extends Contract>(launch: () => HostProcess): HostLink<C> {
  const subscriptions = new Set<Subscription<C>>()
  const restartListeners = new Set<(restarts: number) => void>()
  const deaths: number[] = []
  let restarts = 0
  let running = false
  let closing = false
  let broken = false
  let host: HostProcess
  let client: Client<C>

  const follow = (subscription: Subscription<C>): void => {
    subscription.end = client.subscribe(...subscription.of, (error) => {
      if (error.code !== 'interrupted') console.error(`${subscription.of[0]}: ${error.describe()}`)
    })
  }
  const start = (): void => {
    host = launch()
    client = createClient<C>(host.transport)
    running = true
    host.onExit(() => {
      running = false
      if (closing) return
      deaths.push(Date.now())
      if (deaths.filter((time) => time > Date.now() - RESTART_WINDOW_MS).length > RESTART_LIMIT) {
        broken = true
        console.error(brokenError().describe())
        return
      }
      restarts++
      start()
      for (const subscription of subscriptions) follow(subscription)
      for (const listener of restartListeners) listener(restarts)
    })
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

function brokenError(): PlateauError {
  return new PlateauError(
    'internal',
    `The service process ended ${RESTART_LIMIT + 1} times within a minute.`,
    {
      remedy: 'Restart the app; what the process wrote before it ended stands in the terminal.',
    },
  )
}
