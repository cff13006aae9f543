import { PlateauError } from '../../src-shared/errors.ts'
import type { CrossSection, CrossSectionHandle, Engine } from '../nn/engine.ts'

/** What is told when an engine goes on for another. */
export interface Handover {
  readonly lost: string
  readonly by: string
  /** What the lost engine said. */
  readonly reason: string
}

/** A cross-section, and where it has been uploaded to. */
interface Held {
  readonly section: CrossSection
  at: { readonly engine: Engine; readonly handle: CrossSectionHandle } | null
}

/**
 * An engine that outlives its device: an evaluation that rejects with `device_lost` is repeated on the engine that `next`
 * opens, and so are all that follow. Weights and optimizer state live with the caller, so nothing else is lost. The
 * cross-sections stay referenced here; each is uploaded to the new engine when it is next used. `next` answers null when
 * no engine is left: then the loss is the caller's.
 */
export function createFailoverEngine(
  first: Engine,
  next: () => Promise<Engine | null>,
  onHandover: (handover: Handover) => void,
): Engine {
  let current = first
  let closed = false
  /** The change that is under way, for every evaluation that was on the lost engine. */
  let change: Promise<void> | null = null
  const held = new Map<CrossSectionHandle, Held>()

  const handOver = async (lost: Engine, error: PlateauError): Promise<void> => {
    const taker = await next()
    if (taker === null) throw error
    if (closed) {
      taker.close()
      throw error
    }
    current = taker
    lost.close()
    onHandover({ lost: lost.name, by: taker.name, reason: error.message })
  }
  const handleOn = (engine: Engine, entry: Held): CrossSectionHandle => {
    if (entry.at?.engine !== engine) entry.at = { engine, handle: engine.upload(entry.section) }
    return entry.at.handle
  }
  const evaluate = async <T>(
    outer: CrossSectionHandle,
    work: (engine: Engine, handle: CrossSectionHandle) => Promise<T>,
  ): Promise<T> => {
    const entry = held.get(outer)
    if (entry === undefined)
      throw new PlateauError('internal', 'This engine does not hold the cross-section.')
    for (;;) {
      const engine = current
      try {
        return await work(engine, handleOn(engine, entry))
      } catch (error) {
        if (!isLost(error) || closed) throw error
        if (engine === current) {
          change ??= handOver(engine, error).finally(() => {
            change = null
          })
          await change
        }
      }
    }
  }

  return {
    get name() {
      return current.name
    },
    upload(section) {
      const entry: Held = { section, at: null }
      try {
        handleOn(current, entry)
      } catch (error) {
        // Evaluations will find the device lost, and hand over.
        if (!isLost(error)) throw error
      }
      const outer = { stocks: section.stocks }
      held.set(outer, entry)
      return outer
    },
    release(outer) {
      const at = held.get(outer)?.at
      held.delete(outer)
      // What a lost engine held went with it.
      if (at?.engine === current) current.release(at.handle)
    },
    predict: (weights, outer, options) =>
      evaluate(outer, (engine, handle) => engine.predict(weights, handle, options)),
    lossAndGradient: (weights, outer, options) =>
      evaluate(outer, (engine, handle) => engine.lossAndGradient(weights, handle, options)),
    close() {
      closed = true
      held.clear()
      current.close()
    },
  }
}

function isLost(error: unknown): error is PlateauError {
  return error instanceof PlateauError && error.code === 'device_lost'
}
