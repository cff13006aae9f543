import { fork } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { app, utilityProcess } from 'electron'
import { childTransport } from '../host/transports.ts'
import type { HostProcess } from './hostLink.ts'

/** better-sqlite3 is built for this level of Node-API. */
const NODE_API_NEEDED = 10

/** True where the service process can run inside Electron; the fallback runtime's Node is too old for the store. */
export const hostsInElectron = (): boolean => Number(process.versions['napi']) >= NODE_API_NEEDED

/**
 * Start the service process on `store`, with `userData` for what the app keeps by itself: a utilityProcess, or under the fallback runtime the Node 24 of node_modules
 * over a fork channel. The same bundle answers the same contract in both.
 */
export function launchHost(store: string | null, userData: string): HostProcess {
  const entry = path.join(app.getAppPath(), 'out/main/host.js')
  const args = ['--user-data', userData, ...(store === null ? [] : ['--store', store])]
  return hostsInElectron() ? launchUtilityProcess(entry, args) : launchNodeProcess(entry, args)
}

function launchUtilityProcess(entry: string, args: string[]): HostProcess {
  const child = utilityProcess.fork(entry, args, { serviceName: 'Plateau host', stdio: 'inherit' })
  return {
    transport: {
      send: (message) => child.postMessage(message),
      onMessage: (listener) => void child.on('message', listener),
      onClose: (listener) => void child.on('exit', listener),
      close: () => void child.kill(),
    },
    onExit: (listener) => void child.on('exit', listener),
    kill() {
      if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL')
    },
  }
}

function launchNodeProcess(entry: string, args: string[]): HostProcess {
  const { ELECTRON_RUN_AS_NODE: _asNode, NODE_OPTIONS: _options, ...env } = process.env
  const nothing = fs.openSync('/dev/null', 'r+')
  const child = fork(entry, args, {
    execPath: path.join(app.getAppPath(), 'node_modules/node/bin/node'),
    execArgv: [],
    serialization: 'advanced',
    stdio: ['inherit', 'inherit', 'inherit', 'ipc', ...coverDescriptors(nothing)],
    env,
  })
  fs.closeSync(nothing)
  const transport = childTransport(child)
  // A process that could not be started reports an error in place of an exit.
  child.once('error', () => transport.close())
  return {
    transport,
    onExit: (listener) => void child.once('exit', listener).once('error', listener),
    kill: () => void child.kill('SIGKILL'),
  }
}

/**
 * The child gets `nothing` in place of every descriptor above its channel that it would inherit. Chromium leaves its own
 * open to what Node starts, and a process that holds the other end of the GPU process's channel keeps Chromium from seeing
 * that process end: its windows then wait for ever. (The fallback runtime is for Linux.)
 */
function coverDescriptors(nothing: number): number[] {
  const highest = Math.max(...fs.readdirSync('/proc/self/fd').map(Number))
  return new Array<number>(Math.max(0, highest - 3)).fill(nothing)
}
