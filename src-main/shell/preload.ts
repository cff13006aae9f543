import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron'
import type { WindowBridge } from '../../src-shared/contract/bridge.ts'
import { CALL, ITEM, SUBSCRIBE, UNSUBSCRIBE } from './channels.ts'

let subscriptions = 0
const listeners = new Map<number, (item: unknown) => void>()

ipcRenderer.on(ITEM, (_event: IpcRendererEvent, id: number, item: unknown) => listeners.get(id)?.(item))

const bridge: WindowBridge = {
  call: (name, input) => ipcRenderer.invoke(CALL, name, input),
  subscribe(name, input, onItem) {
    const id = ++subscriptions
    listeners.set(id, onItem)
    ipcRenderer.send(SUBSCRIBE, id, name, input)
    return () => {
      if (listeners.delete(id)) ipcRenderer.send(UNSUBSCRIBE, id)
    }
  },
}

contextBridge.exposeInMainWorld('plateau', bridge)
