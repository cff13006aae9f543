/// <reference types="vite/client" />
import type { WindowBridge } from '../src-shared/contract/bridge.ts'

declare global {
  interface Window {
    /** Put there by the preload script. */
    readonly plateau: WindowBridge
  }
}
