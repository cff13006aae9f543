import { ipcMain, type IpcMainEvent, type IpcMainInvokeEvent, type WebContents } from 'electron'
import { z } from 'zod'
import type { BridgeAnswer } from '../../src-shared/contract/bridge.ts'
import { PlateauError } from '../../src-shared/errors.ts'
import { failure } from '../../src-shared/failure.ts'
import { serviceErrors } from '../../src-shared/locales/errors/service.ts'
import { APP_ORIGIN } from './assets.ts'
import type { Bridge } from './bridge.ts'
import { CALL, FOLLOW, ITEM, SELECT, SUBSCRIBE, UNSUBSCRIBE } from './channels.ts'
import type { Selections } from './selections.ts'

const callArguments = z.tuple([z.string(), z.unknown()])
const selectArguments = z.tuple([z.array(z.string()).max(100_000)])
const subscribeArguments = z.tuple([z.int(), z.string(), z.unknown()])
const unsubscribeArguments = z.tuple([z.int()])

/** Serve the windows' calls. Only the main frame of our own page is heard, and only in the shapes above. */
export function serveWindows(bridge: Bridge, selections: Selections): void {
  ipcMain.handle(CALL, async (event, ...args): Promise<BridgeAnswer> => {
    const parsed = callArguments.safeParse(args)
    if (!isOurs(event) || !parsed.success) return { ok: false, error: refusal(CALL).toData() }
    return bridge.call(...parsed.data)
  })

  ipcMain.handle(SELECT, async (event, ...args): Promise<BridgeAnswer> => {
    const parsed = selectArguments.safeParse(args)
    if (!isOurs(event) || !parsed.success) return { ok: false, error: refusal(SELECT).toData() }
    try {
      return { ok: true, value: await selections.keep(parsed.data[0]) }
    } catch (error) {
      return { ok: false, error: PlateauError.from(error).toData() }
    }
  })

  ipcMain.handle(FOLLOW, async (event, ...args): Promise<BridgeAnswer> => {
    const parsed = subscribeArguments.safeParse(args)
    if (!isOurs(event) || !parsed.success) return { ok: false, error: refusal(FOLLOW).toData() }
    const [id, name, input] = parsed.data
    const { sender } = event
    const own = subscriptionsOf(sender)
    const abort = new AbortController()
    const { signal } = abort
    const cancel = (): void => abort.abort(failure(serviceErrors.callCancelled, {}))
    own.set(id, cancel)
    const tell = itemsOf(sender, id)
    const answer = await bridge.call(name, input, {
      signal,
      onProgress: (progress) => signal.aborted || tell(progress),
    })
    // A page that was loaded again counts anew.
    if (own.get(id) === cancel) own.delete(id)
    return answer
  })

  const subscriptions = new Map<WebContents, Map<number, () => void>>()
  ipcMain.on(SUBSCRIBE, (event, ...args) => {
    const parsed = subscribeArguments.safeParse(args)
    if (!isOurs(event) || !parsed.success) return report(refusal(SUBSCRIBE))
    const [id, name, input] = parsed.data
    const { sender } = event
    try {
      const end = bridge.subscribe(name, input, itemsOf(sender, id))
      subscriptionsOf(sender).set(id, end)
    } catch (error) {
      report(error)
    }
  })
  ipcMain.on(UNSUBSCRIBE, (event, ...args) => {
    const parsed = unsubscribeArguments.safeParse(args)
    if (!isOurs(event) || !parsed.success) return report(refusal(UNSUBSCRIBE))
    const own = subscriptionsOf(event.sender)
    own.get(parsed.data[0])?.()
    own.delete(parsed.data[0])
  })

  const subscriptionsOf = (sender: WebContents): Map<number, () => void> => {
    const known = subscriptions.get(sender)
    if (known !== undefined) return known
    const own = new Map<number, () => void>()
    subscriptions.set(sender, own)
    // A page that is gone, closed, crashed or reloaded, has ended its subscriptions without saying so.
    const endAll = (): void => {
      for (const end of own.values()) end()
      own.clear()
    }
    sender.on('did-navigate', endAll)
    sender.on('render-process-gone', endAll)
    sender.once('destroyed', () => {
      endAll()
      subscriptions.delete(sender)
    })
    return own
  }
}

/** Tells a page of an item, as long as it is there. */
const itemsOf =
  (sender: WebContents, id: number) =>
  (item: unknown): void => {
    if (!sender.isDestroyed()) sender.send(ITEM, id, item)
  }

function isOurs({ sender, senderFrame }: IpcMainEvent | IpcMainInvokeEvent): boolean {
  return (
    senderFrame !== null && senderFrame === sender.mainFrame && senderFrame.url.startsWith(`${APP_ORIGIN}/`)
  )
}

function refusal(channel: string): PlateauError {
  return new PlateauError('contract_violation', `A message on ${channel} was refused.`)
}

function report(error: unknown): void {
  console.error(PlateauError.from(error).describe())
}
