import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { ServerState, ServerToken } from '../../src-shared/contract/server.ts'
import { call } from '../client.ts'

/** The server whose project is shown, where it is not of this machine. */
export const useServer = defineStore('server', () => {
  const state = shallowRef<ServerState>(null)
  const remote = computed(() => state.value !== null)
  const lost = computed(() => state.value !== null && !state.value.connected)

  /** How often the connection was lost and is back; screens are shown anew, as they ask for what they show when they appear. */
  const returns = ref(0)

  function put(next: ServerState): void {
    state.value = next
  }
  /** The window is loaded anew when this has succeeded, and so it is by `disconnect`. */
  async function connect(address: string, token: ServerToken, keep: boolean): Promise<void> {
    await call('shell.connectServer', { address, token, keep })
  }
  async function disconnect(): Promise<void> {
    await call('shell.disconnectServer', {})
  }
  return { state, remote, lost, returns, put, connect, disconnect }
})
