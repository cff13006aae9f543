import { ipcRenderer } from 'electron'
import { GPU_PORT } from './channel.ts'

// A port cannot pass through contextBridge; a message of the page to itself can carry it.
ipcRenderer.on(GPU_PORT, ({ ports }) => window.postMessage(GPU_PORT, location.origin, ports))
