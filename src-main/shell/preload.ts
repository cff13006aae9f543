import { contextBridge, ipcRenderer, type IpcRendererEvent, webUtils } from 'electron'
import type { BridgeAnswer, WindowBridge } from '../../src-shared/contract/bridge.ts'
import { CALL, FOLLOW, ITEM, SELECT, SUBSCRIBE, UNSUBSCRIBE } from './channels.ts'

/** Node's File is not the page's. */
type ChosenFile = File & { readonly webkitRelativePath: string }

let subscriptions = 0
const listeners = new Map<number, (item: unknown) => void>()

ipcRenderer.on(ITEM, (_event: IpcRendererEvent, id: number, item: unknown) => listeners.get(id)?.(item))

/** Of a file that was chosen with its folder, the folder. The page never sees a path; a file that it made has none. */
function chosenPath(file: ChosenFile): string {
  const path = webUtils.getPathForFile(file)
  const inside = file.webkitRelativePath
  return inside === '' ? path : path.slice(0, path.length - inside.length) + inside.split('/', 1)[0]
}

const bridge: WindowBridge = {
  call: (name, input) => ipcRenderer.invoke(CALL, name, input),
  follow(name, input, onProgress) {
    const id = ++subscriptions
    listeners.set(id, onProgress as (item: unknown) => void)
    const answer = ipcRenderer.invoke(FOLLOW, id, name, input) as Promise<BridgeAnswer>
    return {
      answer: answer.finally(() => listeners.delete(id)),
      cancel: () => ipcRenderer.send(UNSUBSCRIBE, id),
    }
  },
  subscribe(name, input, onItem) {
    const id = ++subscriptions
    listeners.set(id, onItem)
    ipcRenderer.send(SUBSCRIBE, id, name, input)
    return () => {
      if (listeners.delete(id)) ipcRenderer.send(UNSUBSCRIBE, id)
    }
  },
  select: (files) =>
    ipcRenderer.invoke(SELECT, [...new Set((files as readonly ChosenFile[]).map(chosenPath))]),
}

contextBridge.exposeInMainWorld('plateau', bridge)
