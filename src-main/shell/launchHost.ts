import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { app } from 'electron'
import { childTransport } from '../host/transports.ts'
import type { HostProcess } from './hostLink.ts'

/** Of the folder of the service: Node 24 as the npm package `node` installs it. */
const NODE = path.join('node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node')

/**
 * Where the bundle, the packages and the Node of the service process lie: in the repository, or in a packaged app beside its
 * archive, which a plain Node cannot read.
 */
function serviceFolder(): string {
  return app.isPackaged ? path.join(process.resourcesPath, 'service') : app.getAppPath()
}

/**
 * Start the service process on `store`, with `userData` for what the app keeps by itself: a Node of its own over a channel.
 * The packaged app's Electron cannot run as Node (docs/decisions/0016-packages.md), and the jobs need one anyway.
 */
export function launchHost(store: string | null, userData: string): HostProcess {
  const folder = serviceFolder()
  const { ELECTRON_RUN_AS_NODE: _asNode, NODE_OPTIONS: _options, ...env } = process.env
  const entry = path.join(folder, 'out/main/host.js')
  const args = ['--user-data', userData, ...(store === null ? [] : ['--store', store])]
  const nothing = process.platform === 'linux' ? fs.openSync('/dev/null', 'r+') : null
  const child = spawn(path.join(folder, NODE), [entry, ...args], {
    // The fourth is the channel (CHANNEL); on Windows a pipe of both directions is an overlapped one.
    stdio: [
      'inherit',
      'inherit',
      'inherit',
      'overlapped',
      ...(nothing === null ? [] : coverDescriptors(nothing)),
    ],
    env,
    windowsHide: true,
  })
  if (nothing !== null) fs.closeSync(nothing)
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
 * The child gets `nothing` in place of every descriptor above its channel that it would inherit. On Linux Chromium leaves its own
 * open to what Node starts, and a process that holds the other end of the GPU process's channel keeps Chromium from seeing
 * that process end: its windows then wait for ever.
 */
function coverDescriptors(nothing: number): number[] {
  const highest = Math.max(...fs.readdirSync('/proc/self/fd').map(Number))
  return new Array<number>(Math.max(0, highest - 3)).fill(nothing)
}
